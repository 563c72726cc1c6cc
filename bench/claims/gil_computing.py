"""Computing in threads under the GIL."""

from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._computing import square_roots, threads
from bench.output.wording.evidence_text import value_text
from bench.schema import Gil

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

CLAIMED = 1.22
FASTER, SLOWER = 1.1, 1 / 1.1  # speedups: clearly faster, and slower by at least half of what is claimed
SPEEDUP = "speedup of "


class GilComputing(Claim):
    """Square roots in threads."""

    id = "gil-computing"
    claim = "Threads do not compute faster than one under the GIL; they are even slower (1.22x) by switching."
    criterion = (
        "With 2 threads and more, the speedup is at most 0.91x: they take at least 1.1x as long as one, half as much "
        "more as is claimed."
    )
    seconds = 20.0

    def measure(self, workbench: "Workbench") -> Evidence:
        comparison = square_roots(workbench.cores)
        ways = workbench.compare(comparison)
        tried = [way for way in comparison.ways if way == threads(way.workers)]
        if any(ways.summary(way).gil == Gil.OFF for way in tried):
            return Evidence(missing="this interpreter has no GIL: give one that has, with --python PATH")
        return Evidence(tuple(ways.speedup(way) for way in tried), ways.conditions())

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        speedups = evidence.starting(SPEEDUP)
        not_faster = every(*(one.at_most(FASTER) for one in speedups))
        slower = every(*(one.at_most(SLOWER) for one in speedups))
        parts = [f"{value_text(one)} with {one.name.removeprefix(SPEEDUP)}" for one in speedups]
        why = f"as fast as one thread: {', '.join(parts)}"
        if not_faster and slower is False:
            return judged(False, f"threads do not compute faster, but do not take {CLAIMED}x the time either: {why}")
        return judged(every(not_faster, slower), why)
