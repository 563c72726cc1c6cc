"""What launcher and child say to each other: one JSON object a line, over a socket of their own."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from bench.schema import Gil, Status, Value


@dataclass(frozen=True)
class Request:
    """The case that a trial measures, and how many passes it makes over the batch; or one pass that it traces."""

    path: str
    workload: str
    params: Mapping[str, Value]
    backend: str
    options: Mapping[str, Value]
    workers: int
    warmups: int
    values: int
    trace: bool = False


@dataclass(frozen=True)
class Stage:
    """What the trial does from now on, in words that stand after `while`."""

    doing: str


@dataclass(frozen=True)
class Ready:
    """The workers stand ready; `gil_cause` is what switched the GIL on in a build that can do without it."""

    startup_s: float
    gil: Gil
    gil_cause: str | None = None


@dataclass(frozen=True)
class Measured:
    """One timed pass whose results were right. Times in seconds, memory in bytes."""

    value: int
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


@dataclass(frozen=True)
class Traced:
    """When each worker stood ready, and when each of its items began and ended: seconds since the pool was started."""

    ready_s: list[float]
    spans_s: list[list[tuple[float, float]]]


@dataclass(frozen=True)
class GoOn:
    """What was measured is kept; the next pass may begin, and nothing will disturb it."""


@dataclass(frozen=True)
class Failed:
    """No more passes will come, and why."""

    status: Status
    reason: str


@dataclass(frozen=True)
class Stopped:
    """The pool has been stopped."""

    shutdown_s: float


@dataclass(frozen=True)
class Finished:
    """All is torn down, too."""


Message = Request | Stage | Ready | Measured | GoOn | Traced | Failed | Stopped | Finished
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Message)}


def encode(message: Message) -> bytes:
    """A message as one line."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode() + b"\n"


def decode(line: bytes) -> Message:
    """A message from its line; words become members of their enums again."""
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
    or fork: nothing is ever sent but to the launcher, and by the trial's own process.
    """

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.set_inheritable(False)
        self._identity = _identity(fd)
        self._pid = os.getpid()

    def receive(self) -> Message | None:
        """The next message; None where the launcher is gone."""
        with self._socket.makefile("rb") as lines:
            line = lines.readline()
        return decode(line) if line else None

    def send(self, message: Message) -> None:
        """Say something to the launcher. Raises OSError where it is gone, or the channel was closed."""
        if os.getpid() != self._pid:
            os._exit(1)  # a copy that the workload forked and let go on: it has nothing to say
        if self.was_closed():
            raise OSError("the channel was closed")
        self._socket.sendall(encode(message))

    def was_closed(self) -> bool:
        """Whether the workload's code closed the channel; its number may stand for another file since."""
        try:
            return _identity(self._socket.fileno()) != self._identity
        except OSError:
            return True


def _identity(fd: int) -> tuple[int, int]:
    """Which open file a descriptor stands for."""
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
