"""How long a thread takes to start."""

import statistics
import threading
import time
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

THREADS = 200
LONGEST_S = 1e-3  # that is still microseconds
START = "start of a thread"


def start_threads() -> dict[str, tuple[float, Unit]]:
    """Start threads one after the other, each until it runs."""
    took_ns = []
    for _ in range(THREADS):
        ran: list[int] = []
        thread = threading.Thread(target=lambda ran=ran: ran.append(time.perf_counter_ns()))
        began = time.perf_counter_ns()
        thread.start()
        thread.join()
        took_ns.append(ran[0] - began)
    return {START: (statistics.median(took_ns) * 1e-9, Unit.SECONDS)}


class ThreadStart(Claim):
    """From the call of `start` to the first statement in the thread."""

    id = "thread-start"
    claim = "A thread starts in microseconds."
    criterion = "It takes less than a millisecond from start() to the thread's first statement."
    seconds = 2.0

    def measure(self, workbench: "Workbench") -> Evidence:
        return Evidence(workbench.experiment(start_threads), (f"medians of {THREADS} threads per trial",))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        start = evidence[START]
        return judged(start.at_most(LONGEST_S), f"a thread starts in {value_text(start)}")
