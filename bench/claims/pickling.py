"""What can be sent to a process, by each start method."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from bench.analysis.evidence import ClaimJudgement, Evidence, Figure, Unit, judged, some
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

ARRIVES_S = 10.0
THINGS, TRIALS = 3, 3
POOL, PROCESS = "arrived through a pool, by ", "arrived as arguments of a Process, by "


def send(method: str) -> dict[str, tuple[float, Unit]]:
    """Send a lambda, a generator and a nested function: through a pool, and as arguments of a Process."""
    through_pool = sum(_through_pool(make(), method) for make in (_lambda, _generator, _nested))
    as_arguments = sum(_as_argument(make(), method) for make in (_lambda, _generator, _nested))
    return {POOL + method: (through_pool, Unit.COUNT), PROCESS + method: (as_arguments, Unit.COUNT)}


def _lambda() -> Callable[[], int]:
    return lambda: 1


def _generator() -> Iterator[int]:
    return (number for number in (1,))


def _nested() -> Callable[[], int]:
    def one() -> int:
        return 1

    return one


def use(thing: Any) -> int:
    """Call a function, or take the first number of a generator."""
    return int(thing() if callable(thing) else next(thing))


def _through_pool(thing: Any, method: str) -> bool:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        return _arrives(lambda: pool.submit(use, thing).result(ARRIVES_S))


def _as_argument(thing: Any, method: str) -> bool:
    context = multiprocessing.get_context(method)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(there, thing))  # type: ignore[attr-defined]  # of any context

    def result() -> int:
        process.start()
        there.close()
        return int(here.recv())

    try:
        return _arrives(result)
    finally:
        if process.pid is not None:
            process.join(ARRIVES_S)


def _report(channel: Connection, thing: Any) -> None:
    channel.send(use(thing))


def _arrives(result: Callable[[], int]) -> bool:
    """Whether the process could use it. What it raises otherwise depends on the version: any error means no."""
    try:
        return result() == 1
    except Exception:
        return False


class Pickling(Claim):
    """Things that have no name to find them by, sent in two ways by each start method."""

    id = "pickling"
    claim = "Lambdas, generators and nested functions cannot be sent to a process."
    criterion = "By each start method none of the three arrives, neither through a pool nor as an argument of Process."
    seconds = 5.0

    def measure(self, workbench: "Workbench") -> Evidence:
        figures = [workbench.experiment(send, TRIALS, method=method) for method in workbench.main.start_methods]
        return Evidence(sum(figures, ()), ("a lambda, a generator and a nested function",))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        arrived = some(*(figure.at_least(1) for figure in evidence.figures))
        parts = [_part(figure) for figure in evidence.figures if figure.at_most(0) is not True]
        why = f"of {THINGS} things, {', '.join(parts) or 'none arrived by any start method, in either way'}"
        return judged(None if arrived is None else not arrived, why)


def _part(figure: Figure) -> str:
    return f"{value_text(figure)} {figure.name}"
