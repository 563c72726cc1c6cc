"""How much memory a process takes, its own and what it shares."""

import multiprocessing
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.measure.trial.memory import private_and_shared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

PROCESSES, TRIALS = 4, 3
MB = 1e6
LOW, HIGH = 16 * MB, 60 * MB  # what is claimed, and a fifth more or less
RESIDENT, PRIVATE = "resident memory of a process by ", "of which its own, by "


def hold_processes(method: str) -> dict[str, tuple[float, Unit]]:
    """Start processes that wait, and read how much memory each has."""
    context = multiprocessing.get_context(method)
    started = [_started(context) for _ in range(PROCESSES)]
    memory = [private_and_shared(Path(f"/proc/{process.pid}")) or (0, 0) for process, _ in started]
    for process, channel in started:
        channel.send(None)
        process.join()
    private = sum(own for own, _ in memory) / PROCESSES
    resident = sum(own + shared for own, shared in memory) / PROCESSES
    return {RESIDENT + method: (resident, Unit.BYTES), PRIVATE + method: (private, Unit.BYTES)}


def _started(context: BaseContext) -> tuple[Any, Connection]:
    """A process that runs and waits, and the channel that ends it."""
    here, there = context.Pipe()
    process = context.Process(target=_wait, args=(there,))  # type: ignore[attr-defined]  # of any context
    process.start()
    here.recv()
    return process, here


def _wait(channel: Connection) -> None:
    channel.send(None)
    channel.recv()


class ProcessMemory(Claim):
    """What waiting processes have in memory, by each start method."""

    id = "process-memory"
    claim = "A process takes 20 to 50 MB."
    criterion = (
        "By each start method, the memory that a process does not share with others is 16 to 60 MB, a fifth more or "
        "less than claimed."
    )
    seconds = 6.0

    def measure(self, workbench: "Workbench") -> Evidence:
        if sys.platform != "linux":
            return Evidence(missing="the memory of a process is read from /proc/PID/smaps_rollup, which only Linux has")
        methods = workbench.main.start_methods
        figures = [workbench.experiment(hold_processes, TRIALS, method=method) for method in methods]
        conditions = (f"{PROCESSES} processes that wait, of a program that has imported next to nothing",)
        return Evidence(sum(figures, ()), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        own = evidence.starting(PRIVATE)
        holds = every(*(figure.between(LOW, HIGH) for figure in own))
        methods = [figure.name.removeprefix(PRIVATE) for figure in own]
        parts = [
            f"{value_text(figure)} of the {value_text(evidence[RESIDENT + method])} resident by {method}"
            for figure, method in zip(own, methods, strict=True)
        ]
        return judged(holds, f"a process has for itself {', '.join(parts)}")
