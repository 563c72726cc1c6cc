"""What a task group does when one of its tasks fails."""

import asyncio
import time
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text, value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

SIBLINGS, SIBLING_S, FAILS_AFTER_S = 4, 2.0, 0.1
CANCELLED, GROUPS, KNOWN = (
    "siblings cancelled",
    "ExceptionGroups raised",
    "time from the failure until the caller knows",
)


def fail_among_siblings() -> dict[str, tuple[float, Unit]]:
    """Let one task fail while its siblings wait."""
    return asyncio.run(_fail())


async def _fail() -> dict[str, tuple[float, Unit]]:
    failed_at, groups, tasks = 0.0, 0, []

    async def fail() -> None:
        nonlocal failed_at
        await asyncio.sleep(FAILS_AFTER_S)
        failed_at = time.perf_counter()
        raise ValueError("one task fails")

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(SIBLING_S)) for _ in range(SIBLINGS)]
            group.create_task(fail())
    except* ValueError:
        groups = 1
    return {
        CANCELLED: (sum(task.cancelled() for task in tasks), Unit.COUNT),
        GROUPS: (groups, Unit.COUNT),
        KNOWN: (time.perf_counter() - failed_at, Unit.SECONDS),
    }


class GroupCancels(Claim):
    """A task that fails among siblings that wait."""

    id = "group-cancels"
    claim = "A failing task cancels its siblings, and the error arrives in an ExceptionGroup."
    criterion = "In every trial all siblings are cancelled and an ExceptionGroup is raised."

    def measure(self, workbench: "Workbench") -> Evidence:
        conditions = (f"{SIBLINGS} siblings of {SIBLING_S:g} s, and a task that fails after {FAILS_AFTER_S} s",)
        return Evidence(workbench.experiment(fail_among_siblings), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        cancelled, groups, known = evidence[CANCELLED], evidence[GROUPS], evidence[KNOWN]
        why = (
            f"{value_text(cancelled)} of {SIBLINGS} siblings were cancelled, and "
            f"{counted_text(groups, 'ExceptionGroup')} raised {value_text(known)} after the failure"
        )
        return judged(every(cancelled.equals(SIBLINGS), groups.equals(1)), why)
