"""What a group raises when one of its tasks cancels the others."""

import asyncio
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text, value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

TASKS = 3
RAISED, MEMBERS, CANCELLED = "ExceptionGroups raised", "exceptions in them", "tasks cancelled"


def cancel_siblings() -> dict[str, tuple[float, Unit]]:
    """Let one task cancel three others of its group."""
    return asyncio.run(_cancel())


async def _cancel() -> dict[str, tuple[float, Unit]]:
    tasks: list[asyncio.Task[None]] = []
    raised = members = 0

    async def cancel_all() -> None:
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()

    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(asyncio.sleep(1)) for _ in range(TASKS)]
            group.create_task(cancel_all())
    except BaseExceptionGroup as errors:
        raised, members = 1, len(errors.exceptions)
    return {
        RAISED: (raised, Unit.COUNT),
        MEMBERS: (members, Unit.COUNT),
        CANCELLED: (sum(task.cancelled() for task in tasks), Unit.COUNT),
    }


class GroupManualCancel(Claim):
    """Three waits that a sibling cancels."""

    id = "group-manual-cancel"
    claim = "Tasks that a sibling cancels raise an ExceptionGroup of 3."
    criterion = "In every trial an ExceptionGroup of 3 exceptions is raised."

    def measure(self, workbench: "Workbench") -> Evidence:
        return Evidence(workbench.experiment(cancel_siblings))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        raised, members, cancelled = evidence[RAISED], evidence[MEMBERS], evidence[CANCELLED]
        why = (
            f"{value_text(cancelled)} of {TASKS} tasks were cancelled, and "
            f"{counted_text(raised, 'ExceptionGroup')} with {counted_text(members, 'exception')} raised"
        )
        return judged(every(raised.equals(1), members.equals(TASKS)), why)
