"""What the backends on an engine such as Dask or Ray share: chunks, clocks of other machines, what is refused."""

import pickle
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from bench.backends._base import Lane
from bench.backends._engine_worker import clock_here
from bench.errors import ParameterError
from bench.schema import Interpreter, Value

BLAS_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PROBE_TASKS = 100  # empty ones, to know what one costs
PROBES = 5  # the fastest of which tells how far another machine's clock is from this one's


def not_installed(interpreter: Interpreter, package: str, extra: str) -> str | None:
    """How to install a package that an interpreter lacks; None if it has it."""
    return None if package in interpreter.packages else f"not installed: pip install 'concurrency-bench[{extra}]'"


def check_whole(options: Mapping[str, Value], *names: str) -> None:
    """Raise ParameterError unless each of these options is a positive integer."""
    for name in names:
        value = options[name]
        if not isinstance(value, int) or value < 1:
            raise ParameterError(f"{name}={value}: must be a positive integer")


def check_address(address: Value, schemes: Sequence[str], example: str) -> None:
    """Raise ParameterError unless it is SCHEME://HOST:PORT alone: it is recorded, and named where something fails.

    The message does not repeat an address that may hold a password. `env:NAME` is accepted for the value of a variable.
    """
    text = str(address)
    if address is None or text.startswith("env:"):
        return
    if "@" in text or "?" in text:
        raise ParameterError(
            "address: it must hold no user, password or token, since it is recorded with the run: "
            f"give {example}, and set credentials in the engine's own configuration"
        )
    scheme, _, place = text.rpartition("://")
    if scheme not in schemes or not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):\d{1,5}", place):
        raise ParameterError(f"address={text}: must be like {example}")


def blas_conflict(theirs: Mapping[str, str | None], ours: Mapping[str, str]) -> str | None:
    """The first variable for threads of BLAS that a worker has set differently from this process, in words."""
    for name in BLAS_VARIABLES:
        if name in ours and theirs[name] != ours[name]:
            return (
                f"{name}={theirs[name]}, and the trial {name}={ours[name]}: start it with the same number of threads "
                f"for linear algebra"
            )
    return None


def chunks_of(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The items in order, in lists of this size; the last one may be shorter."""
    return [items[first : first + size] for first in range(0, len(items), size)]


def joined(chunks: Iterable[Iterable[Any]]) -> list[Any]:
    """The results of all chunks, in order."""
    return [result for chunk in chunks for result in chunk]


class _Call:
    """A call that is made when it is unpickled, so that what carries it needs none of what it consists of."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._made = function, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._made


def packed(function: Callable[..., Any], *args: Any) -> bytes:
    """Bytes that `pickle.loads` turns into the result of the call, in a worker.

    Nothing else of an engine, such as the scheduler of Dask, then needs this package or the workload's file. Raises
    what pickling raises.
    """
    return pickle.dumps(_Call(function, args), protocol=pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True)
class Clocks:
    """How far the clocks of other machines are ahead of this one's, in nanoseconds, each by its name."""

    ahead_ns: Mapping[str, int]

    @classmethod
    def compare(cls, asks: Mapping[str, Callable[[], int]]) -> "Clocks":
        """Ask each clock for its time. Those of this machine are the same clock, and are not asked."""
        here = clock_here()
        return cls({clock: 0 if clock == here else _ahead_ns(ask) for clock, ask in asks.items()})

    def translate(self, lane: Lane, clock: str) -> Lane:
        """A lane in the time of this machine."""
        ahead = self.ahead_ns[clock]
        if not ahead:
            return lane
        return Lane(lane.ready_ns - ahead, [(began - ahead, ended - ahead) for began, ended in lane.spans])


def _ahead_ns(ask: Callable[[], int]) -> int:
    """The offset by the fastest of some requests, wrong by half of its round trip at most (Cristian 1989)."""
    offsets = []
    for _ in range(PROBES):
        asked = perf_counter_ns()
        told = ask()
        answered = perf_counter_ns()
        offsets.append((answered - asked, told - (asked + answered) // 2))
    return min(offsets)[1]
