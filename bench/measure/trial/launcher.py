"""The launcher's side of a trial: start a fresh interpreter, listen until it ends or times out, stop its processes."""

import os
import selectors
import socket
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from bench.measure.trial.exit_diagnosis import channel_closed, did_not_exit, exited, timed_out, with_crash_line
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Continue, Failed, Message, Request, encode
from bench.process.bootstrap import command
from bench.process.failure_reason import one_line
from bench.process.process_tree import end_trial, exit_of
from bench.process.scratch import trial_folder
from bench.schema import Status

GRACE_S = 5.0  # for a trial that has reported its result and still has to exit
_TAIL_BYTES = 65536  # a crash report holds the stacks of all threads
_POLL_S = 0.1  # on systems without an event for the end of a process

FIXED_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class TimeLimit:
    """Seconds until a trial is killed, and a clause that follows them in the reason of its failure."""

    seconds: float
    why: str = ""

    def __str__(self) -> str:
        return f"{self.seconds:g} s{self.why}"


@dataclass(frozen=True)
class TrialSettings:
    """What a trial is started with. `scratch` is the run's folder for temporary files, if it has one."""

    executable: str
    request: Request
    environment: Mapping[str, str]
    limit: TimeLimit
    scratch: Path | None = None


def launch(
    executable: str, request: Request, environment: Mapping[str, str], timeout_s: float, scratch: Path | None = None
) -> Outcome:
    """Run one trial to its end and return its outcome. Raises NoTemporaryFolder."""
    *_, outcome = follow(TrialSettings(executable, request, environment, TimeLimit(timeout_s), scratch))
    return outcome


def follow(settings: TrialSettings) -> Generator[Outcome, None, None]:
    """Run one trial; yield its outcome after each message and at the end: one object that grows.

    None of its processes and temporary files is left, even if the generator is closed early. Raises NoTemporaryFolder.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs, trial_folder(settings.scratch) as folder:
        try:
            process = _start(settings, theirs, folder)
        except OSError as error:  # the interpreter was removed during the run, or the system is out of processes
            why = f"{settings.executable} cannot be started: {error.strerror or error}"
            yield Outcome(failed=Failed(Status.CRASHED, one_line(why)))
            return
        theirs.close()
        with TrialProcess(settings, process, ours, folder) as trial:
            yield from trial.listen()
            trial.diagnose()
    yield trial.outcome


def _start(settings: TrialSettings, channel: socket.socket, folder: Path) -> subprocess.Popen[bytes]:
    """A fresh interpreter in a session of its own, with the folder for its temporary files."""
    return subprocess.Popen(
        command(settings.executable, "measure.trial.child", str(channel.fileno())),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[channel.fileno()],
        env={**os.environ, **FIXED_ENVIRONMENT, **settings.environment, "TMPDIR": str(folder)},
        start_new_session=True,
    )


class TrialProcess:
    """A trial that is running: its process, the channel to it, and what it has reported. No process of it is left."""

    def __init__(
        self, settings: TrialSettings, process: subprocess.Popen[bytes], channel: socket.socket, folder: Path
    ) -> None:
        self.outcome = Outcome()
        self._settings = settings
        self._process = process
        self._channel = channel
        self._folder = folder
        self._stderr_tail = b""

    def __enter__(self) -> Self:
        self._send(self._settings.request)
        return self

    def __exit__(self, *_: object) -> None:
        end_trial(self._process.pid, self._folder)
        self._process.wait()
        self._stderr.close()

    def listen(self) -> Iterator[Outcome]:
        """Read messages until the process has exited or its time is up."""
        deadline, closing = time.monotonic() + self._settings.limit.seconds, False
        os.set_blocking(self._stderr.fileno(), False)
        with selectors.DefaultSelector() as selector, _exit_event(self._process.pid) as exit_events:
            for descriptor in (self._channel.fileno(), self._stderr.fileno(), *exit_events):
                selector.register(descriptor, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                gone = self._has_exited
                ready = selector.select(0 if gone else min(left, _POLL_S))
                readable = [key for key, _ in ready if key.fd not in exit_events]
                for key in readable:
                    data = _read(key.fd)
                    if not data:
                        selector.unregister(key.fd)
                    if key.fd == self._channel.fileno():
                        yield from self._take(data)
                    else:
                        self._stderr_tail = (self._stderr_tail + data)[-_TAIL_BYTES:]
                if gone and not readable:
                    break
                if not closing and (gone or self.outcome.done or self.outcome.channel_closed):
                    closing, deadline = True, time.monotonic() + GRACE_S  # processes it left may write forever

    def diagnose(self) -> None:
        """Complete the outcome with why the trial failed, as far as that shows from outside."""
        self.outcome.failed = self._failure()

    def _failure(self) -> Failed | None:
        outcome, path = self.outcome, self._settings.request.path
        last_words = self._stderr_tail.decode(errors="replace")
        if outcome.failed:
            return with_crash_line(outcome.failed, last_words, path)
        if outcome.finished:
            return None if self._has_exited else did_not_exit(self._process, GRACE_S, path, self._folder)
        if self._has_exited:
            return exited(self._process, outcome.stage, last_words, path)
        if outcome.channel_closed:
            return channel_closed(GRACE_S)
        during = f"{self._settings.limit}, so it was killed during {outcome.stage}"
        return timed_out(self._process, during, path, self._folder)

    def _take(self, data: bytes) -> Iterator[Outcome]:
        """Take messages in, and let the next pass begin once the caller has dealt with the last one."""
        before = len(self.outcome.measured)
        self.outcome.take(data)
        if data:
            yield self.outcome
        if before < len(self.outcome.measured) < self._settings.request.values:
            self._send(Continue())

    def _send(self, message: Message) -> None:
        with suppress(BrokenPipeError):  # a dead trial is reported by its exit status
            self._channel.sendall(encode(message))

    @property
    def _has_exited(self) -> bool:
        return exit_of(self._process.pid) is not None

    @property
    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing if the other end is closed, even if it left data unread."""
    with suppress(ConnectionResetError):
        return os.read(descriptor, 65536)
    return b""


@contextmanager
def _exit_event(pid: int) -> Iterator[list[int]]:
    """A descriptor that becomes readable when the process ends, on systems that have one (Linux)."""
    if not hasattr(os, "pidfd_open"):
        yield []
        return
    descriptor = os.pidfd_open(pid)
    try:
        yield [descriptor]
    finally:
        os.close(descriptor)
