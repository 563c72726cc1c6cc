"""How long a task group takes."""

import asyncio
import time
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

WAITS_S = (0.1, 0.2, 0.3)
LARGEST = 1.2  # times the longest task
FLAT, NESTED = "one group / its longest task", "nested groups / their longest task"


def wait_in_groups() -> dict[str, tuple[float, Unit]]:
    """Wait in one group, and in a group of groups."""
    return {FLAT: (asyncio.run(_flat()), Unit.RATIO), NESTED: (asyncio.run(_nested()), Unit.RATIO)}


async def _flat() -> float:
    took_s: list[float] = []
    began = time.perf_counter()
    await _group(took_s)
    return (time.perf_counter() - began) / max(took_s)


async def _nested() -> float:
    took_s: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as outer:
        outer.create_task(_group(took_s))
        outer.create_task(_group(took_s))
    return (time.perf_counter() - began) / max(took_s)


async def _group(took_s: list[float]) -> None:
    async with asyncio.TaskGroup() as group:
        for seconds in WAITS_S:
            group.create_task(_wait(seconds, took_s))


async def _wait(seconds: float, took_s: list[float]) -> None:
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    took_s.append(time.perf_counter() - began)


class GroupLongest(Claim):
    """Groups of waits, flat and nested."""

    id = "group-longest"
    claim = "A task group takes as long as its longest task, not the sum; nested groups, too."
    criterion = f"One group and nested ones take at most {LARGEST}x as long as their longest task."

    def measure(self, workbench: "Workbench") -> Evidence:
        waits = ", ".join(f"{seconds:g}" for seconds in WAITS_S)
        sums = (f"tasks of {waits} s: their sum is {sum(WAITS_S) / max(WAITS_S):.1f}x the longest",)
        return Evidence(workbench.experiment(wait_in_groups), sums)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        flat, nested = evidence[FLAT], evidence[NESTED]
        why = f"one group takes {value_text(flat)} of its longest task, nested ones {value_text(nested)}"
        return judged(every(flat.at_most(LARGEST), nested.at_most(LARGEST)), why)
