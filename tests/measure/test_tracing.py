"""Traces: one case per configuration, separate from timed samples, with every item in a lane."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bench.backends._registry import backends, usual_backends
from bench.collect.discovery import select_workloads
from bench.collect.parameters import parse_all
from bench.machine.interpreters import choose
from bench.measure import tracing
from bench.measure.matrix import ChosenBackend, ChosenWorkload, every_case
from bench.measure.plan import Effort, Plan
from bench.measure.record.recorder import RunRecord
from bench.measure.record.trace_csv import COLUMNS
from bench.schema import Bound
from bench.session.measuring import measure
from tests.conftest import WriteFile
from tests.support.cases import case, cases_of, plan
from tests.support.command import rows
from tests.support.fake_run import FakeRun
from tests.support.isolation import imports_forgotten

FILE = """
import time
from bench import workload

@workload(items=range(6), bound="io")
def rests(item):
    time.sleep(0.01)

@workload(items=range(2), bound="io")
def fails(item):
    raise ValueError("no luck")
"""


@pytest.mark.parametrize(
    ("bound", "workers", "chosen"),
    [
        (Bound.CPU, (1, 2, 4), 2),
        (Bound.CPU, (4, 8), 4),
        (Bound.IO, (1, 2, 4, 8, 16, 32), 8),
        (Bound.IO, (16, 32), 16),
        (Bound.IO, (1,), 1),
    ],
)
def test_representative_worker_count_is_the_core_count_limited_to_what_can_be_drawn(
    bound: Bound, workers: tuple[int, ...], chosen: int
) -> None:
    cases = [case(backend="threading", bound=bound, workers=count) for count in workers]
    assert [one.workers for one in tracing.representative_cases(cases, cores=2)] == [chosen]


def test_each_configuration_of_each_workload_has_one_representative() -> None:
    cases = [*cases_of("one", 1, 2), *cases_of("other", 2), case(workload="one", backend="threading", python="3.14.0")]
    found = [(one.workload, one.backend, one.python) for one in tracing.representative_cases(cases, cores=2)]
    assert len(found) == len(set(found)) == 5


def traced(folder: Path, names: Sequence[str], used: Iterable[str]) -> Plan:
    """A plan that measures workloads of the file once under some backends with two workers, and traces them."""
    pythons = choose([])
    chosen = [
        ChosenWorkload(found, {}, (2,)) for found in select_workloads([str(folder / "mine.py")]) if found.name in names
    ]
    ways = [
        ChosenBackend(cls, parse_all({}, cls.known_options(), cls.name)) for cls in (backends()[name] for name in used)
    ]
    cases = every_case(chosen, ways, pythons)
    return Plan(cases, Effort(rounds=1, warmups=0, cycles=1, trace=True), seed=1)


def run_traced(folder: Path, names: Sequence[str], used: Iterable[str]) -> Path:
    """Measure and trace workloads of the file under some backends; returns the folder of the run."""
    (folder / "mine.py").write_text(FILE)
    with imports_forgotten():
        whole = traced(folder, names, used)
        with RunRecord.begin(whole, choose([]), [], "", folder / "run") as record:
            measure(whole, record, FakeRun())
    return folder / "run"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A traced run of a workload and of one that fails."""
    return run_traced(tmp_path_factory.mktemp("traced"), ("rests", "fails"), usual_backends())


def traced_rows(run: Path) -> list[dict[str, str]]:
    with (run / "trace.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_traced_run_has_every_item_of_every_backend_in_a_worker_lane(run: Path) -> None:
    spans = traced_rows(run)
    assert {row["backend"] for row in spans} == set(usual_backends())
    for backend in usual_backends():
        lanes: dict[str, list[dict[str, str]]] = {}
        for row in spans:
            if row["backend"] == backend:
                lanes.setdefault(row["lane"], []).append(row)
        assert len(lanes) == (1 if backend == "sequential" else 2)
        assert sum(row["activity"] == "item" for lane in lanes.values() for row in lane) == 6
        for lane in lanes.values():
            assert lane[0]["activity"] == "start"
            times = [float(row[name]) for row in lane for name in ("began_s", "ended_s")]
            assert times == sorted(times) and times[0] == 0


def test_traced_passes_are_not_samples(run: Path) -> None:
    workloads = [row["workload"] for row in rows(run)]
    assert workloads.count("rests") == workloads.count("fails") == len(usual_backends())


def test_case_that_cannot_be_traced_is_recorded_with_its_reason_and_others_continue(run: Path) -> None:
    assert {row["workload"] for row in traced_rows(run)} == {"rests"}
    untraced = json.loads((run / "environment.json").read_text())["untraced"]
    assert isinstance(untraced, list) and len(untraced) == len(usual_backends())
    assert {(one["workload"], one["status"]) for one in untraced} == {("fails", "error")}
    assert all("no luck" in one["reason"] for one in untraced)


def test_trace_file_has_its_columns_in_order(run: Path) -> None:
    assert (run / "trace.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


def test_trace_file_without_a_traced_case_has_only_the_columns(tmp_path: Path) -> None:
    run = run_traced(tmp_path, ("fails",), ("sequential",))
    assert (run / "trace.csv").read_text() == ",".join(COLUMNS) + "\n"


def test_without_trace_option_there_is_no_trace_file(here: Path, write_file: WriteFile) -> None:
    path = write_file("mine.py", FILE)
    loop = case(workload="rests", path=str(path), executable=choose([])[0].executable, python=choose([])[0].version)
    whole = plan(loop)
    with RunRecord.begin(whole, choose([]), [], "", here / "run") as record:
        measure(whole, record, FakeRun())
    assert not (here / "run/trace.csv").exists()
