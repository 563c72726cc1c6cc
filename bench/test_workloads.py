"""The pytest-benchmark suite: `pytest bench/ --benchmark-only`.

Every workload under every backend, with the code that a trial uses, and every pass checked. All of them share one
interpreter, so the times only serve for a quick look and to notice changes; `bench run` uses a fresh one per case.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.backends._base import Job
from bench.backends._registry import backends, usual_backends
from bench.collect.discovery import find_workloads, folders
from bench.collect.loader import Source
from bench.collect.parameters import parse_all
from bench.errors import TrialFailed
from bench.machine.host import usable_cores
from bench.machine.interpreters import probe
from bench.measure.matrix import ChosenBackend, ChosenWorkload, every_case, quick_counts
from bench.measure.trial.batch import Batch, set_up
from bench.schema import Case

ROUNDS = 5


def _cases() -> tuple[Case, ...]:
    """Each workload with its defaults, under each backend with its defaults, at the worker count of --quick."""
    chosen = [
        ChosenWorkload(
            description,
            parse_all({}, description.parameters, description.name),
            quick_counts(description.bound, usable_cores()),
        )
        for description in find_workloads(folders()).values()
        if not description.optional
    ]
    configurations = [
        ChosenBackend(cls, parse_all({}, cls.known_options(), cls.name)) for cls in usual_backends().values()
    ]
    return every_case(chosen, configurations, [probe(sys.executable)])


@contextmanager
def _batch(case: Case) -> Iterator[Batch]:
    """The case's batch, in a pool that is ready."""
    source = Source(case.path, case.workload, case.params)
    workload = source.build()
    with set_up(workload, case.path) as env:
        job = Job(workload, source, env, case.workers)
        with backends()[case.backend](**case.options).pool(job) as pool:
            yield Batch(job, pool)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case.workload}-{case.backend}")
def test_workload(case: Case, benchmark: BenchmarkFixture) -> None:
    benchmark.group = case.workload
    benchmark.extra_info |= {
        "workload": case.workload,
        "params": dict(case.params),
        "bound": case.bound,
        "backend": case.backend,
        "options": dict(case.options),
        "workers": case.workers,
        "python": case.python,
        "async_style": case.async_style,
    }
    passes: list[tuple[list[Any], list[Any]]] = []

    def one_pass(items: list[Any]) -> None:
        passes.append((items, batch.run(items)))

    def fresh_items() -> tuple[tuple[list[Any]], dict[str, Any]]:
        _check(batch, passes)
        return (batch.items(),), {}

    try:
        with _batch(case) as batch:
            benchmark.pedantic(  # type: ignore[no-untyped-call]  # the plugin annotates its class, not its methods
                one_pass, setup=fresh_items, rounds=ROUNDS, warmup_rounds=1
            )
            _check(batch, passes)
    except TrialFailed as failure:
        pytest.fail(str(failure), pytrace=False)


def _check(batch: Batch, passes: list[tuple[list[Any], list[Any]]]) -> None:
    """Check the previous pass, if there was one, while nothing is timed."""
    while passes:
        batch.check(*passes.pop())
