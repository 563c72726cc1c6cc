"""The launcher's side of a trial: start a fresh interpreter, listen until it is done or late, end its group."""

import os
import selectors
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bench.errors import NoTemporaryFolder
from bench.reasons import one_line
from bench.samples import Status
from bench.start import START
from bench.trial.group import end_group, exit_of
from bench.trial.messages import Failed, Finished, GoOn, Measured, Message, Ready, Request, Stopped, decode, encode

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
    def passes_told(self) -> bool:
        """Whether all is known of the passes that were made, the time that their pool took to stop included."""
        return self.stopped is not None or self.done

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


def launch(executable: str, request: Request, environment: Mapping[str, str], timeout_s: float) -> Outcome:
    """Run one trial to its end, whichever that is. Raises NoTemporaryFolder."""
    *_, outcome = follow(executable, request, environment, timeout_s)
    return outcome


def follow(
    executable: str, request: Request, environment: Mapping[str, str], timeout_s: float, why_so_long: str = ""
) -> Generator[Outcome, None, None]:
    """Run one trial, and give its outcome each time that it has said more, and at its end: one object that grows.

    Nothing of its process group or its temporary files is left, also where this is closed before the end.
    `why_so_long` follows the seconds where they are the reason of a failure. Raises NoTemporaryFolder.
    """
    outcome = Outcome()
    ours, theirs = socket.socketpair()
    with ours, theirs, _scratch_folder() as scratch:
        try:
            process = subprocess.Popen(
                [executable, "-P", str(START), "trial.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **FIXED_ENVIRONMENT, **environment, "TMPDIR": scratch},
                start_new_session=True,
            )
        except OSError as error:  # it has gone since the run began, or the system has no room for a process
            outcome.failed = Failed(Status.CRASHED, one_line(f"{executable} cannot be started: {error.strerror}"))
            yield outcome
            return
        theirs.close()
        with _ending(process):
            _tell(ours, request)
            last_words = yield from _listen(process, ours, timeout_s, outcome, request.values)
            if not outcome.done:
                outcome.failed = _silent_end(process, f"{timeout_s:g} s{why_so_long}", last_words)
    yield outcome


def _scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for the temporary files of one trial."""
    try:
        return tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
    except OSError as error:
        raise NoTemporaryFolder.because(error) from error


def _listen(
    process: subprocess.Popen[bytes], ours: socket.socket, timeout_s: float, outcome: Outcome, passes: int
) -> Generator[Outcome, None, str]:
    """Hear messages until the trial is gone or its time is up; returns the end of what it wrote to stderr."""
    heard, last_words = b"", b""
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
                    yield from _hear(lines, outcome, ours, passes)
                    if outcome.done:
                        deadline = min(deadline, time.monotonic() + GRACE_S)
                else:
                    last_words = (last_words + data)[-_TAIL_BYTES:]
            if gone and not readable:
                break
    return last_words.decode(errors="replace")


def _hear(lines: Sequence[bytes], outcome: Outcome, ours: socket.socket, passes: int) -> Iterator[Outcome]:
    """Take in messages, and have the trial go on with its next pass once whoever follows has dealt with the last."""
    known = len(outcome.measured)
    for line in lines:
        outcome.hear(line)
    if lines:
        yield outcome
    if known < len(outcome.measured) < passes:
        _tell(ours, GoOn())


def _tell(ours: socket.socket, message: Message) -> None:
    with suppress(BrokenPipeError):  # a trial that has died is told by how it exited
        ours.sendall(encode(message))


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing where the other end is gone, whether or not it took what it was sent."""
    with suppress(ConnectionResetError):
        return os.read(descriptor, 65536)
    return b""


def _silent_end(process: subprocess.Popen[bytes], time_given: str, last_words: str) -> Failed:
    """Why a trial ended without saying so."""
    end = exit_of(process.pid)
    if end is None:
        return Failed(Status.TIMEOUT, f"not done after {time_given}, so it was killed; --timeout gives it longer")
    exited = end.si_code == os.CLD_EXITED
    fate = f"exited with status {end.si_status}" if exited else f"was killed by {signal.Signals(end.si_status).name}"
    lines = last_words.strip().splitlines()
    said = f": {lines[-1]}" if lines else ""
    return Failed(Status.CRASHED, one_line(f"the trial's process {fate} before it was done{said}"))


@contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave nothing of the process group at the end."""
    try:
        yield
    finally:
        end_group(process.pid)
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
