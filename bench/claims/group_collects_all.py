"""How many errors a task group collects."""

import asyncio
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

FAIL_AFTER_S = (0.1, 0.2, 0.3)
COLLECTED, CANCELLED = "exceptions collected", "tasks cancelled before they could fail"


def fail_one_after_another() -> dict[str, tuple[float, Unit]]:
    """Let three tasks fail at different times."""
    return asyncio.run(_fail())


async def _fail() -> dict[str, tuple[float, Unit]]:
    tasks: list[asyncio.Task[None]] = []
    collected = 0
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(_fail_after(seconds)) for seconds in FAIL_AFTER_S]
    except ExceptionGroup as errors:
        collected = len(errors.exceptions)
    return {
        COLLECTED: (collected, Unit.COUNT),
        CANCELLED: (sum(task.cancelled() for task in tasks), Unit.COUNT),
    }


async def _fail_after(seconds: float) -> None:
    await asyncio.sleep(seconds)
    raise ValueError(f"fails after {seconds} s")


class GroupCollectsAll(Claim):
    """Three tasks that fail one after another."""

    id = "group-collects-all"
    claim = "Of tasks that fail after 0.1, 0.2 and 0.3 s, a group collects 3 exceptions."
    criterion = "The ExceptionGroup has 3 exceptions in every trial."

    def measure(self, workbench: "Workbench") -> Evidence:
        return Evidence(workbench.experiment(fail_one_after_another))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        collected, cancelled = evidence[COLLECTED], evidence[CANCELLED]
        why = (
            f"{counted_text(collected, 'exception')} collected, and {counted_text(cancelled, 'task')} cancelled before "
            "they could fail"
        )
        return judged(collected.equals(len(FAIL_AFTER_S)), why)
