"""Runs for tests: samples with plain defaults, written as the harness writes them."""

import csv
import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from bench.schema import BASELINE, Activity, AsyncStyle, Bound, Gil, Sample, Span, Status, canonical_json

COLUMNS = [field.name for field in fields(Sample)]
SHARED = ("run", "workload", "params", "bound", "interpreter", "python", "group", "value")
PYTHON = "3.11.7"
ENVIRONMENT: dict[str, Any] = {
    "machine": {"cpu_model": "Imaginary CPU @ 3.00GHz", "cores_usable": 2, "system": "Linux 6.1"},
    "label": None,
}


def sample(**facts: Any) -> Sample:
    """An ok baseline sample of one second, except for the given facts; by default an interpreter has no other label."""
    plain = Sample(
        run="run",
        started_at="2026-01-02T03:04:05.678+00:00",
        workload="work",
        params="{}",
        bound=Bound.CPU,
        backend=BASELINE,
        options="{}",
        start_method=None,
        async_style=None,
        workers=1,
        interpreter=facts.get("python", PYTHON),
        python=PYTHON,
        gil=Gil.ON,
        round=0,
        group=0,
        value=0,
        position=0,
        status=Status.OK,
        items=8,
        startup_s=0.001,
        elapsed_s=1.0,
        shutdown_s=0.002,
        cpu_user_s=0.9,
        cpu_system_s=0.05,
        peak_rss_bytes=30_000_000,
    )
    return replace(plain, **facts)


def failure(status: Status = Status.ERROR, reason: str = "ValueError: no luck (work.py:3)", **facts: Any) -> Sample:
    """A sample that is not ok, with no times."""
    unknown = dict.fromkeys(["elapsed_s", "startup_s", "shutdown_s", "cpu_user_s", "cpu_system_s", "peak_rss_bytes"])
    return sample(status=status, reason=reason, **{**unknown, **facts})


def rounds(seconds: Sequence[float], **facts: Any) -> list[Sample]:
    """One sample per round, each with its elapsed time in seconds."""
    return [sample(round=number, elapsed_s=elapsed, **facts) for number, elapsed in enumerate(seconds)]


def lockstep(seconds: Sequence[Sequence[float]], **facts: Any) -> list[Sample]:
    """The samples of one case, given its times by round and cycle."""
    return [
        sample(round=number, value=cycle, elapsed_s=elapsed, **facts)
        for number, times in enumerate(seconds)
        for cycle, elapsed in enumerate(times)
    ]


def pair(baseline: Sequence[float], case: Sequence[float], **facts: Any) -> list[Sample]:
    """The baseline and one threading case with 2 workers, one time per round; the facts apply to both."""
    shared = {name: value for name, value in facts.items() if name in SHARED}
    return rounds(baseline, **shared) + rounds(case, **{"backend": "threading", "workers": 2, **facts})


def asyncio(style: AsyncStyle = AsyncStyle.NATIVE) -> dict[str, Any]:
    """The facts of an asyncio sample about its backend."""
    return {"backend": "asyncio", "async_style": style}


def multiprocessing(method: str = "fork") -> dict[str, Any]:
    """The facts of a multiprocessing sample about its backend."""
    options = canonical_json({"chunksize": 1, "start_method": method})
    return {"backend": "multiprocessing", "options": options, "start_method": method}


def write_run(folder: Path, samples: Iterable[Sample], environment: dict[str, Any] | None = ENVIRONMENT) -> Path:
    """Write samples.csv and environment.json and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[getattr(row, name) for name in COLUMNS] for row in samples]
    write_rows(folder / "samples.csv", [COLUMNS, *rows])
    if environment is not None:
        (folder / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    return folder


def write_rows(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Cells as CSV; None is an empty one."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def varied_run(folder: Path, number_of_rounds: int = 5, seed: int = 1, baseline: bool = True) -> Path:
    """A run of four workloads on four backends, with some failures and a drift shared by each round."""
    dice = random.Random(seed)
    samples = []
    for number in range(number_of_rounds):
        for workload, loop, params, bound, items, counts in WORKLOADS:
            drift = dice.choice([1.0, 1.6])
            about = {"workload": workload, "params": params, "bound": bound, "round": number, "items": items}
            for backend, workers, seconds in _cases(loop, bound, items, counts):
                elapsed = seconds * drift * dice.lognormvariate(0, 0.04)
                facts = {**about, **backend, "workers": workers}
                if workload == "batch-filter" and backend["backend"] == "threading" and workers >= 2:
                    samples.append(failure(Status.WRONG, "item 3: 41 where 42 was due (batch_filter.py:31)", **facts))
                elif baseline or backend["backend"] != BASELINE:
                    busy = min(workers, 2) * elapsed if bound is Bound.CPU else 0.03
                    samples.append(sample(elapsed_s=elapsed, cpu_user_s=busy, **facts))
    return write_run(folder, samples)


WORKLOADS = (
    ("sqrt-sum", 0.8, '{"count": 1000000, "tasks": 8}', Bound.CPU, 8, (1, 2, 4)),
    ("batch-filter", 0.35, '{"batches": 8}', Bound.CPU, 8, (1, 2, 4)),
    ("http-delay", 1.04, '{"delay": 0.02, "requests": 50}', Bound.IO, 50, (1, 2, 4, 8, 16, 32)),
    ("sqlite-inserts", 0.5, "{}", Bound.IO, 40, (1, 2, 4, 8, 16, 32)),
)


def _cases(loop: float, bound: Bound, items: int, counts: Sequence[int]) -> Iterator[tuple[dict[str, Any], int, float]]:
    """The backend, workers and expected time of each case of a workload."""
    yield {"backend": BASELINE}, 1, loop
    for workers in counts:
        wave = math.ceil(items / workers) / items
        shared = wave if bound is Bound.IO else max(wave, 0.55)
        yield {"backend": "threading"}, workers, loop * (shared + 0.02 if bound is Bound.IO else 1.04)
        yield multiprocessing("fork"), workers, loop * (shared + 0.05)
        yield multiprocessing("spawn"), workers, loop * (shared + 0.07)
        native = bound is Bound.IO and items == 50
        yield (
            asyncio(AsyncStyle.NATIVE if native else AsyncStyle.BLOCKING),
            workers,
            loop * (shared if native else 1.01),
        )


def spans(lanes: Sequence[Sequence[tuple[float, float]]], ready: float | None = 0.001, **facts: Any) -> list[Span]:
    """A traced pass of threading, one lane per worker, with begin and end of its items; all workers ready at once."""
    plain: dict[str, Any] = {
        "workload": "work",
        "params": "{}",
        "bound": Bound.CPU,
        "backend": "threading",
        "options": "{}",
        "start_method": None,
        "async_style": None,
        "workers": max(1, len(lanes)),
        "interpreter": facts.get("python", PYTHON),
        "python": PYTHON,
        **facts,
    }
    all_spans = []
    for number, items in enumerate(lanes):
        if ready is not None:
            all_spans.append(Span(**plain, lane=number, activity=Activity.START, began_s=0.0, ended_s=ready))
        all_spans += [
            Span(**plain, lane=number, activity=Activity.ITEM, began_s=began, ended_s=ended) for began, ended in items
        ]
    return all_spans


def write_trace(folder: Path, traced: Iterable[Span]) -> Path:
    """Write trace.csv with these spans and return its path."""
    columns = [field.name for field in fields(Span)]
    write_rows(folder / "trace.csv", [columns, *([getattr(span, name) for name in columns] for span in traced)])
    return folder / "trace.csv"
