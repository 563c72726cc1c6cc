"""Many requests in flight, under the harness and in a plain aiohttp script: `python -m tests.tools.in_flight [PAIRS]`.

All requests of `http-delay` are in flight at once and each is answered after 1 s. The plain script asks the same kind
of server, started anew for it. Printed are the medians, and the median and quartiles of harness / script.
"""

import statistics
import subprocess
import sys

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Measured, Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Value
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import raise_open_files_limit
from tests.support.paths import ROOT

WORKLOAD = ROOT / "workloads/http_delay.py"
DELAY_S = 1.0

SCRIPT = """
import asyncio, sys, time, aiohttp
async def main(url, requests):
    async def get(session):
        async with session.get(url) as answer:
            assert answer.status == 200
            return await answer.read()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as session:
        slots = asyncio.Semaphore(requests)
        async def one():
            async with slots:
                return await get(session)
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one()) for _ in range(requests)]
        print(time.perf_counter() - began)
asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def script_s(requests: int) -> float:
    """The time that the plain script takes for its requests, in seconds."""
    with http_server() as url:
        command = [sys.executable, "-c", SCRIPT, f"{url}/delay/{DELAY_S}", str(requests)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def trial(requests: int) -> Measured:
    """The same as a trial of the harness, with fresh connections too."""
    params: dict[str, Value] = {"requests": requests, "delay": DELAY_S, "url": ""}
    request = Request(str(WORKLOAD), "http-delay", params, "coroutines", {}, workers=requests, warmups=0)
    outcome = run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(120))
    assert outcome.failed is None, outcome.failed
    return outcome.measured[0]


def main(pairs: int) -> None:
    """Measure 1,000, 5,000 and 10,000 requests and print a line for each."""
    raise_open_files_limit()
    for requests in (1_000, 5_000, 10_000):
        harness, script = [], []
        for _ in range(pairs):
            harness.append(trial(requests).elapsed_s)
            script.append(script_s(requests))
        ratios = [ours / theirs for ours, theirs in zip(harness, script, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{requests:6} in flight: harness {statistics.median(harness):.2f} s, "
            f"script {statistics.median(script):.2f} s, ratio {middle:.3f}, "
            f"quartiles {low:.3f} to {high:.3f} of {pairs} pairs",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 7)
