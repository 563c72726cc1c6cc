"""Blocking requests in the default executor, inside a task group."""

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

REQUESTS, DELAY_S, TRIALS = 9, 0.3, 3
LARGEST = 1.2  # times the slowest request
RATIO, IN_FLIGHT, ANSWERED = "time / slowest request", "most requests at once", "requests answered"


def fetch_in_group() -> dict[str, tuple[float, Unit]]:
    """Fetch from a server of our own, each request in a thread of the default executor."""
    from bench.servers.httpbin_server import http_server

    with http_server() as url:
        return asyncio.run(_fetch_all(f"{url}/delay/{DELAY_S}"))


async def _fetch_all(url: str) -> dict[str, tuple[float, Unit]]:
    loop, opener = asyncio.get_running_loop(), build_opener(ProxyHandler({}))

    def fetch() -> tuple[float, float, int]:
        began = time.perf_counter()
        with opener.open(url) as answer:
            answer.read()
            return began, time.perf_counter(), answer.status

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_awaited(loop.run_in_executor(None, fetch))) for _ in range(REQUESTS)]
    took_s = time.perf_counter() - began
    fetched = [task.result() for task in tasks]
    return {
        RATIO: (took_s / max(end - start for start, end, _ in fetched), Unit.RATIO),
        IN_FLIGHT: (max(sum(a <= start < b for a, b, _ in fetched) for start, _, _ in fetched), Unit.COUNT),
        ANSWERED: (sum(status == 200 for _, _, status in fetched), Unit.COUNT),
    }


async def _awaited(future: "asyncio.Future[tuple[float, float, int]]") -> tuple[float, float, int]:
    return await future


class ExecutorInGroup(Claim):
    """Nine blocking requests of equal length."""

    id = "executor-in-group"
    claim = "Blocking fetches in run_in_executor inside a group overlap: 9 requests in the time of the slowest."
    criterion = f"The group takes at most {LARGEST}x as long as its slowest request."
    seconds = 4.0

    def measure(self, workbench: "Workbench") -> Evidence:
        conditions = (f"{REQUESTS} requests of {DELAY_S} s to a server on 127.0.0.1, in the default executor",)
        return Evidence(workbench.experiment(fetch_in_group, TRIALS), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        ratio, in_flight = evidence[RATIO], evidence[IN_FLIGHT]
        why = (
            f"the group takes {value_text(ratio)} of its slowest request, with at most {value_text(in_flight)} of "
            f"{REQUESTS} requests at once: the default executor has one thread per core and 4 more"
        )
        return judged(ratio.at_most(LARGEST), why)
