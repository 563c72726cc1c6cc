"""The launcher's side of a trial: start a fresh interpreter, listen until it is done or late, end its group."""

import os
import selectors
import signal
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
from bench.trial.messages import Failed, Finished, Measured, Ready, Request, Stopped, decode, encode
from bench.trial.scratch import trial_folder

GRACE_S = 5.0  # for a trial that has said how it went and still has to leave
_TAIL_BYTES = 4096
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

    @property
    def done(self) -> bool:
        """Whether the trial has said how it ended."""
        return self.failed is not None or self.finished

    def hear(self, line: bytes) -> None:
        """Take in one message."""
        match decode(line):
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
        with theirs:
            process = subprocess.Popen(
                [executable, "-P", str(START), "trial.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **FIXED_ENVIRONMENT, **environment, "TMPDIR": str(folder)},
                start_new_session=True,
            )
        with _ending(process, folder):
            with suppress(BrokenPipeError):  # a trial that died at once is told by how it exited
                ours.sendall(encode(request))
            outcome, last_words = _listen(process, ours, timeout_s)
            if not outcome.done:
                outcome.failed = _silent_end(process, timeout_s, last_words)
    return outcome


def _listen(process: subprocess.Popen[bytes], ours: socket.socket, timeout_s: float) -> tuple[Outcome, str]:
    """Hear messages, and keep the end of what goes to stderr, until the trial is gone or its time is up."""
    outcome, heard, last_words = Outcome(), b"", b""
    deadline = time.monotonic() + timeout_s
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
                elif key.fd == ours.fileno():
                    *lines, heard = (heard + data).split(b"\n")
                    for line in lines:
                        outcome.hear(line)
                    if outcome.done:
                        deadline = min(deadline, time.monotonic() + GRACE_S)
                else:
                    last_words = (last_words + data)[-_TAIL_BYTES:]
            if gone and not readable:
                break
    return outcome, last_words.decode(errors="replace")


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing where the other end is gone, whether or not it took what it was sent."""
    with suppress(ConnectionResetError):
        return os.read(descriptor, 65536)
    return b""


def _silent_end(process: subprocess.Popen[bytes], timeout_s: float, last_words: str) -> Failed:
    """Why a trial ended without saying so."""
    end = exit_of(process.pid)
    if end is None:
        return Failed(Status.TIMEOUT, f"not done after {timeout_s:g} s, so it was killed; --timeout gives it longer")
    exited = end.si_code == os.CLD_EXITED
    fate = f"exited with status {end.si_status}" if exited else f"was killed by {signal.Signals(end.si_status).name}"
    lines = last_words.strip().splitlines()
    said = f": {lines[-1]}" if lines else ""
    return Failed(Status.CRASHED, one_line(f"the trial's process {fate} before it was done{said}"))


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
