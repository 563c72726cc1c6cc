"""How the speedup of processes grows with their number."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, fact, judged
from bench.claims._claim import Claim
from bench.claims._computing import as_efficient_as, processes, square_roots, too_few_cores, used_cores
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

CLAIMED = 3.6
NO_FURTHER = 1.1  # times faster with twice as many processes: hardly
AT, GAIN, CORES = (
    "speedup of a process per core",
    "time of a process per core / of two per core",
    "cores of those claimed",
)


class ProcessesLinear(Claim):
    """Square roots in as many processes as there are cores, and in twice as many."""

    id = "processes-linear"
    claim = "4 processes on 4 cores compute 3.6x as fast: nearly linear up to the cores, and no further beyond them."
    criterion = (
        "Up to 4 cores are used at least 0.8x as efficiently as claimed (0.72x per core), and twice as many processes "
        f"are at most {NO_FURTHER}x faster."
    )
    seconds = 20.0

    def measure(self, workbench: "Workbench") -> Evidence:
        if workbench.cores < 2:
            return Evidence(missing="there is only one usable core")
        used, all_cores, beyond = (
            processes(count) for count in (used_cores(workbench.cores), workbench.cores, 2 * workbench.cores)
        )
        ways = workbench.compare(square_roots(workbench.cores))
        figures = (
            fact(CORES, used.workers),
            replace(ways.speedup(used), name=AT),
            replace(ways.ratio(all_cores, beyond), name=GAIN),
            *ways.ceiling(used),
        )
        return Evidence(figures, ways.conditions())

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        cores = round(evidence[CORES].estimate.point)
        at, gain = evidence[AT], evidence[GAIN]
        why = (
            f"a process for each of {cores} cores computes {value_text(at)} as fast as one, and two per core "
            f"{value_text(gain)} as fast as one per core{too_few_cores(cores)}"
        )
        return judged(every(as_efficient_as(at, CLAIMED, cores), gain.at_most(NO_FURTHER)), why)
