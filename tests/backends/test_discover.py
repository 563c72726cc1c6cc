"""Items that are found while working, under every backend."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.backends._base import Backend, Job
from bench.backends._frontier import Frontier
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


@pytest.mark.parametrize("name", ["sequential", "threading", "asyncio"])
@settings(max_examples=30)
@given(edges=edge_lists)
def test_any_graph_is_explored(name: str, edges: list[tuple[int, int]]) -> None:
    text = " ".join(f"{start}-{end}" for start, end in edges)
    with batch_of(backends()[name], edges=text) as batch:
        items = batch.items()
        results = batch.run(items)
        assert dict(zip(items, results, strict=True)) == reachable(text)


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
    ],
)
def test_what_is_wrong_with_discover_is_said(backend: type[Backend], name: str, message: str) -> None:
    with pytest.raises(TrialFailed) as caught, batch_of(backend, name) as batch:
        batch.run(batch.items())
    assert caught.value.status is Status.ERROR
    assert message in caught.value.reason


def test_items_found_early_do_not_wait_for_slow_ones_in_an_executor() -> None:
    """While one item blocks, a chain of others goes on to its end, which then releases it."""
    import threading

    from bench import Workload

    class Blocking(Workload):
        def items(self) -> list[str]:
            return ["slow", "0"]

        def work(self, item: str, client: object) -> bool:
            if item == "slow":
                return released.wait(30)
            if item == "5":
                released.set()
            return True

        def discover(self, item: str, result: bool) -> list[str]:
            return [str(int(item) + 1)] if item != "slow" and int(item) < 5 else []

    released = threading.Event()
    workload = Blocking()
    job = Job(workload, Source("here.py", "blocking", {}), None, 2)
    with backends()["threading"]().pool(job) as pool:
        frontier = Frontier(workload.items(), workload.discover)
        pool.explore(frontier, record_latency=False)
    assert all(frontier.results)
    assert sorted(frontier.items) == ["0", "1", "2", "3", "4", "5", "slow"]


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
