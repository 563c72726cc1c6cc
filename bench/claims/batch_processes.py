"""Filtering batches that have to be sent to processes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, fact, judged
from bench.claims._claim import Claim
from bench.claims._comparison import SEQUENTIAL, WaysCompared
from bench.claims._computing import as_efficient_as, processes, too_few_cores, used_cores
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

CLAIMED = 3.3
CORES, COLD, WARM = "cores of those claimed", "speedup with start and stop of the pool", "speedup without them"


class BatchProcesses(Claim):
    """Eight batches of a million integers, in a pool with a process per core."""

    id = "batch-processes"
    claim = "A pool filters 8 batches of 1,000,000 integers 3.3x as fast on 4 cores."
    criterion = (
        "With start and stop of the pool, up to 4 cores are used at least 0.8x as efficiently as claimed (0.66x per "
        "core)."
    )
    seconds = 12.0

    def measure(self, workbench: "Workbench") -> Evidence:
        pool = processes(used_cores(workbench.cores))
        params = ("batches=8", "size=1000000")
        ways = workbench.compare(WaysCompared("batch-filter", params, (SEQUENTIAL, pool), 40, cycles=2, rounds=4))
        figures = (
            fact(CORES, pool.workers),
            replace(ways.cold_speedup(pool), name=COLD),
            replace(ways.speedup(pool), name=WARM),
        )
        return Evidence(figures, ways.conditions())

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        cores = round(evidence[CORES].estimate.point)
        cold = evidence[COLD]
        why = (
            f"{cores} processes are {value_text(cold)} as fast as one loop, and {value_text(evidence[WARM])} without "
            f"start and stop of the pool{too_few_cores(cores)}"
        )
        return judged(as_efficient_as(cold, CLAIMED, cores), why)
