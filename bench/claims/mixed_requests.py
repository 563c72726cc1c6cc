"""Some slow and many quick requests at once."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._comparison import Way, WaysCompared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

COROUTINES = Way("asyncio", 50)
LONGEST_S = 1.0
MOST_S = 1.2 * LONGEST_S
PARAMS = ("slow=10", "fast=40", f"delay={LONGEST_S}", "allow_failures=true")
REQUESTS = WaysCompared("http-mixed", PARAMS, (COROUTINES,), seconds=40, rounds=4, cycles=1)
SECONDS, SUCCEEDED = "time of 50 requests in flight at once", "answers with the status 200, in %"


class MixedRequests(Claim):
    """Fifty requests, all in flight at once."""

    id = "mixed-requests"
    claim = "10 GETs of 1 s and 40 immediate ones, 50 in flight: all are 200, and the total is the longest wait."
    criterion = f"All are answered with 200, within {MOST_S:g} s: 1.2x the longest wait."
    seconds = 12.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(REQUESTS)
        conditions = ("asyncio, a server on 127.0.0.1", *ways.conditions())
        figures = (
            replace(ways.seconds(COROUTINES), name=SECONDS),
            replace(ways.metric(COROUTINES, "succeeded"), name=SUCCEEDED),
        )
        return Evidence(figures, conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        seconds, succeeded = evidence[SECONDS], evidence[SUCCEEDED]
        why = (
            f"50 requests at once take {value_text(seconds)} with a longest wait of {LONGEST_S:g} s, and "
            f"{value_text(succeeded)} % of them are answered with 200"
        )
        return judged(every(seconds.at_most(MOST_S), succeeded.equals(100)), why)
