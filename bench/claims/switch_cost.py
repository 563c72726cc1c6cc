"""What it costs to switch between processes, threads and coroutines."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

MEMBERS, ROUNDS, TRIALS = 10, 1_000, 10
MORE = 1.2  # times as much: clearly more
PROCESSES, THREADS, COROUTINES = "switch between processes", "switch between threads", "switch between coroutines"
FIRST, SECOND = "processes / threads", "threads / coroutines"


def take_turns() -> dict[str, tuple[float, Unit]]:
    """Let members take turns, all on one core: processes and threads both by pipes, coroutines by the event loop."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    process_s, thread_s = _seconds_by_pipes(_in_process), _seconds_by_pipes(_in_thread)
    coroutine_s = asyncio.run(_between_coroutines())
    return {
        PROCESSES: (process_s, Unit.SECONDS),
        THREADS: (thread_s, Unit.SECONDS),
        COROUTINES: (coroutine_s, Unit.SECONDS),
        FIRST: (process_s / thread_s, Unit.RATIO),
        SECOND: (thread_s / coroutine_s, Unit.RATIO),
    }


def _seconds_by_pipes(start: Callable[[Callable[[], None]], Callable[[], object]]) -> float:
    """Seconds per switch around a ring of pipes; `start` starts a member and returns what waits for its end."""
    pipes = [os.pipe() for _ in range(MEMBERS)]

    def pass_on(member: int) -> None:
        receive, send = pipes[member][0], pipes[(member + 1) % MEMBERS][1]
        for _ in range(ROUNDS):
            os.write(send, os.read(receive, 1))

    waits = [start(lambda member=member: pass_on(member)) for member in range(1, MEMBERS)]  # type: ignore[misc]
    began = time.perf_counter()
    for _ in range(ROUNDS):
        os.write(pipes[1][1], b".")
        os.read(pipes[0][0], 1)
    seconds = time.perf_counter() - began
    for wait in waits:
        wait()
    for descriptor in (end for pipe in pipes for end in pipe):
        os.close(descriptor)
    return seconds / (MEMBERS * ROUNDS)


def _in_process(work: Callable[[], None]) -> Callable[[], object]:
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return lambda: os.waitpid(pid, 0)


def _in_thread(work: Callable[[], None]) -> Callable[[], object]:
    thread = threading.Thread(target=work)
    thread.start()
    return thread.join


async def _between_coroutines() -> float:
    async def take_turn() -> None:
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    began = time.perf_counter()
    await asyncio.gather(*(take_turn() for _ in range(MEMBERS)))
    return (time.perf_counter() - began) / (MEMBERS * ROUNDS)


class SwitchCost(Claim):
    """Several of each take turns on one core."""

    id = "switch-cost"
    claim = "Switching costs much between processes, less between threads, and least between coroutines."
    criterion = (
        f"A switch costs at least {MORE}x as much between processes as between threads, and one between threads at "
        f"least {MORE}x as much as one between coroutines."
    )
    seconds = 3.0

    def measure(self, workbench: "Workbench") -> Evidence:
        turns = f"{MEMBERS} of each take turns {ROUNDS:,} times on one core"
        means = "processes and threads by pipes, coroutines by asyncio.sleep(0)"
        return Evidence(workbench.experiment(take_turns, TRIALS), (turns, means))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        processes, threads, coroutines = (evidence[name] for name in (PROCESSES, THREADS, COROUTINES))
        holds = every(evidence[FIRST].at_least(MORE), evidence[SECOND].at_least(MORE))
        why = (
            f"a switch takes {value_text(processes)} between processes, {value_text(threads)} between threads and "
            f"{value_text(coroutines)} between coroutines"
        )
        return judged(holds, why)
