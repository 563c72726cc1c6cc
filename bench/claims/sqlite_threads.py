"""Database inserts in threads."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._comparison import SEQUENTIAL, Way, WaysCompared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

THREADS = Way("threading", 4)
CLAIMED_S = 0.45
MOST_S, LEAST = 1.2 * CLAIMED_S, 2.0
INSERTS = WaysCompared("sqlite-inserts", ("rows=40", "think=0.01"), (SEQUENTIAL, THREADS), seconds=40)
SECONDS, SPEEDUP = "time of 4 threads", "speedup of 4 threads"


class SqliteThreads(Claim):
    """Forty inserts, each committed, with 10 ms of other work before each."""

    id = "sqlite-threads"
    claim = "Threads excel with database inserts: 40 rows by 4 threads in 0.45 s."
    criterion = f"4 threads take at most {MOST_S:.2f} s, and are at least {LEAST:g}x as fast as one."
    seconds = 8.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(INSERTS)
        figures = (
            replace(ways.seconds(THREADS), name=SECONDS),
            replace(ways.speedup(THREADS), name=SPEEDUP),
            ways.seconds(SEQUENTIAL),
        )
        return Evidence(figures, ("a connection per thread, a commit per insert, WAL", *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        seconds, speedup = evidence[SECONDS], evidence[SPEEDUP]
        why = f"4 threads insert 40 rows in {value_text(seconds)}, {value_text(speedup)} as fast as one"
        return judged(every(seconds.at_most(MOST_S), speedup.at_least(LEAST)), why)
