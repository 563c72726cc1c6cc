"""Processes with threads in each, for work that both computes and waits."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.claims._computing import used_cores
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

ITEMS, THREADS_EACH, CYCLES, TRIALS = 64, 8, 3, 5
SQUARE_ROOTS = 40_000  # some 2 ms
WAIT_S = 0.01
FASTER = 1.2
OVER_THREADS, OVER_PROCESSES = "time of the same number of threads / hybrid", "time of a process per core / hybrid"
OVER_MANY = "time of the same number of processes / hybrid"


def work(_: int) -> float:
    """Compute, and then wait."""
    total = math.fsum(map(math.sqrt, range(SQUARE_ROOTS)))
    time.sleep(WAIT_S)
    return total


def work_in_threads(items: Sequence[int]) -> list[float]:
    """The part of one process."""
    with ThreadPoolExecutor(THREADS_EACH) as threads:
        return list(threads.map(work, items))


def race(cores: int) -> dict[str, tuple[float, Unit]]:
    """The same batch in each way, in turns, with pools that have been started."""
    workers, parts = cores * THREADS_EACH, [range(start, ITEMS, cores) for start in range(cores)]
    with ExitStack() as stack:
        per_core = stack.enter_context(ProcessPoolExecutor(cores))
        per_worker = stack.enter_context(ProcessPoolExecutor(workers))
        ways: dict[str, Callable[[], Iterable[object]]] = {
            "hybrid": lambda: per_core.map(work_in_threads, parts),
            OVER_PROCESSES: lambda: per_core.map(work, range(ITEMS)),
            OVER_MANY: lambda: per_worker.map(work, range(ITEMS)),
        }
        for way in ways.values():
            list(way())  # the processes are started before there are threads beside them
        threads = stack.enter_context(ThreadPoolExecutor(workers))
        ways[OVER_THREADS] = lambda: threads.map(work, range(ITEMS))
        logs = dict.fromkeys(ways, 0.0)
        for _ in range(CYCLES):
            for name, way in ways.items():
                began = time.perf_counter()
                list(way())
                logs[name] += math.log(time.perf_counter() - began) / CYCLES
    return {name: (math.exp(logs[name] - logs["hybrid"]), Unit.RATIO) for name in ways if name != "hybrid"}


class HybridClaim(Claim):
    """A batch of which each item computes and waits."""

    id = "hybrid"
    claim = "Processes with threads in each combine the advantages of both."
    criterion = (
        f"For items that compute and wait, a process per core with {THREADS_EACH} threads in each is at least "
        f"{FASTER}x as fast as the same number of threads in one process, and as a process per core."
    )
    seconds = 10.0

    def measure(self, workbench: "Workbench") -> Evidence:
        if workbench.cores < 2:
            return Evidence(missing="there is only one usable core")
        cores = used_cores(workbench.cores)
        conditions = (
            f"{ITEMS} items of {SQUARE_ROOTS:,} square roots and a wait of {WAIT_S * 1e3:g} ms",
            f"{cores} processes with {THREADS_EACH} threads in each",
        )
        return Evidence(workbench.experiment(race, TRIALS, cores=cores), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        threads, processes, many = (evidence[name] for name in (OVER_THREADS, OVER_PROCESSES, OVER_MANY))
        why = (
            f"the hybrid is {value_text(threads)} as fast as the same number of threads, {value_text(processes)} as "
            f"fast as a process per core, and {value_text(many)} as fast as the same number of processes"
        )
        return judged(every(threads.at_least(FASTER), processes.at_least(FASTER)), why)
