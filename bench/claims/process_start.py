"""How long a process takes to start, by each start method."""

import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

PROCESSES = 5
SHORTEST_S, LONGEST_S = 1e-3, 1.0  # that are milliseconds
START = "start of a process by "


def start_processes(method: str) -> dict[str, tuple[float, Unit]]:
    """Start processes one after the other, each until it runs."""
    _seconds_to_start(method)  # the first one also starts the server of `forkserver`
    took_s = [_seconds_to_start(method) for _ in range(PROCESSES)]
    return {START + method: (statistics.median(took_s), Unit.SECONDS)}


def _seconds_to_start(method: str) -> float:
    context = multiprocessing.get_context(method)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(there,))  # type: ignore[attr-defined]  # of any context
    began = time.monotonic_ns()  # a clock that all processes share
    process.start()
    ran = here.recv()
    process.join()
    return float(ran - began) * 1e-9


def _report(channel: Connection) -> None:
    channel.send(time.monotonic_ns())


class ProcessStart(Claim):
    """From the call of `start` to the first statement in the process, by each start method."""

    id = "process-start"
    claim = "A process starts in milliseconds."
    criterion = "By each start method it takes 1 ms to 1 s from start() to the process's first statement."
    seconds = 8.0

    def measure(self, workbench: "Workbench") -> Evidence:
        methods = workbench.main.start_methods
        figures = [workbench.experiment(start_processes, method=method) for method in methods]
        conditions = (f"medians of {PROCESSES} processes per trial, of a program that has imported next to nothing",)
        return Evidence(sum(figures, ()), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        starts = evidence.starting(START)
        holds = every(*(start.between(SHORTEST_S, LONGEST_S) for start in starts))
        why = ", ".join(f"{start.name.removeprefix(START)} {value_text(start)}" for start in starts)
        return judged(holds, f"a process starts in: {why}")
