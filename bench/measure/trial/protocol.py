"""Messages between launcher and child: one JSON object per line, over a socket pair."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from bench.schema import Gil, Status, Value


@dataclass(frozen=True)
class Request:
    """The case that a trial measures; with `trace`, it makes one traced pass instead of timed ones.

    `repeat` is how often the batch has each item: more than once if it grows with the workers.
    """

    path: str
    workload: str
    params: Mapping[str, Value]
    backend: str
    options: Mapping[str, Value]
    workers: int
    warmups: int
    trace: bool = False
    repeat: int = 1


@dataclass(frozen=True)
class Stage:
    """The stage that the trial enters, in words that fit after `during`."""

    name: str


@dataclass(frozen=True)
class Ready:
    """The workers are ready. Times in seconds.

    `gil_cause` is what enabled the GIL in a free-threaded build, `task_cost_s` what an engine needs for an empty task.
    """

    startup_s: float
    gil: Gil
    gil_cause: str | None = None
    task_cost_s: float | None = None


@dataclass(frozen=True)
class WarmedUp:
    """The untimed passes are done, the last of them in `pass_s` seconds: the trial waits for its turn."""

    pass_s: float | None = None


@dataclass(frozen=True)
class Measured:
    """One timed pass whose results passed the check. Times in seconds, memory in bytes."""

    items: int
    started_at: str
    elapsed_s: float
    cpu_user_s: float | None
    cpu_system_s: float | None
    foreign_cpu: float | None
    peak_rss_bytes: int | None
    switches_voluntary: int | None
    switches_involuntary: int | None
    latency_p50_s: float | None
    latency_p95_s: float | None
    latency_p99_s: float | None
    latency_max_s: float | None
    metrics: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Traced:
    """When each worker was ready, and when each of its items began and ended: seconds since the start of the pool."""

    ready_s: list[float]
    spans_s: list[list[tuple[float, float]]]


@dataclass(frozen=True)
class Continue:
    """It is the trial's turn: it makes one timed pass, and waits again."""


@dataclass(frozen=True)
class Stop:
    """No more passes are wanted: the trial stops its pool and exits."""


@dataclass(frozen=True)
class Failed:
    """The trial has failed: no more passes will come."""

    status: Status
    reason: str


@dataclass(frozen=True)
class Stopped:
    """The pool has been stopped."""

    shutdown_s: float


@dataclass(frozen=True)
class Finished:
    """Everything is torn down."""


Message = Request | Stage | Ready | WarmedUp | Measured | Continue | Stop | Traced | Failed | Stopped | Finished
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Message)}


def encode(message: Message) -> bytes:
    """A message as one line."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode() + b"\n"


def decode(line: bytes) -> Message:
    """A message from its line; strings become members of their enums again."""
    fields = json.loads(line)
    kind = _KINDS[fields.pop("kind")]
    if "status" in fields:
        fields["status"] = Status(fields["status"])
    if "gil" in fields:
        fields["gil"] = Gil(fields["gil"])
    message: Message = kind(**fields)
    return message


class Channel:
    """The child's end.

    The workload's code runs in the same process, so it may close the descriptor, open another file under its number,
    or fork: messages go only to the launcher, and only from the trial's own process.
    """

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.set_inheritable(False)
        self._identity = _identity(fd)
        self._pid = os.getpid()

    def receive(self) -> Message | None:
        """The next message; None if the launcher is gone."""
        with self._socket.makefile("rb") as lines:
            line = lines.readline()
        return decode(line) if line else None

    def send(self, message: Message) -> None:
        """Send a message to the launcher. Raises OSError if it is gone, or the channel was closed."""
        if os.getpid() != self._pid:
            os._exit(1)  # a process that the workload forked and that returned from its code: it must not report
        if self.was_closed():
            raise OSError("the channel was closed")
        self._socket.sendall(encode(message))

    def was_closed(self) -> bool:
        """Whether the workload's code closed the channel; its number may have been reused since."""
        try:
            return _identity(self._socket.fileno()) != self._identity
        except OSError:
            return True


def _identity(fd: int) -> tuple[int, int]:
    """Which open file a descriptor refers to."""
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
