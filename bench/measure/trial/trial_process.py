"""The launcher's side of one trial: a fresh interpreter, the channel to it, and what it has reported."""

import os
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.measure.trial.exit_diagnosis import channel_closed, did_not_exit, exited, timed_out, with_crash_line
from bench.measure.trial.memory import PROC, private_and_shared, resident_bytes
from bench.measure.trial.meter import cpu_clock_s, tree
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Message, Request, encode
from bench.process.bootstrap import command
from bench.process.failure_reason import one_line
from bench.process.process_tree import ask_to_end, end_trial, exit_of
from bench.process.scratch import trial_folder
from bench.schema import Status

GRACE_S = 5.0  # for a trial that has reported its result and still has to exit
_TAIL_BYTES = 65536  # a crash report holds the stacks of all threads
_READ_BYTES = 65536
_LAST_READS = 16  # of a process that has exited: more than fits into its socket and its pipe

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
    scratch: Path | None = None


class CannotStart(Exception):
    """The interpreter of a trial cannot be started, for the reason in the message."""


class TrialProcess:
    """A trial that is alive until it is closed; then none of its processes and temporary files is left."""

    def __init__(self, settings: TrialSettings) -> None:
        """Start the interpreter and send it the request. Raises CannotStart, NoTemporaryFolder."""
        self.outcome = Outcome()
        self.over = False
        self._path = settings.request.path
        self._stderr_tail = b""
        self._grace_until: float | None = None
        self._pids: list[int] = []
        with ExitStack() as stack:
            self._channel, theirs = socket.socketpair()
            stack.enter_context(self._channel)
            with theirs:
                self._folder = stack.enter_context(trial_folder(settings.scratch))
                self._process = _start(settings, theirs, self._folder)
            stack.callback(self._end)
            os.set_blocking(self._stderr.fileno(), False)
            self._channel.setblocking(False)
            self.exit_event = os.pidfd_open(self._process.pid) if hasattr(os, "pidfd_open") else None
            if self.exit_event is not None:
                stack.callback(os.close, self.exit_event)
            self.send(settings.request)
            self._resources = stack.pop_all()

    @property
    def channel(self) -> int:
        """The descriptor that its messages arrive at."""
        return self._channel.fileno()

    @property
    def stderr(self) -> int:
        """The descriptor that it prints to."""
        return self._stderr.fileno()

    @property
    def has_exited(self) -> bool:
        """Whether the trial's own process has ended; others that it started may live on."""
        return exit_of(self._process.pid) is not None

    def send(self, message: Message) -> None:
        """Send a message; a dead trial is reported by its exit status."""
        with suppress(BrokenPipeError):
            self._channel.setblocking(True)
            self._channel.sendall(encode(message))
            self._channel.setblocking(False)

    def read(self, descriptor: int) -> bool:
        """Take in what has arrived at the channel or at stderr; returns whether more may come."""
        data = self._take_message_data() if descriptor == self.channel else self._take_stderr_data()
        return data != b""

    def read_rest(self) -> None:
        """Read what a process that has exited has left; others may hold its descriptors open, and write forever."""
        for take_in in (self._take_message_data, self._take_stderr_data):
            for _ in range(_LAST_READS):
                if not take_in():
                    break

    def _take_message_data(self) -> bytes | None:
        data = _read(self.channel)
        if data is not None and not self.outcome.channel_closed:
            self.outcome.take(data)
        return data

    def _take_stderr_data(self) -> bytes | None:
        data = _read(self.stderr)
        self._stderr_tail = (self._stderr_tail + (data or b""))[-_TAIL_BYTES:]
        return data

    def time_left(self, deadline: float) -> float:
        """Seconds until it is killed: at the deadline, or after a grace period once it has nothing more to report."""
        if self._grace_until is None and (self.outcome.done or self.outcome.channel_closed):
            self._grace_until = time.monotonic() + GRACE_S
        return (deadline if self._grace_until is None else self._grace_until) - time.monotonic()

    def diagnose(self, limit: TimeLimit) -> None:
        """Complete the outcome with why the trial failed, as far as that shows from outside."""
        outcome = self.outcome
        last_words = self._stderr_tail.decode(errors="replace")
        if outcome.failed:
            outcome.failed = with_crash_line(outcome.failed, last_words, self._path)
        elif outcome.finished:
            if not self.has_exited:
                outcome.failed = did_not_exit(self._process, GRACE_S, self._path, self._folder)
        elif self.has_exited:
            outcome.failed = exited(self._process, outcome.stage, last_words, self._path)
        elif outcome.channel_closed:
            outcome.failed = channel_closed(GRACE_S)
        else:
            during = f"{limit}, so it was killed during {outcome.stage}"
            outcome.failed = timed_out(self._process, during, self._path, self._folder)

    def measure_size(self) -> tuple[int, int]:
        """The number of its processes now, and their resident memory in bytes; 0 where there is no /proc."""
        self._pids = list(tree(self._process.pid)) if PROC.is_dir() else []
        return len(self._pids), sum(resident_bytes(PROC / str(pid)) for pid in self._pids)

    def measure_memory(self) -> tuple[int, int] | None:
        """Private and shared memory of its processes now, in bytes; None if the system does not tell."""
        parts = [private_and_shared(PROC / str(pid)) for pid in tree(self._process.pid)] if PROC.is_dir() else []
        known = [part for part in parts if part is not None]
        return (sum(private for private, _ in known), sum(shared for _, shared in known)) if known else None

    def cpu_s(self) -> float:
        """CPU time in seconds of the processes that it had when its size was measured; 0 where it is not known."""
        return sum(cpu_clock_s(pid) or 0.0 for pid in self._pids)

    def ask_to_end(self) -> None:
        """Ask its processes to end, without waiting for them."""
        ask_to_end(self._process.pid)

    def close(self) -> None:
        """End all of its processes and remove its folder."""
        self.over = True
        self._resources.close()

    def _end(self) -> None:
        end_trial(self._process.pid, self._folder)
        self._process.wait()
        self._stderr.close()

    @property
    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr


def cannot_start(error: CannotStart) -> Outcome:
    """The outcome of a trial whose interpreter cannot be started."""
    return Outcome(failed=Failed(Status.CRASHED, one_line(str(error))))


def _start(settings: TrialSettings, channel: socket.socket, folder: Path) -> subprocess.Popen[bytes]:
    """A fresh interpreter in a session of its own, with the folder for its temporary files. Raises CannotStart."""
    try:
        return subprocess.Popen(
            command(settings.executable, "measure.trial.child", str(channel.fileno())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[channel.fileno()],
            env={**os.environ, **FIXED_ENVIRONMENT, **settings.environment, "TMPDIR": str(folder)},
            start_new_session=True,
        )
    except OSError as error:  # the interpreter was removed during the run, or the system is out of processes
        raise CannotStart(f"{settings.executable} cannot be started: {error.strerror or error}") from error


def _read(descriptor: int) -> bytes | None:
    """What there is to read; None if nothing is there yet, b"" if the other end is closed, even with unread data."""
    try:
        return os.read(descriptor, _READ_BYTES)
    except BlockingIOError:
        return None
    except ConnectionResetError:
        return b""
