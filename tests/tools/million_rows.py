"""Cost of reading a samples.csv of a million rows: `python -m tests.tools.million_rows [ROWS] [TIMES]`.

The file is made in a temporary folder: 50 cases in lock-step, 10 cycles per round. Then `bench show` and `bench plot`
run in turns with pandas.read_csv alone, each in a fresh interpreter. Printed are seconds and peak memory, with imports,
and their ratios; `bench plot` draws as well.
"""

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench.schema import AsyncStyle, Bound
from tests.support.factory import COLUMNS, ENVIRONMENT, asyncio, multiprocessing, sample

WORKLOADS = (
    ("sqrt-sum", '{"count": 1000000, "tasks": 8}', Bound.CPU, 0.8, 8),
    ("batch-filter", '{"batches": 32, "seed": 0, "size": 500000}', Bound.CPU, 0.33, 32),
    ("http-delay", '{"delay": 0.02, "requests": 50, "url": ""}', Bound.IO, 1.04, 50),
    ("sqlite-inserts", '{"rows": 1000}', Bound.IO, 0.5, 40),
    ("word-count", "{}", Bound.CPU, 0.1, 16),
)
CYCLES = 10
WAYS = ({"backend": "threading"}, multiprocessing("fork"), multiprocessing("spawn"), asyncio(AsyncStyle.BLOCKING))


class Cost(NamedTuple):
    seconds: float
    peak_bytes: int


def rows(dice: random.Random) -> Iterator[tuple[Any, ...]]:
    """An endless series of rows, cycle after cycle, with as many digits as the harness writes."""
    now = datetime(2026, 1, 2, tzinfo=UTC)
    for number in range(sys.maxsize):
        reference_s = dice.lognormvariate(-3, 0.2)
        for position, (cells, seconds, workers) in enumerate(CASES):
            elapsed = seconds * dice.lognormvariate(0, 0.05)
            now += timedelta(seconds=elapsed + 0.1)
            latencies = sorted(elapsed * dice.random() for _ in range(4))
            varied = {
                "started_at": now.isoformat(timespec="milliseconds"),
                "round": number // CYCLES,
                "value": number % CYCLES,
                "position": position,
                "reference_s": reference_s,
                "startup_s": dice.lognormvariate(-7, 0.3) * workers,
                "elapsed_s": elapsed,
                "shutdown_s": dice.lognormvariate(-8, 0.3),
                "cpu_user_s": elapsed * dice.uniform(0.8, 1),
                "cpu_system_s": elapsed * dice.uniform(0, 0.1),
                "foreign_cpu": dice.betavariate(1, 5),
                "peak_rss_bytes": dice.randrange(20_000_000, 150_000_000, 4096),
                "switches_voluntary": dice.randrange(200),
                "switches_involuntary": dice.randrange(100),
                **dict(zip(LATENCIES, latencies, strict=True)),
            }
            yield tuple(varied.get(name, cell) for name, cell in cells.items())


def _cases() -> Iterator[tuple[dict[str, Any], float, int]]:
    """The cells that are the same in all rows of a case, its time in seconds and its workers: ten for each workload."""
    for name, params, bound, seconds, items in WORKLOADS:
        about = {"run": "million", "workload": name, "params": params, "bound": bound, "items": items}
        ways: list[tuple[dict[str, Any], int]] = [({}, 1)]
        ways += [(method, workers) for method in WAYS for workers in (1, 2)] + [(WAYS[0], 4)]
        for method, workers in ways:
            plain = sample(**about, **method, workers=workers)
            yield dict(zip(COLUMNS, astuple(plain), strict=True)), seconds / min(workers, 1.7), workers


LATENCIES = [name for name in COLUMNS if name.startswith("latency")]
CASES = list(_cases())


def make(folder: Path, number: int) -> Path:
    """Write a run's folder with this many rows and return its samples.csv."""
    (folder / "environment.json").write_text(json.dumps(ENVIRONMENT), encoding="utf-8")
    path = folder / "samples.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(islice(rows(random.Random(1)), number))
    return path


def cost(*arguments: str) -> Cost:
    """Time and peak memory of a fresh interpreter, by the clock and the kernel's accounting."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments}: exit status {process.returncode}")
    return Cost(seconds, usage.ru_maxrss * 1024)


def main(number: int, times: int) -> None:
    """Print a line for each method of reading the file."""
    with tempfile.TemporaryDirectory() as name:
        path = make(Path(name), number)
        print(f"{number:,} rows, {path.stat().st_size / 1e6:.0f} MB, {len(CASES)} cases", flush=True)
        ways = {
            "read_csv": ("-c", f"import pandas; pandas.read_csv({str(path)!r})"),
            "bench show": ("-m", "bench", "show", str(path)),
            "bench plot": ("-m", "bench", "plot", str(path)),
        }
        costs: dict[str, list[Cost]] = {method: [] for method in ways}
        for _ in range(times):
            for method, arguments in ways.items():
                costs[method].append(cost(*arguments))
        for method, measured in costs.items():
            pairs = list(zip(measured, costs["read_csv"], strict=True))
            seconds = statistics.median(ours.seconds / theirs.seconds for ours, theirs in pairs)
            memory = statistics.median(ours.peak_bytes / theirs.peak_bytes for ours, theirs in pairs)
            print(
                f"{method:10}{statistics.median(one.seconds for one in measured):8.2f} s "
                f"{statistics.median(one.peak_bytes for one in measured) / 1e6:8.0f} MB"
                f"   over read_csv: time {seconds:.2f}x, memory {memory:.2f}x"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000, int(sys.argv[2]) if sys.argv[2:] else 3)
