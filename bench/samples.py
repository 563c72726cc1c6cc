"""What is measured and what came of it: frozen data, standard library only.

`Sample` is one row of samples.csv; its fields, in their order, are the file's columns.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = bool | int | float | str | None

BASELINE = "sequential"

# What measuring and reading both go by.
FEWEST_ROUNDS = 3  # for an interval
FEWEST_ROUNDS_FOR_PRECISION = 7  # before the first look: ending with fewer would cover the truth too seldom
CONTAMINATED_FROM = 0.1  # a share of the usable cores: where others took more, a sample is contaminated


class Status(StrEnum):
    """How a sample ended."""

    OK = "ok"
    WRONG = "wrong"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    SKIPPED = "skipped"


class Bound(StrEnum):
    """What a workload mostly does: compute, or wait."""

    CPU = "cpu"
    IO = "io"


class AsyncStyle(StrEnum):
    """Whether the asyncio backend awaited the work, or called blocking work inside a coroutine."""

    NATIVE = "native"
    BLOCKING = "blocking"


class Gil(StrEnum):
    """Whether the workers ran under the global interpreter lock."""

    ON = "on"
    OFF = "off"


def canonical_json(values: Mapping[str, Value]) -> str:
    """JSON with sorted keys, so that equal parameters are equal text."""
    return json.dumps(dict(values), sort_keys=True, allow_nan=False)


@dataclass(frozen=True)
class Interpreter:
    """A Python that trials run in: `version` is like 3.13.15t, `start_methods` has the default first."""

    executable: str
    version: str
    implementation: str
    build: str
    start_methods: tuple[str, ...]
    packages: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Case:
    """A workload with its parameters x a backend with its options x workers x an interpreter."""

    workload: str
    path: str
    params: Mapping[str, Value] = field(hash=False)
    bound: Bound
    backend: str
    options: Mapping[str, Value] = field(hash=False)
    workers: int
    python: str
    executable: str
    async_style: AsyncStyle | None = None
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def label(self) -> str:
        """One line for people: `sqrt-sum multiprocessing:fork,chunksize=1 x4`."""
        options = [value if isinstance(value, str) else f"{name}={value}" for name, value in self.options.items()]
        options.sort(key=lambda option: "=" in option)
        return f"{self.workload} {self.backend}{':' * bool(options)}{','.join(options)} x{self.workers}"


@dataclass(frozen=True)
class Ceiling:
    """One look at what so many busy processes give at once: the mean times of one alone and of all, in seconds.

    `alternations` is how often all computed at once, between passes of one alone; `python` is what they ran in. Where
    they could not be timed, the times are None and `reason` says why.
    """

    round: int
    workers: int
    alone_s: float | None
    together_s: float | None
    alternations: int = 0
    python: str | None = None
    reason: str | None = None


class Activity(StrEnum):
    """What a worker did."""

    START = "start"
    ITEM = "item"


@dataclass(frozen=True)
class Span:
    """What one worker of a traced pass did for a while; one row of trace.csv. Seconds since its pool was started."""

    workload: str
    params: str
    bound: Bound
    backend: str
    options: str
    start_method: str | None
    async_style: AsyncStyle | None
    workers: int
    python: str
    lane: int
    activity: Activity
    began_s: float
    ended_s: float


@dataclass(frozen=True)
class Sample:
    """One timed pass over the whole batch. Unknown is None, never 0. Times in seconds, memory in bytes.

    `peak_rss_bytes` is what `memory_measure` in environment.json says.
    """

    run: str
    started_at: str
    workload: str
    params: str
    bound: Bound
    backend: str
    options: str
    start_method: str | None
    async_style: AsyncStyle | None
    workers: int
    python: str
    gil: Gil | None
    round: int
    position: int
    value: int
    status: Status
    reason: str | None = None
    items: int | None = None
    startup_s: float | None = None
    elapsed_s: float | None = None
    shutdown_s: float | None = None
    cpu_user_s: float | None = None
    cpu_system_s: float | None = None
    foreign_cpu: float | None = None
    peak_rss_bytes: int | None = None
    switches_voluntary: int | None = None
    switches_involuntary: int | None = None
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    latency_p99_s: float | None = None
    latency_max_s: float | None = None
