"""Which handlers of `except*` run."""

import asyncio
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text, value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

FIRST, SECOND = "runs of except* ValueError", "runs of except* TypeError"
FIRST_S, SECOND_S = 0.2, 0.3


def fail_in_two_ways() -> dict[str, tuple[float, Unit]]:
    """Let two tasks fail with different errors, one later than the other."""
    return asyncio.run(_fail())


async def _fail() -> dict[str, tuple[float, Unit]]:
    runs = {FIRST: 0, SECOND: 0}
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail_after(FIRST_S, ValueError()))
            group.create_task(_fail_after(SECOND_S, TypeError()))
    except* ValueError:
        runs[FIRST] += 1
    except* TypeError:
        runs[SECOND] += 1
    return {name: (count, Unit.COUNT) for name, count in runs.items()}


async def _fail_after(seconds: float, error: Exception) -> None:
    await asyncio.sleep(seconds)
    raise error


class GroupExceptStar(Claim):
    """Two errors, and a handler for each."""

    id = "group-except-star"
    claim = "Of tasks that fail after 0.2 s (ValueError) and 0.3 s (TypeError), both except* handlers run."
    criterion = "Both handlers run in every trial."

    def measure(self, workbench: "Workbench") -> Evidence:
        return Evidence(workbench.experiment(fail_in_two_ways))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        first, second = evidence[FIRST], evidence[SECOND]
        why = f"{counted_text(first, 'run')} of the handler of ValueError, {value_text(second)} of that of TypeError"
        return judged(every(first.equals(1), second.equals(1)), why)
