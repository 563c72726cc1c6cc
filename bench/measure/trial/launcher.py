"""The launcher's side of a trial: start a fresh interpreter, listen until it is done or late, end its group."""

import os
import selectors
import socket
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.measure.trial.exit_diagnosis import closed_end, endless_end, late_end, locate, silent_end
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, GoOn, Message, Request, encode
from bench.process.bootstrap import command
from bench.process.failure_reason import one_line
from bench.process.process_tree import end_trial, exit_of
from bench.process.scratch import trial_folder
from bench.schema import Status

GRACE_S = 5.0  # for a trial that has said how it went and still has to leave
_TAIL_BYTES = 65536  # a crash tells the stacks of all threads
_POLL_S = 0.1  # where the system has no event for a process's end

FIXED_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def launch(
    executable: str, request: Request, environment: Mapping[str, str], timeout_s: float, scratch: Path | None = None
) -> Outcome:
    """Run one trial to its end, whichever that is. Raises NoTemporaryFolder."""
    *_, outcome = follow(executable, request, environment, timeout_s, scratch=scratch)
    return outcome


def follow(
    executable: str,
    request: Request,
    environment: Mapping[str, str],
    timeout_s: float,
    why_so_long: str = "",
    scratch: Path | None = None,
) -> Generator[Outcome, None, None]:
    """Run one trial, and give its outcome each time that it has said more, and at its end: one object that grows.

    None of its processes and temporary files is left, also where this is closed before the end. `why_so_long` follows
    the seconds where they are the reason of a failure; `scratch` is the run's folder for temporary files. Raises
    NoTemporaryFolder.
    """
    outcome = Outcome()
    ours, theirs = socket.socketpair()
    with ours, theirs, trial_folder(scratch) as folder:
        try:
            process = _start(executable, theirs, {**os.environ, **FIXED_ENVIRONMENT, **environment}, folder)
        except OSError as error:  # it has gone since the run began, or the system has no room for a process
            why = f"{executable} cannot be started: {error.strerror or error}"
            outcome.failed = Failed(Status.CRASHED, one_line(why))
            yield outcome
            return
        theirs.close()
        with _ending(process, folder):
            _tell(ours, request)
            last_words = yield from _listen(process, ours, timeout_s, outcome, request.values)
            time_given = f"{timeout_s:g} s{why_so_long}"
            outcome.failed = _failure(process, outcome, last_words, time_given, request.path, folder)
    yield outcome


def _start(
    executable: str, channel: socket.socket, environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """A fresh interpreter in a session of its own, with the folder for its temporary files."""
    return subprocess.Popen(
        command(executable, "measure.trial.child", str(channel.fileno())),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[channel.fileno()],
        env={**environment, "TMPDIR": str(folder)},
        start_new_session=True,
    )


def _failure(
    process: subprocess.Popen[bytes], outcome: Outcome, last_words: str, time_given: str, path: str, folder: Path
) -> Failed | None:
    """What the trial said of its failure; where it said none, what can be told of it from outside."""
    gone = exit_of(process.pid) is not None
    if outcome.failed:
        return locate(outcome.failed, last_words, path)
    if outcome.finished:
        return None if gone else endless_end(process, GRACE_S, path, folder)
    if gone:
        return silent_end(process, outcome.doing, last_words, path)
    return closed_end(GRACE_S) if outcome.unheard else late_end(process, time_given, outcome.doing, path, folder)


def _listen(
    process: subprocess.Popen[bytes], ours: socket.socket, timeout_s: float, outcome: Outcome, passes: int
) -> Generator[Outcome, None, str]:
    """Hear messages until the trial is gone or its time is up; returns the end of what it wrote to stderr."""
    last_words = b""
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
                    yield from _hear(data, outcome, ours, passes)
                else:
                    last_words = (last_words + data)[-_TAIL_BYTES:]
            if gone and not readable:
                break
            if not closing and (gone or outcome.done or outcome.unheard):
                closing, deadline = True, time.monotonic() + GRACE_S  # what it left running may write without end
    return last_words.decode(errors="replace")


def _hear(data: bytes, outcome: Outcome, ours: socket.socket, passes: int) -> Iterator[Outcome]:
    """Take in messages, and have the trial go on with its next pass once whoever follows has dealt with the last."""
    known = len(outcome.measured)
    outcome.take(data)
    if data:
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
