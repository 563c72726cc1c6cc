"""The base of every backend: it starts a pool of workers, which works on whole batches, and stops it."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.backends._frontier import Frontier
from bench.collect.loader import Source
from bench.collect.parameters import Parameter, declared, revive_all
from bench.collect.workload import Workload
from bench.errors import TrialFailed
from bench.process import runtime_warnings
from bench.schema import AsyncStyle, Gil, Interpreter, Value


@dataclass(frozen=True)
class Job:
    """What a pool needs: the workload, how another process can build it, its `env`, and the number of workers.

    `repeat` is how often the batch has each item.
    """

    workload: Workload
    source: Source
    env: Any
    workers: int
    repeat: int = 1


@dataclass(frozen=True)
class Lane:
    """What one worker recorded: when it was ready, and when each of its items began and ended.

    All in nanoseconds of the clock that all processes on the machine share.
    """

    ready_ns: int
    spans: Sequence[tuple[int, int]]


class Pool(ABC):
    """Workers that are ready, each with its client open."""

    gil: Gil
    in_own_tree: bool = True
    """Whether all workers are the trial's own processes or children of it, so that what they use can be measured."""

    @abstractmethod
    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        """Work on every item; the results in item order. Raises TrialFailed.

        With `record_latency`, each worker also records when each of its items began and ended.
        """

    def explore(self, frontier: Frontier, record_latency: bool) -> None:
        """Work on all items of a frontier, also on those found meanwhile. Raises TrialFailed.

        Backends that can start an item while others are being worked on override this; here, the items found while
        working on some wait until all of these are done.
        """
        while found := frontier.take():
            results = self.run([item for _, item in found], record_latency)
            for (number, _), result in zip(found, results, strict=True):
                frontier.finish(number, result)

    @abstractmethod
    def take_lanes(self) -> list[Lane]:
        """What was recorded since the last call: one lane per worker; for coroutines, one per task in flight."""

    def take_latencies(self) -> list[int]:
        """How long each item recorded since the last call took, in nanoseconds, in no particular order."""
        return [ended - began for lane in self.take_lanes() for began, ended in lane.spans]

    def take_unfinished(self) -> list[str]:
        """What the workload has started since the last call without waiting for it, one line each."""
        return runtime_warnings.take_unawaited()

    def confirm(self) -> None:  # noqa: B027  # most pools have nothing to confirm
        """Raise TrialFailed if the pass since the last call was not what it should be: called after each, not timed.

        An engine may have lost workers and finished the pass without them.
        """

    def task_cost_s(self) -> float | None:
        """What handing one empty task to the workers costs, in seconds, all of them busy; None if it is not measured.

        Called before the first pass, not timed.
        """
        return None


class Backend(ABC):
    """A way of running a batch concurrently. Annotated attributes of a subclass are its options."""

    name: ClassVar[str]
    optional: ClassVar[bool] = False
    """Whether it is left out unless it is asked for."""
    start_allowance_s: ClassVar[float] = 0.0
    """Seconds by which the time limit of its trials is longer, for what it starts with its pool on a busy machine."""

    def __init__(self, **values: Value) -> None:
        known = [option for option in self.known_options().values() if option.name in values]  # others have defaults
        for name, value in revive_all(values, known).items():
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
    def unavailable(cls, interpreter: Interpreter) -> str | None:
        """Why it cannot run in an interpreter, with the way out; None if it can."""
        return None

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        """Options with the interpreter's own defaults filled in. Raises ParameterError."""
        return dict(options)

    @classmethod
    def worker_counts(cls, asked: tuple[int, ...]) -> tuple[int, ...]:
        """The requested worker counts that make sense for this backend."""
        return asked

    @classmethod
    def fits(cls, workers: int, options: Mapping[str, Value]) -> bool:
        """Whether it can have so many workers with these options."""
        return True

    @classmethod
    def async_style(cls, native: bool) -> AsyncStyle | None:
        """How this backend runs coroutines, if it does; `native` says whether the workload has a coroutine form."""
        return None

    @abstractmethod
    def pool(self, job: Job) -> AbstractContextManager[Pool]:
        """Start the workers, and stop them on exit. Raises TrialFailed."""


def version_of(interpreter: Interpreter) -> tuple[int, int]:
    """Major and minor version, such as (3, 14)."""
    major, minor, *_ = interpreter.version.split(".")
    return int(major), int(minor)


@contextmanager
def closing(close: Callable[[], None]) -> Iterator[None]:
    """Close on exit; after a failure, that failure is raised rather than one in closing."""
    try:
        yield
    except BaseException:
        with suppress(TrialFailed):
            close()
        raise
    close()
