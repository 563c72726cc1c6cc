"""A time limit around a task group."""

import asyncio
import time
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

LIMIT_S, SHORTENED, TASKS = 0.2, 10, 5
EARLY, LATE = 0.95, 1.25  # times the limit
CANCELLED, RAISED, SECONDS = "tasks cancelled", "TimeoutErrors raised", "time until then"


def time_out_group() -> dict[str, tuple[float, Unit]]:
    """Give a group less time than its tasks take."""
    return asyncio.run(_time_out())


async def _time_out() -> dict[str, tuple[float, Unit]]:
    tasks: list[asyncio.Task[None]] = []
    raised, began = 0, time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as group:
            tasks += [group.create_task(asyncio.sleep(5 * LIMIT_S)) for _ in range(TASKS)]
    except TimeoutError:
        raised = 1
    return {
        CANCELLED: (sum(task.cancelled() for task in tasks), Unit.COUNT),
        RAISED: (raised, Unit.COUNT),
        SECONDS: (time.perf_counter() - began, Unit.SECONDS),
    }


class GroupTimeout(Claim):
    """`asyncio.timeout` around a group of longer waits."""

    id = "group-timeout"
    claim = "A timeout of 2 s around a group cancels all its tasks."
    criterion = f"In every trial all {TASKS} tasks are cancelled, after {EARLY}x to {LATE}x the limit."

    def measure(self, workbench: "Workbench") -> Evidence:
        conditions = (f"a limit of {LIMIT_S} s: all times are {SHORTENED}x shorter than claimed",)
        return Evidence(workbench.experiment(time_out_group), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        cancelled, raised, seconds = evidence[CANCELLED], evidence[RAISED], evidence[SECONDS]
        holds = every(cancelled.equals(TASKS), raised.equals(1), seconds.between(EARLY * LIMIT_S, LATE * LIMIT_S))
        why = (
            f"{value_text(cancelled)} of {TASKS} tasks were cancelled, after {value_text(seconds)} with a limit of "
            f"{LIMIT_S} s"
        )
        return judged(holds, why)
