"""Whether threads overlap while they wait."""

from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, judged
from bench.claims._claim import Claim
from bench.claims._comparison import SEQUENTIAL, Way, WaysCompared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

THREADS = Way("threading", 8)
LEAST = THREADS.workers / 2
WAITS = WaysCompared("http-delay", ("requests=16", "delay=0.02"), (SEQUENTIAL, THREADS), seconds=40)


class GilIo(Claim):
    """Requests that are answered after a while, in several threads."""

    id = "gil-io"
    claim = "The GIL is released while waiting, so waiting threads overlap."
    criterion = f"{THREADS.workers} threads wait for requests at least {LEAST:g}x as fast as one does."
    seconds = 10.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(WAITS)
        conditions = ("16 GET requests to a server on 127.0.0.1 that answers after 20 ms", *ways.conditions())
        return Evidence((ways.speedup(THREADS),), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        (speedup,) = evidence.figures
        return judged(speedup.at_least(LEAST), f"{THREADS.workers} threads wait {value_text(speedup)} as fast as one")
