"""Items that are found while working, under every backend."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends._base import Backend, Job, Pool
from bench.backends._registry import backends, module_of
from bench.collect.loader import Source
from bench.collect.parameters import parse_all
from bench.errors import TrialFailed
from bench.machine.interpreters import probe
from bench.measure.trial.batch import Batch
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Status, Value
from tests.support.backend_params import backend_params
from tests.support.paths import WORKLOADS

GRAPH = WORKLOADS / "graph.py"
INTERPRETER = probe(sys.executable)
CHAIN = " ".join(f"{node}-{node + 1}" for node in range(20))
STAR = " ".join(f"0-{node}" for node in range(1, 30))
CYCLES = "0-1 1-2 2-0 2-3 3-3 3-1 0-0"
DIAMOND = "0-1 0-2 1-3 2-3 3-4 3-4"
GRAPHS = {"alone": "", "chain": CHAIN, "star": STAR, "cycles": CYCLES, "diamond": DIAMOND}

edge_lists = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


@pytest.fixture(params=backend_params())
def backend(request: pytest.FixtureRequest) -> type[Backend]:
    found: type[Backend] = request.param
    return found


def options_of(backend: type[Backend]) -> dict[str, Value]:
    return backend.resolve(parse_all({}, backend.known_options(), backend.name), INTERPRETER)


def workers_of(backend: type[Backend], least: int) -> int:
    (workers,) = backend.worker_counts((least,))
    return next(count for count in range(workers, 100) if backend.fits(count, options_of(backend)))


@contextmanager
def batch_of(backend: type[Backend], name: str = "graph", **values: Value) -> Iterator[Batch]:
    source = Source(str(GRAPH), name, {"edges": "", "bad": -1, "wait": 0.0, **values})
    job = Job(source.build(), source, None, workers_of(backend, 3))
    with backend(**options_of(backend)).pool(job) as pool:
        yield Batch(job, pool)


def reachable(edges: str) -> dict[int, list[int]]:
    """Each node that 0 leads to, with the nodes that it leads to."""
    pairs = [tuple(map(int, edge.split("-"))) for edge in edges.split()]
    nodes, found = [0], {}
    while nodes:
        node = nodes.pop()
        found[node] = [end for start, end in pairs if start == node]
        nodes += [end for end in found[node] if end not in found and end not in nodes]
    return found


@pytest.mark.parametrize("record_latency", [False, True])
@pytest.mark.parametrize(
    "edges", ["", CHAIN, STAR, CYCLES, DIAMOND], ids=["alone", "chain", "star", "cycles", "diamond"]
)
def test_every_item_is_worked_on_once_with_its_own_result(
    backend: type[Backend], edges: str, record_latency: bool
) -> None:
    with batch_of(backend, edges=edges) as batch:
        items = batch.items()
        results = batch.run(items, record_latency)
        batch.check(items, results)
        assert dict(zip(items, results, strict=True)) == reachable(edges)
        assert len(items) == len(reachable(edges))


def test_any_graph_is_explored(backend: type[Backend]) -> None:
    source = Source(str(GRAPH), "graph-of-items", {})
    job = Job(source.build(), source, None, workers_of(backend, 3))
    with backend(**options_of(backend)).pool(job) as pool:

        @given(edges=edge_lists)
        def explored(edges: list[tuple[int, int]]) -> None:
            links = tuple(tuple(end for start, end in edges if start == node) for node in range(13))
            items: list[Any] = [(links, 0), (links, 0)]
            results = Batch(job, pool).run(items)
            found = {node: list(ends) for (_, node), ends in zip(items, results, strict=True)}
            assert found == reachable(" ".join(f"{start}-{end}" for start, end in edges))
            assert len(items) == len(found)

        explored()


def test_coroutines_explore_too() -> None:
    with batch_of(backends()["asyncio"], "async-graph", edges=f"{CHAIN} {STAR}", stubborn=False) as batch:
        items = batch.items()
        results = batch.run(items, record_latency=True)
        assert dict(zip(items, results, strict=True)) == reachable(f"{CHAIN} {STAR}")


def test_a_failure_is_reported_although_other_coroutines_do_not_end_when_cancelled() -> None:
    """What they lead to is not started any more, since the pass has failed."""
    with (
        warnings.catch_warnings(action="error"),
        pytest.raises(TrialFailed, match=r"item 0: AssertionError: node 0 is bad \(graph.py:\d+\)$"),
        batch_of(backends()["asyncio"], "async-graph", edges="1-2", bad=0, stubborn=True) as batch,
    ):
        batch.run([1, 0])


def test_items_are_started_as_soon_as_they_are_found(backend: type[Backend], tmp_path: Path) -> None:
    if backend.pool is backends()["sequential"].pool:
        pytest.skip("has one worker")
    source = Source(str(GRAPH), "patient", {"folder": str(tmp_path), "length": 6})
    job = Job(source.build(), source, None, workers_of(backend, 2))
    with backend(**options_of(backend)).pool(job) as pool:
        if type(pool).explore is Pool.explore:
            pytest.skip("goes in waves")
        items = [0]
        assert Batch(job, pool).run(items) == [True] * 7


def test_each_pass_starts_from_the_first_items(backend: type[Backend]) -> None:
    with batch_of(backend, edges=CHAIN) as batch:
        for _ in range(2):
            items = batch.items()
            assert items == [0]
            batch.run(items)
            assert len(items) == 21


def test_every_item_is_recorded(backend: type[Backend]) -> None:
    with batch_of(backend, edges=STAR) as batch:
        batch.run(batch.items(), record_latency=True)
        assert len(batch._pool.take_latencies()) == 30


@pytest.mark.parametrize("bad", [0, 2, 7])
def test_an_item_that_fails_ends_the_pass(backend: type[Backend], bad: int) -> None:
    with (
        pytest.raises(TrialFailed, match=f"item {bad}: .*node {bad} is bad"),
        batch_of(backend, edges=f"{CHAIN} {STAR}", bad=bad) as batch,
    ):
        batch.run(batch.items())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unhashable", "item {'node': 0} cannot be hashed"),
        ("broken-discover", "discover: LookupError: no idea"),
        ("text", "discover: TypeError: returned 'next' in place of a list of items"),
        ("nothing", "discover: TypeError: returned None in place of a list of items"),
    ],
)
def test_what_is_wrong_with_discover_is_said(backend: type[Backend], name: str, message: str) -> None:
    with pytest.raises(TrialFailed) as caught, batch_of(backend, name) as batch:
        batch.run(batch.items())
    assert caught.value.status is Status.ERROR
    assert message in caught.value.reason


def test_trials_measure_workloads_that_discover(backend: type[Backend], tmp_path: Path) -> None:
    params: dict[str, Value] = {"edges": DIAMOND, "bad": -1, "wait": 0.0}
    for trace in (False, True):
        request = Request(
            str(GRAPH),
            "graph",
            params,
            module_of(backend),
            options_of(backend),
            workers_of(backend, 1),
            warmups=1,
            trace=trace,
        )
        outcome = run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(60), passes=0 if trace else 2)
        assert outcome.failed is None
        if trace:
            assert outcome.traced is not None
            assert sum(map(len, outcome.traced.spans_s)) == 5
        else:
            assert [one.items for one in outcome.measured] == [5, 5]
