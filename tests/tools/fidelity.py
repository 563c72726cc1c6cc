"""How closely the harness matches a plain script: `python -m tests.tools.fidelity [PAIRS [BACKEND ...]]`.

The same work is timed by a script as one would write it by hand and by a trial of the harness, in turn, each in a
fresh interpreter and each after one untimed pass. Printed is the median of the ratios harness / script, with their
quartiles. A ratio of adjacent runs means something where a lone time does not.
"""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Value
from tests.support.paths import ROOT

SQRT_SUM = """
import math
def work(n):
    sqrt = math.sqrt
    total = 0.0
    for i in range(n):
        total += sqrt(i)
    return total
async def work_async(n):
    return work(n)
items = [300_000] * 32
"""
WAITS = """
import asyncio, time
def work(item):
    time.sleep(0.05)
    return item
async def work_async(item):
    await asyncio.sleep(0.05)
    return item
items = range(16)
"""
NOTHING = """
def work(item):
    return item
async def work_async(item):
    return item
items = range(10_000)
"""
FEW = NOTHING.replace("10_000", "1_000")

SCRIPTS = {
    "sequential": """
def run():
    return [work(item) for item in items]
run()
began = time.perf_counter()
run()
print(time.perf_counter() - began)
""",
    "threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor({workers}) as pool:
    list(pool.map(work, items))
    began = time.perf_counter()
    list(pool.map(work, items))
    print(time.perf_counter() - began)
""",
    "processes": """
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor({workers}) as pool:
    list(pool.map(work, items, chunksize={chunksize}))
    began = time.perf_counter()
    list(pool.map(work, items, chunksize={chunksize}))
    print(time.perf_counter() - began)
""",
    "coroutines": """
import asyncio
async def run():
    slots = asyncio.Semaphore({workers})
    async def one(item):
        async with slots:
            return await work_async(item)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]
async def main():
    await run()
    began = time.perf_counter()
    await run()
    print(time.perf_counter() - began)
asyncio.run(main())
""",
    "dask_cluster": """
from distributed import Client, LocalCluster
cluster = LocalCluster(n_workers={workers}, threads_per_worker=1, dashboard_address="127.0.0.1:0")
client = Client(cluster)
def run():
    return client.gather(client.map(work, items, pure=False))
run()
began = time.perf_counter()
run()
print(time.perf_counter() - began)
client.close()
cluster.close()
""",
    "ray_cluster": """
import ray
from ray.util import ActorPool
ray.init(num_cpus={workers}, include_dashboard=False, log_to_driver=False)
@ray.remote
class Worker:
    def work(self, item):
        return work(item)
pool = ActorPool([Worker.remote() for _ in range({workers})])
def run():
    return list(pool.map_unordered(lambda worker, item: worker.work.remote(item), items))
run()
began = time.perf_counter()
run()
print(time.perf_counter() - began)
ray.shutdown()
""",
}
ENGINES = ("dask_cluster", "ray_cluster")
PLAIN = tuple(name for name in SCRIPTS if name not in ENGINES)


@dataclass(frozen=True)
class Subject:
    """The same work twice: as a script's text, and as a workload."""

    name: str
    script: str
    path: Path
    params: dict[str, Value]
    workers: int
    chunksize: int = 1
    backends: Sequence[str] = tuple(SCRIPTS)


SUBJECTS = (
    Subject("sqrt-sum", SQRT_SUM, ROOT / "workloads/sqrt_sum.py", {"tasks": 32, "n": 300_000}, 2),
    Subject("waits", WAITS, ROOT / "tests/workloads/waits.py", {"count": 16, "seconds": 0.05}, 4),
    Subject("nothing", NOTHING, ROOT / "tests/workloads/nothing.py", {"count": 10_000}, 4, 1, PLAIN),
    Subject("nothing", NOTHING, ROOT / "tests/workloads/nothing.py", {"count": 10_000}, 4, 16, ("processes",)),
    Subject("nothing", FEW, ROOT / "tests/workloads/nothing.py", {"count": 1000}, 4, 1, ENGINES),
)


def script_s(subject: Subject, backend: str) -> float:
    """The time in seconds that the plain script measures itself."""
    ending = SCRIPTS[backend].format(workers=subject.workers, chunksize=subject.chunksize)
    done = subprocess.run(
        [sys.executable, "-c", "import time\n" + subject.script + ending], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def harness_s(subject: Subject, backend: str) -> float:
    """The elapsed_s of a trial of the same work."""
    defaults: dict[str, dict[str, Value]] = {
        "processes": {"start_method": None},
        "dask_cluster": {"address": None, "threads_per_worker": 1},
        "ray_cluster": {"address": None},
    }
    options = {**defaults[backend], "chunksize": subject.chunksize} if backend in defaults else {}
    workers = 1 if backend == "sequential" else subject.workers
    request = Request(str(subject.path), subject.name, subject.params, backend, options, workers, warmups=1)
    outcome = run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(120))
    assert outcome.failed is None, outcome.failed
    return outcome.measured[0].elapsed_s


def main(pairs: int, backends: Sequence[str]) -> None:
    """Measure every subject under these backends and print a line for each."""
    for subject in SUBJECTS:
        for backend in (name for name in backends if name in subject.backends):
            ratios = [harness_s(subject, backend) / script_s(subject, backend) for _ in range(pairs)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            name = f"{subject.name} {backend} x{subject.workers} chunksize {subject.chunksize}"
            print(f"{name:40} {middle:.3f}  quartiles {low:.3f} to {high:.3f}  of {pairs} pairs", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15, sys.argv[2:] or PLAIN)
