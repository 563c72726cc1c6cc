"""The launcher's side of a trial: start a fresh interpreter, listen until it is done or late, end its group."""

import os
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.reasons import one_line
from bench.samples import Status
from bench.start import START
from bench.trial.group import end_trial, exit_of
from bench.trial.messages import Failed, Finished, Measured, Ready, Request, Stage, Stopped, decode, encode
from bench.trial.scratch import trial_folder
from bench.trial.silent_end import closed_end, endless_end, late_end, locate, silent_end

GRACE_S = 5.0  # for a trial that has said how it went and still has to leave
_TAIL_BYTES = 65536  # a crash tells the stacks of all threads
_POLL_S = 0.1  # where the system has no event for a process's end

FIXED_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass
class Outcome:
    """What a trial said of itself, as far as it came."""

    ready: Ready | None = None
    measured: list[Measured] = field(default_factory=list)
    failed: Failed | None = None
    stopped: Stopped | None = None
    finished: bool = False
    doing: str = "its start"
    unheard: bool = False
    _begun: bytes = b""

    @property
    def done(self) -> bool:
        """Whether the trial has said how it ended."""
        return self.failed is not None or self.finished

    def take(self, data: bytes) -> None:
        """Take in what came over the channel; nothing means that the trial's end of it is closed."""
        self.unheard = not data
        *lines, self._begun = (self._begun + data).split(b"\n")
        for line in lines:
            self.hear(line)

    def hear(self, line: bytes) -> None:
        """Take in one message."""
        try:
            message = decode(line)
        except (ValueError, LookupError, TypeError, AttributeError):
            told = one_line(line.decode(errors="replace"), 80)
            self.failed = self.failed or Failed(
                Status.ERROR, f"the workload's code wrote to the trial's channel: {told}"
            )
            return
        match message:
            case Stage(doing):
                self.doing = doing
            case Ready() as ready:
                self.ready = ready
            case Measured() as measured:
                self.measured.append(measured)
            case Failed() as failed:
                self.failed = self.failed or failed
            case Stopped() as stopped:
                self.stopped = stopped
            case Finished():
                self.finished = True


def launch(
    executable: str, request: Request, environment: Mapping[str, str], timeout_s: float, scratch: Path | None = None
) -> Outcome:
    """Run one trial to its end, whichever that is; none of its processes and temporary files is left.

    `scratch` is the run's folder for temporary files. Raises RecordError where there is no room for one.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs, trial_folder(scratch) as folder:
        try:
            process = _start(executable, theirs, {**os.environ, **FIXED_ENVIRONMENT, **environment}, folder)
        except OSError as error:
            return Outcome(failed=Failed(Status.CRASHED, f"{executable}: cannot be started: {error.strerror or error}"))
        theirs.close()
        with _ending(process, folder):
            with suppress(BrokenPipeError):  # a trial that died at once is told by how it exited
                ours.sendall(encode(request))
            outcome, last_words = _listen(process, ours, timeout_s)
            outcome.failed = _failure(process, outcome, last_words, timeout_s, request.path, folder)
    return outcome


def _start(
    executable: str, channel: socket.socket, environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """A fresh interpreter in a session of its own, with the folder for its temporary files."""
    return subprocess.Popen(
        [executable, "-P", str(START), "trial.child", str(channel.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[channel.fileno()],
        env={**environment, "TMPDIR": str(folder)},
        start_new_session=True,
    )


def _failure(
    process: subprocess.Popen[bytes], outcome: Outcome, last_words: str, timeout_s: float, path: str, folder: Path
) -> Failed | None:
    """What the trial said of its failure; where it said none, what can be told of it from outside."""
    gone = exit_of(process.pid) is not None
    if outcome.failed:
        return locate(outcome.failed, last_words, path)
    if outcome.finished:
        return None if gone else endless_end(process, GRACE_S, path, folder)
    if gone:
        return silent_end(process, outcome.doing, last_words, path)
    return closed_end(GRACE_S) if outcome.unheard else late_end(process, timeout_s, outcome.doing, path, folder)


def _listen(process: subprocess.Popen[bytes], ours: socket.socket, timeout_s: float) -> tuple[Outcome, str]:
    """Hear messages, and keep the end of what goes to stderr, until the trial is gone or its time is up."""
    outcome, last_words = Outcome(), b""
    deadline, closing = time.monotonic() + timeout_s, False
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    with selectors.DefaultSelector() as selector, _exit_event(process.pid) as exited:
        for descriptor in (ours.fileno(), process.stderr.fileno(), *exited):
            selector.register(descriptor, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            gone = exit_of(process.pid) is not None
            readable = [key for key, _ in selector.select(0 if gone else min(left, _POLL_S)) if key.fd not in exited]
            for key in readable:
                data = _read(key.fd)
                if not data:
                    selector.unregister(key.fd)
                if key.fd == ours.fileno():
                    outcome.take(data)
                else:
                    last_words = (last_words + data)[-_TAIL_BYTES:]
            if gone and not readable:
                break
            if not closing and (gone or outcome.done or outcome.unheard):
                closing, deadline = True, time.monotonic() + GRACE_S  # what it left running may write without end
    return outcome, last_words.decode(errors="replace")


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing where the other end is gone, whether or not it took what it was sent."""
    with suppress(ConnectionResetError):
        return os.read(descriptor, 65536)
    return b""


@contextmanager
def _ending(process: subprocess.Popen[bytes], folder: Path) -> Iterator[None]:
    """Leave no process of the trial at the end."""
    try:
        yield
    finally:
        end_trial(process.pid, folder)
        process.wait()
        if process.stderr:
            process.stderr.close()


@contextmanager
def _exit_event(pid: int) -> Iterator[list[int]]:
    """A descriptor that turns readable when the process ends, where the system has such (Linux)."""
    if not hasattr(os, "pidfd_open"):
        yield []
        return
    descriptor = os.pidfd_open(pid)
    try:
        yield [descriptor]
    finally:
        os.close(descriptor)
