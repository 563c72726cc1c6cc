"""What every backend owes, however it runs a batch: one suite over all backends that are found."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from bench.backends._base import Backend, Job, Pool
from bench.backends._registry import backends
from bench.collect.loader import Source
from bench.collect.parameters import parse_all
from bench.errors import ItemFailed, TrialFailed
from bench.machine.interpreters import probe
from bench.schema import Gil, Status, Value
from tests.support.backend_params import marks_of
from tests.support.paths import WORKLOADS

EVENTS = WORKLOADS / "events.py"
INTERPRETER = probe(sys.executable)


@dataclass(frozen=True)
class BackendConfig:
    """A backend with options, as a user may ask for it."""

    cls: type[Backend]
    options: dict[str, Value]

    def __str__(self) -> str:
        return ":".join([self.cls.name, *(str(value) for value in self.options.values())])


def _configs() -> Iterator[BackendConfig]:
    for cls in backends().values():
        defaults = cls.resolve(parse_all({}, cls.known_options(), cls.name), INTERPRETER)
        if "start_method" in defaults:
            yield from (
                BackendConfig(cls, {**defaults, "start_method": method}) for method in INTERPRETER.start_methods
            )
            if "chunksize" in defaults:
                yield BackendConfig(cls, {**defaults, "chunksize": 5})
        else:
            yield BackendConfig(cls, defaults)


def _params() -> Iterator[object]:
    """The default start method in every test run, the others in the whole suite."""
    for config in _configs():
        is_default = config.options.get("start_method") in (None, INTERPRETER.start_methods[0])
        marks = marks_of(config.cls) if is_default else pytest.mark.slow
        yield pytest.param(config, id=str(config), marks=marks)


@pytest.fixture(params=list(_params()))
def config(request: pytest.FixtureRequest) -> BackendConfig:
    found: BackendConfig = request.param
    return found


@contextmanager
def _pool(
    config: BackendConfig, folder: Path, workers: int = 3, name: str = "events", **values: Value
) -> Iterator[tuple[Pool, int]]:
    """A pool over the events workload, and the number of workers that it really has."""
    source = Source(str(EVENTS), name, {"count": 12, "bad": -1, "bad_client": False, "bad_close": False, **values})
    (workers,) = config.cls.worker_counts((workers,))
    workers = next(count for count in range(workers, 100) if config.cls.fits(count, config.options))
    with config.cls(**config.options).pool(Job(source.build(), source, str(folder), workers)) as pool:
        yield pool, workers


def _events(folder: Path) -> list[tuple[str, str]]:
    """The logged events, in order."""
    lines = (folder / "events").read_text().splitlines()
    return [(who, what) for who, _, what in (line.partition(" ") for line in lines)]


def test_results_are_in_item_order_whatever_the_order_of_completion(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, _):
        assert pool.run(list(range(12)), record_latency=False) == [item * item for item in range(12)]


def test_every_item_is_processed_once_per_pass(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, _):
        pool.run(list(range(12)), record_latency=False)
        pool.run(list(range(12)), record_latency=True)
    begun = Counter(what for _, what in _events(tmp_path) if what.startswith("begin"))
    assert begun == {f"begin {item}": 2 for item in range(12)}


def test_clients_open_before_the_first_item_and_close_after_the_last(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, workers):
        loops = {"asyncio": 1, "processes-asyncio": workers // int(str(config.options.get("each", 1)))}
        clients = loops.get(config.cls.name, workers)  # one per event loop
        assert [what for _, what in _events(tmp_path)] == ["open"] * clients
        pool.run(list(range(12)), record_latency=False)
    assert [what for _, what in _events(tmp_path)][-clients:] == ["close"] * clients


def test_client_is_closed_by_the_worker_that_opened_it(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path):
        pass
    events = _events(tmp_path)
    assert Counter(who for who, what in events if what == "open") == Counter(
        who for who, what in events if what == "close"
    )


def test_items_in_flight_reach_but_never_exceed_the_worker_count(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, workers):
        pool.run(list(range(12)), record_latency=False)
    in_flight, most = 0, 0
    for _, what in _events(tmp_path):
        in_flight += what.startswith("begin") - what.startswith("end")
        most = max(most, in_flight)
    assert most == workers


def test_latencies_are_recorded_for_every_item_only_on_request(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, _):
        pool.run(list(range(12)), record_latency=False)
        assert pool.take_latencies() == []
        pool.run(list(range(12)), record_latency=True)
        latencies = pool.take_latencies()
        assert pool.take_latencies() == []
    assert len(latencies) == 12
    assert all(latency > 0 for latency in latencies)


def test_items_in_a_worker_lane_do_not_overlap_and_start_after_it_is_ready(
    config: BackendConfig, tmp_path: Path
) -> None:
    with _pool(config, tmp_path) as (pool, workers):
        pool.run(list(range(12)), record_latency=True)
        lanes = pool.take_lanes()
    times = [[lane.ready_ns, *(time for span in lane.spans for time in span)] for lane in lanes]
    assert all(earlier <= later for lane in times for earlier, later in pairwise(lane))
    assert (len(lanes), sum(len(lane.spans) for lane in lanes)) == (workers, 12)


def test_failed_item_is_reported_with_item_exception_and_line(config: BackendConfig, tmp_path: Path) -> None:
    with (
        pytest.raises(ItemFailed, match=r"item 7: ValueError: 7 is bad \(events.py:\d+\)"),
        _pool(config, tmp_path, bad=7) as (pool, _),
    ):
        pool.run(list(range(12)), record_latency=False)


def test_clients_are_closed_after_a_failed_item(config: BackendConfig, tmp_path: Path) -> None:
    if config.cls.name == "joblib":
        pytest.skip("joblib kills its workers after a failure")
    with pytest.raises(ItemFailed), _pool(config, tmp_path, bad=7) as (pool, _):
        pool.run(list(range(12)), record_latency=False)
    events = Counter(what for _, what in _events(tmp_path))
    assert events["open"] == events["close"] > 0


def test_client_that_cannot_be_opened_is_reported_with_its_reason(config: BackendConfig, tmp_path: Path) -> None:
    with pytest.raises(TrialFailed, match=r"client: ConnectionError: no way in \(events.py:\d+\)"):  # noqa: SIM117
        with _pool(config, tmp_path, bad_client=True):
            pass


def test_client_that_cannot_be_closed_is_reported_with_its_reason(config: BackendConfig, tmp_path: Path) -> None:
    with pytest.raises(TrialFailed, match="closing the client: ConnectionError: no way out") as caught:  # noqa: SIM117
        with _pool(config, tmp_path, bad_close=True):
            pass
    assert caught.value.status is Status.ERROR


def test_blocking_work_gives_the_same_results(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path, name="blocking") as (pool, _):
        assert pool.run(list(range(12)), record_latency=False) == [item * item for item in range(12)]


def test_more_workers_than_items_are_allowed(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path, workers=6) as (pool, _):
        assert pool.run([0, 1], record_latency=False) == [0, 1]


def test_gil_state_is_reported(config: BackendConfig, tmp_path: Path) -> None:
    with _pool(config, tmp_path) as (pool, _):
        assert pool.gil in Gil
