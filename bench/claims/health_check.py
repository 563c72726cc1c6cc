"""Threads and coroutines that check whether URLs answer, in unequal and in equal numbers."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._comparison import Way, WaysCompared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

FEW, MANY = 5, 50
WAYS = {(name, count): Way(name, count) for name in ("threading", "asyncio") for count in (FEW, MANY)}
DELAY_S, SHORTENED = 0.2, 5
PARAMS = ("slow=10", "fast=40", f"delay={DELAY_S}")
CHECKS = WaysCompared("http-mixed", PARAMS, tuple(WAYS.values()), seconds=50, rounds=4, cycles=2)
CLAIMED = 1.2
LEAST = 1.1  # half of what is claimed
UNEQUAL = f"time of {FEW} threads / {MANY} coroutines"
EQUAL_FEW, EQUAL_MANY = f"time of {FEW} threads / {FEW} coroutines", f"time of {MANY} threads / {MANY} coroutines"


class HealthCheck(Claim):
    """The claim's own comparison, and the same with equal numbers."""

    id = "health-check"
    claim = "asyncio checks URLs 20 % faster than threads because of the event loop (5 threads, 50 coroutines)."
    criterion = (
        f"Threads take at least {LEAST}x as long as coroutines, half of what is claimed: in the unequal numbers, and "
        f"with {FEW} and {MANY} of both."
    )
    seconds = 15.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(CHECKS)
        pairs = {UNEQUAL: (FEW, MANY), EQUAL_FEW: (FEW, FEW), EQUAL_MANY: (MANY, MANY)}
        figures = tuple(
            replace(ways.ratio(WAYS["threading", threads], WAYS["asyncio", coroutines]), name=name)
            for name, (threads, coroutines) in pairs.items()
        )
        waits = f"40 immediate requests, and 10 of {DELAY_S} s for 1 s: {SHORTENED}x shorter than claimed"
        return Evidence(figures, (waits, *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        unequal, few, many = evidence[UNEQUAL], evidence[EQUAL_FEW], evidence[EQUAL_MANY]
        holds = every(*(figure.at_least(LEAST) for figure in (unequal, few, many)))
        why = (
            f"{FEW} threads take {value_text(unequal)} of the time of {MANY} coroutines and {value_text(few)} of that "
            f"of {FEW}; {MANY} threads take {value_text(many)} of that of {MANY}"
        )
        return judged(holds, why)
