"""A time limit around one coroutine."""

import asyncio
import time
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text, value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

LIMIT_S, WORK_S = 0.2, 5.0
EARLY, LATE = 0.95, 1.25  # times the limit


def time_out() -> dict[str, tuple[float, Unit]]:
    """Give a coroutine less time than it takes."""
    return asyncio.run(_time_out())


async def _time_out() -> dict[str, tuple[float, Unit]]:
    cancelled = raised = 0

    async def work() -> None:
        nonlocal cancelled
        try:
            await asyncio.sleep(WORK_S)
        except asyncio.CancelledError:
            cancelled = 1
            raise

    began = time.perf_counter()
    try:
        await asyncio.wait_for(work(), LIMIT_S)
    except TimeoutError:
        raised = 1
    return {
        "TimeoutErrors raised": (raised, Unit.COUNT),
        "tasks cancelled": (cancelled, Unit.COUNT),
        "time until then": (time.perf_counter() - began, Unit.SECONDS),
    }


class Timeout(Claim):
    """`asyncio.wait_for`, tried with a coroutine that would take longer."""

    id = "timeout"
    claim = "wait_for raises TimeoutError after its time, and the task is cancelled."
    criterion = f"In every trial it raises, after {EARLY}x to {LATE}x the limit, and the task is cancelled."

    def measure(self, workbench: "Workbench") -> Evidence:
        return Evidence(workbench.experiment(time_out), (f"a limit of {LIMIT_S} s for work of {WORK_S:g} s",))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        raised, cancelled, seconds = (
            evidence[name] for name in ("TimeoutErrors raised", "tasks cancelled", "time until then")
        )
        holds = every(raised.equals(1), cancelled.equals(1), seconds.between(EARLY * LIMIT_S, LATE * LIMIT_S))
        why = (
            f"{counted_text(raised, 'TimeoutError')} after {value_text(seconds)} with a limit of {LIMIT_S} s, and "
            f"{counted_text(cancelled, 'task')} cancelled"
        )
        return judged(holds, why)
