"""A few waiting requests, in threads and coroutines."""

from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._requests import CONDITION, COROUTINES, THREADS, requests
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

IDEAL = 5
LEAST = 0.9 * IDEAL
SPEEDUP = "speedup of "


class IoThreads(Claim):
    """Five requests; the pool has been started, and has imported its HTTP client."""

    id = "io-threads"
    claim = "5 requests of 1 s take threads and asyncio nearly a fifth of the sequential time."
    criterion = f"Threads and asyncio are at least {LEAST}x as fast as the requests one after another, as measured."
    seconds = 40.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(requests(workbench.main.start_methods))
        figures = (ways.speedup(THREADS), ways.speedup(COROUTINES))
        return Evidence(figures, (CONDITION, *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        threads, coroutines = evidence[SPEEDUP + THREADS.label], evidence[SPEEDUP + COROUTINES.label]
        why = (
            f"threads are {value_text(threads)} as fast as one request after another, asyncio {value_text(coroutines)}"
        )
        return judged(every(threads.at_least(LEAST), coroutines.at_least(LEAST)), why)
