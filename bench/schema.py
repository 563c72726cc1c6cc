"""The contract between measuring and reading: frozen data, names of files, and limits that both halves apply.

Standard library only. `Sample` is one row of samples.csv, `Span` one row of trace.csv: their fields, in order, are the
columns of the files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path

Value = bool | int | float | str | None

BASELINE = "sequential"

RESULTS = Path("results")
LATEST = "latest"  # the link in RESULTS to the last finished run
SAMPLES_CSV = "samples.csv"
TRACE_CSV = "trace.csv"
ENVIRONMENT_JSON = "environment.json"
FORMAT_VERSION = 3  # of these files, as environment.json records it; docs/file-formats.md says what earlier ones lack

MIN_ROUNDS = 3  # for an interval
MIN_ROUNDS_FOR_PRECISION = 4  # before the first check of the precision: 3 undercover, as simulated in tests/tools/
CONTAMINATED_FROM = 0.1  # share of the usable cores that others may use before a sample counts as contaminated


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


class ScalingKind(StrEnum):
    """Whether the batch is the same for every number of workers, or grows with it."""

    STRONG = "strong"
    WEAK = "weak"


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
    label: str = ""  # by default the version
    gil: str = ""  # 0 or 1 if it is to be started without or with it, else as it starts by default

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that it is started with, which processes that it starts inherit."""
        return {"PYTHON_GIL": self.gil} if self.gil else {}


@dataclass(frozen=True)
class Subject:
    """What cases are compared within: one workload with its parameters under one interpreter, named by its label."""

    workload: str
    params: str
    interpreter: str


@dataclass(frozen=True)
class BackendConfig:
    """A backend with its options, whatever the number of workers."""

    backend: str
    options: str
    start_method: str | None
    async_style: str | None


@dataclass(frozen=True)
class CaseId:
    """The columns that identify a case in the files of a run; `params` and `options` are JSON.

    `interpreter` is the label that the user gave, by default the version, which is `python`.
    """

    workload: str
    params: str
    bound: str
    backend: str
    options: str
    start_method: str | None
    async_style: str | None
    workers: int
    interpreter: str
    python: str

    @property
    def subject(self) -> Subject:
        """The workload and interpreter that this case is compared within."""
        return Subject(self.workload, self.params, self.interpreter)

    @property
    def config(self) -> BackendConfig:
        """How this case runs the work."""
        return BackendConfig(self.backend, self.options, self.start_method, self.async_style)


CASE_COLUMNS = [field.name for field in fields(CaseId)]
CASE_KEY = (
    "workload",
    "params",
    "backend",
    "options",
    "workers",
    "interpreter",
)  # enough to tell the cases of a run apart


@dataclass(frozen=True)
class Case:
    """A workload with its parameters x a backend with its options x workers x an interpreter.

    `interpreter` is its label; without one, its version stands for it. An `exclusive` case is measured with no other
    trial alive; a `spare` one may be left out if time is short. `metrics` are the units of the workload's own metrics.
    """

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
    interpreter: str = ""
    exclusive: bool = False
    spare: bool = False
    scaling: ScalingKind = ScalingKind.STRONG
    metrics: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def id(self) -> CaseId:
        """What identifies this case in the files of a run."""
        method = self.options.get("start_method")
        return CaseId(
            workload=self.workload,
            params=canonical_json(self.params),
            bound=self.bound,
            backend=self.backend,
            options=canonical_json(self.options),
            start_method=None if method is None else str(method),
            async_style=self.async_style,
            workers=self.workers,
            interpreter=self.interpreter or self.python,
            python=self.python,
        )

    @property
    def label(self) -> str:
        """One line for people: `sqrt-sum multiprocessing:fork,chunksize=1 x4`."""
        given = {name: value for name, value in self.options.items() if value is not None}
        options = [value if isinstance(value, str) else f"{name}={value}" for name, value in given.items()]
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
    interpreter: str
    python: str
    lane: int
    activity: Activity
    began_s: float
    ended_s: float


@dataclass(frozen=True)
class Sample:
    """One timed pass over the whole batch. Unknown is None, never 0. Times in seconds, memory in bytes.

    `group` numbers the groups of a round, `value` is the cycle, `position` the place within the cycle. `reference_s` is
    the time of the reference pass of the same cycle: a fixed amount of plain Python, which shows the machine's speed.
    `peak_rss_bytes` is what `memory_measure` in environment.json says. `metrics` are the workload's own, as JSON.
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
    interpreter: str
    python: str
    gil: Gil | None
    round: int
    group: int
    value: int
    position: int
    status: Status
    reason: str | None = None
    items: int | None = None
    startup_s: float | None = None
    elapsed_s: float | None = None
    shutdown_s: float | None = None
    cpu_user_s: float | None = None
    cpu_system_s: float | None = None
    foreign_cpu: float | None = None
    reference_s: float | None = None
    peak_rss_bytes: int | None = None
    switches_voluntary: int | None = None
    switches_involuntary: int | None = None
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    latency_p99_s: float | None = None
    latency_max_s: float | None = None
    scaling: ScalingKind = ScalingKind.STRONG
    metrics: str | None = None


class WarningKind(StrEnum):
    """What a warning is about, the most serious first."""

    GIL = "gil"
    CORES = "usable cores changed"
    GOVERNOR = "governor changed"
    TURBO = "turbo changed"
    LOAD = "load"
    WAITING = "busy while waiting"
    CONTAMINATED = "contaminated"
    SHORT = "short batch"
    OVERSUBSCRIBED = "oversubscribed"
    TASK_COST = "cost per task"


class WarningLevel(StrEnum):
    """How serious it is: a `note` is a fact to know, a `warning` has probably spoilt some samples."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True)
class RunWarning:
    """A sentence about a run, and what it concerns; None means the whole run. `samples` is the number affected.

    `kind` is a `WarningKind` if this version wrote it; a file may hold others.
    """

    kind: str
    text: str
    workload: str | None = None
    backend: str | None = None
    workers: int | None = None
    python: str | None = None
    samples: int | None = None
    level: WarningLevel = WarningLevel.WARNING
