"""What a backend is: a pool of workers that is started, runs whole batches, and is stopped."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.collect.loader import Source
from bench.collect.parameters import Parameter, declared, revive_all
from bench.collect.workload import Workload
from bench.errors import TrialFailed
from bench.process import runtime_warnings
from bench.schema import AsyncStyle, Gil, Interpreter, Value


@dataclass(frozen=True)
class Job:
    """What a pool is started for: the workload as built here, how another process builds it, and its surroundings."""

    workload: Workload
    source: Source
    env: Any
    workers: int


@dataclass(frozen=True)
class Lane:
    """What one worker noted: when it stood ready, and when each of its items began and ended.

    All in nanoseconds of the clock that the processes of a machine share.
    """

    ready_ns: int
    spans: Sequence[tuple[int, int]]


class Pool(ABC):
    """Workers that stand ready, each with its client open."""

    gil: Gil

    @abstractmethod
    def run(self, items: list[Any], note_latency: bool) -> list[Any]:
        """Work on every item; the results in item order. Raises TrialFailed.

        With `note_latency`, each worker also notes when each of its items began and ended.
        """

    @abstractmethod
    def take_lanes(self) -> list[Lane]:
        """What was noted since the last call, a lane a worker; for coroutines, a lane an item in flight."""

    def take_latencies(self) -> list[int]:
        """How long each item took that was noted since the last call, in nanoseconds, in no order."""
        return [ended - began for lane in self.take_lanes() for began, ended in lane.spans]

    def take_unfinished(self) -> list[str]:
        """What the workload's code began and did not wait for since the last call, each in a line."""
        return runtime_warnings.take_unawaited()


class Backend(ABC):
    """A way of running a batch. Annotated attributes of a subclass are its options."""

    name: ClassVar[str]

    def __init__(self, **values: Value) -> None:
        for name, value in revive_all(values, self.known_options().values()).items():
            setattr(self, name, value)

    @classmethod
    def known_options(cls) -> dict[str, Parameter]:
        """The options that the backend declares."""
        return declared(cls, Backend)

    @classmethod
    def summary(cls) -> str:
        """The first line of its docstring."""
        return inspect.cleandoc(cls.__doc__ or "").partition("\n")[0]

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        """Options with the interpreter's own defaults filled in. Raises ParameterError."""
        return dict(options)

    @classmethod
    def worker_counts(cls, asked: tuple[int, ...]) -> tuple[int, ...]:
        """The counts among those asked for that mean something here."""
        return asked

    @classmethod
    def async_style(cls, native: bool) -> AsyncStyle | None:
        """How coroutines come into it, where they do; `native` says whether the workload has a coroutine form."""
        return None

    @abstractmethod
    def pool(self, job: Job) -> AbstractContextManager[Pool]:
        """Start the workers, and stop them at the end. Raises TrialFailed."""


@contextmanager
def closing(close: Callable[[], None]) -> Iterator[None]:
    """Close at the end; where something failed before, that is what is told."""
    try:
        yield
    except BaseException:
        with suppress(TrialFailed):
            close()
        raise
    close()
