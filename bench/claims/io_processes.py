"""A few waiting requests, in a process each."""

from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Figure, every, judged
from bench.claims._claim import Claim
from bench.claims._requests import CONDITION, PROCESSES, requests
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

CLAIMED = 2.1
MOST = 1.2 * CLAIMED
SLOW_START = 1.5  # times faster without the start: clearly
COLD, WARM, POOL = "speedup with start and stop of ", "speedup of ", "start and stop of "


class IoProcesses(Claim):
    """The same requests by a process for each, by each start method."""

    id = "io-processes"
    claim = "The same by a process per request is only 2.1x as fast, because processes start slowly."
    criterion = (
        f"By each start method, processes are at most {MOST:.2f}x as fast as one request after another with their "
        f"start and stop, and at least {SLOW_START}x faster than that without."
    )
    seconds = 40.0

    def measure(self, workbench: "Workbench") -> Evidence:
        methods = workbench.main.start_methods
        ways, figures = workbench.compare(requests(methods)), []
        for method in methods:
            way = PROCESSES[method]
            figures += [ways.cold_speedup(way), ways.speedup(way), ways.pool_seconds(way)]
        return Evidence(tuple(figures), (CONDITION, *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        cold = evidence.starting(COLD)
        holds = every(*(_is_slowed_down(one, evidence[WARM + one.name.removeprefix(COLD)]) for one in cold))
        parts = [f"{value_text(one)} with {one.name.removeprefix(COLD)} ({_pool(one, evidence)})" for one in cold]
        return judged(holds, f"as fast as one request after another: {', '.join(parts)}")


def _is_slowed_down(cold: Figure, warm: Figure) -> bool | None:
    """Whether the processes are slow, and their start is what makes them so."""
    return every(cold.at_most(MOST), warm.at_least(SLOW_START * cold.estimate.point))


def _pool(cold: Figure, evidence: Evidence) -> str:
    """How long the pool takes to start and stop."""
    return f"start and stop {value_text(evidence[POOL + cold.name.removeprefix(COLD)])}"
