"""Resuming an interrupted run: what is completed, what is set aside, and what is refused."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.errors import CannotResume
from bench.machine import host
from bench.machine.interpreters import probe
from bench.measure.plan import Plan
from bench.measure.record import environment_json, interrupted_run
from bench.measure.record.interrupted_run import InterruptedRun, is_finished, open_interrupted
from bench.measure.record.recorder import RunRecord
from bench.schema import AsyncStyle, Sample
from tests.support.cases import case, plan
from tests.support.factory import failure, sample

THIS_PYTHON = probe(sys.executable)


@pytest.fixture
def whole(here: Path) -> Plan:
    """Two cases of a workload file that exists."""
    path = here / "work.py"
    path.write_text("x = 1\n")
    facts: dict[str, Any] = {"path": str(path), "executable": sys.executable, "params": {"n": 4}}
    other = case(backend="asyncio", workers=2, async_style=AsyncStyle.NATIVE, **facts)
    return plan(case(**facts), other, rounds=3, cycles=2, seed=42)


def loop(value: int = 0, **facts: Any) -> Sample:
    """A pass of the baseline, of which the second is the last one."""
    return sample(params='{"n": 4}', value=value, **{"shutdown_s": 0.5 if value else None, **facts})


WriteInterrupted = Callable[..., Path]


@pytest.fixture
def write_interrupted(whole: Plan, here: Path) -> WriteInterrupted:
    """Writes an interrupted run with these samples, then these bytes."""

    def write(*samples: Sample, then: bytes = b"") -> Path:
        with RunRecord.begin(whole, [THIS_PYTHON], [], "", here / "run") as record:
            record.append(samples)
        with (record.folder / "samples.csv").open("ab") as file:
            file.write(then)
        return record.folder

    return write


def opened(folder: Path) -> InterruptedRun:
    """Open the interrupted run and close it again."""
    found = open_interrupted(folder)
    found.close()
    return found


def change(folder: Path, **facts: Any) -> None:
    """Overwrite facts in environment.json."""
    environment = json.loads((folder / "environment.json").read_text())
    environment_json.write(folder, {**environment, **facts})


def test_plan_of_an_interrupted_run_is_the_original_plan(write_interrupted: WriteInterrupted, whole: Plan) -> None:
    assert opened(write_interrupted()).plan == whole


def test_completed_passes_are_those_in_the_rows(write_interrupted: WriteInterrupted, whole: Plan) -> None:
    found = opened(write_interrupted(loop(value=0), loop(value=1), loop(round=1))).completed
    done = [[found.is_done(number, one) for one in whole.cases] for number in (0, 1)]
    assert done == [[True, False], [False, False]]
    assert found.groups == {0: 1, 1: 1}


def test_decided_number_of_cycles_is_kept(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop())
    change(folder, cycles={"work": 7})
    assert opened(folder).completed.cycles == {"work": 7}


@pytest.mark.parametrize("cycles", [{"work": 0}, {"work": "many"}, {"work": True}, [7], None])
def test_invalid_number_of_cycles_is_refused(write_interrupted: WriteInterrupted, cycles: Any) -> None:
    folder = write_interrupted(loop())
    change(folder, cycles=cycles)
    with pytest.raises(CannotResume):
        opened(folder)


def test_opening_an_interrupted_run_does_not_modify_it(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop(), then=b"half a ro")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    opened(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_torn_row_is_set_aside_and_earlier_rows_are_kept(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop())
    whole_rows = (folder / "samples.csv").read_bytes()
    for torn in (b"run,2026-01", b"again"):
        with (folder / "samples.csv").open("ab") as file:
            file.write(torn)
        found = open_interrupted(folder)
        assert found.has_torn_row
        with found.resume([]):
            assert (folder / "samples.csv").read_bytes() == whole_rows
    assert (folder / "samples.csv.torn").read_bytes() == b"run,2026-01\nagain\n"


def test_resume_appends_rows_after_the_completed_ones(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop(value=0))
    with open_interrupted(folder).resume([]) as record:
        record.append([loop(value=1)])
    assert [row["value"] for row in interrupted_run.read_rows(folder).rows] == ["0", "1"]


def test_record_states_when_the_run_was_resumed_and_with_how_many_rows(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop(), then=b"torn")
    with open_interrupted(folder).resume(["run", "--resume", "run"]) as record:
        record.finish(rounds_done=3)
    environment = environment_json.read(folder)
    (resumed,) = environment["resumed"]
    assert (resumed["rows_kept"], resumed["torn_rows"]) == (1, 1)
    assert resumed["command"] == ["run", "--resume", "run"]
    assert environment["started_at"] <= resumed["at"] <= environment["finished_at"]
    assert environment["pid"] == os.getpid()
    assert is_finished(folder)


def test_run_in_progress_is_refused_with_the_process_measuring_it(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop())
    with (
        open_interrupted(folder).resume([]),
        pytest.raises(CannotResume, match=f"is being measured by process {os.getpid()}"),
    ):
        open_interrupted(folder)
    opened(folder)


def test_file_cut_anywhere_keeps_complete_rows_and_drops_the_partial_one(write_interrupted: WriteInterrupted) -> None:
    path = (
        write_interrupted(*[loop(round=number, value=value) for number in range(2) for value in range(2)])
        / "samples.csv"
    )
    every = path.read_bytes()
    for size in range(every.index(b"\n") + 1, len(every) + 1):
        path.write_bytes(every[:size])
        rows = interrupted_run.read_rows(path.parent)
        assert len(rows.rows) == every[:size].count(b"\n") - 1
        assert every[: rows.size] + rows.torn == every[:size]
        assert b"\n" not in rows.torn


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("bench", "0.0.1", r"the version of bench was 0\.0\.1, and is "),
        ("machine", {**host.describe(), "cpu_model": "Other"}, r"the machine's cpu_model was Other, and is "),
        ("machine", {**host.describe(), "cores_usable": 99}, r"the machine's cores_usable was 99, and is \d+"),
        ("machine", {**host.describe(), "memory_bytes": 1}, r"the machine's memory_bytes was 1, and is "),
    ],
)
def test_changed_facts_are_refused_with_their_old_and_new_values(
    write_interrupted: WriteInterrupted, fact: str, value: Any, message: str
) -> None:
    folder = write_interrupted(loop())
    change(folder, **{fact: value})
    with pytest.raises(CannotResume, match=message):
        open_interrupted(folder)


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("version", "3.1.4", r"the version of \S+ was 3\.1\.4, and is "),
        ("build", "another", r"the build of \S+ was another, and is "),
        ("packages", {"gone": "1.0"}, r"gone in \S+ was 1\.0, and is unknown"),
        ("executable", "/nowhere/python", r"/nowhere/python: does not work as a Python"),
    ],
)
def test_different_interpreter_is_refused(
    write_interrupted: WriteInterrupted, fact: str, value: Any, message: str
) -> None:
    folder = write_interrupted(loop())
    (interpreter,) = environment_json.read(folder)["interpreters"]
    others = interpreter["packages"] if fact == "packages" else {}
    change(folder, interpreters=[{**interpreter, fact: {**others, **value} if fact == "packages" else value}])
    with pytest.raises(CannotResume, match=message):
        open_interrupted(folder)


def test_different_load_does_not_make_a_different_machine(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted(loop())
    described = host.describe()
    memory = int(described["memory_bytes"] * 1.001)
    change(folder, machine={**described, "load_1min": 99.0, "clock_resolution_s": 1.0, "memory_bytes": memory})
    opened(folder)


@pytest.mark.parametrize("text", ["x = 2\n", None])
def test_changed_or_missing_workload_file_is_refused(
    write_interrupted: WriteInterrupted, here: Path, text: str | None
) -> None:
    folder = write_interrupted(loop())
    (here / "work.py").unlink()
    if text:
        (here / "work.py").write_text(text)
    with pytest.raises(CannotResume, match=r"the SHA-256 of .*work\.py was [0-9a-f]{12}, and is "):
        open_interrupted(folder)


def test_row_of_an_unplanned_case_is_refused(write_interrupted: WriteInterrupted) -> None:
    with pytest.raises(CannotResume, match=r"has a row of work by threading at 7 workers, which is not in the plan"):
        open_interrupted(write_interrupted(loop(backend="threading", workers=7)))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([loop(), loop()], "is duplicate or out of order"),
        ([loop(started_at="yesterday")], "Invalid isoformat string: 'yesterday'"),
    ],
)
def test_impossible_rows_are_refused(write_interrupted: WriteInterrupted, rows: list[Sample], message: str) -> None:
    with pytest.raises(CannotResume, match=message):
        open_interrupted(write_interrupted(*rows))


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (b"half a row\r\n", "line 3: has 1 cells, the header has 36"),
        (b"\xff\r\n", "can't decode byte 0xff"),
        (b'"' * 3 + b"\r\n", "line 3: "),
    ],
)
def test_malformed_line_is_refused(write_interrupted: WriteInterrupted, then: bytes, message: str) -> None:
    with pytest.raises(CannotResume, match=message):
        open_interrupted(write_interrupted(loop(), then=then))


@pytest.mark.parametrize("missing_fact", ["cases", "effort", "machine", "interpreters", "resumed", "ceilings"])
def test_incomplete_environment_is_refused(write_interrupted: WriteInterrupted, missing_fact: str) -> None:
    folder = write_interrupted(loop())
    environment = environment_json.read(folder)
    del environment[missing_fact]
    environment_json.write(folder, environment)
    with pytest.raises(CannotResume):
        open_interrupted(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "has another format version than"),
        ("{", "is not valid JSON"),
        ('{"version": 99}', "has another format version than"),
    ],
)
def test_unreadable_environment_is_refused(write_interrupted: WriteInterrupted, text: str, message: str) -> None:
    folder = write_interrupted(loop())
    (folder / "environment.json").write_text(text)
    with pytest.raises(CannotResume, match=message):
        open_interrupted(folder)


def test_missing_environment_is_refused_because_the_plan_is_unknown(write_interrupted: WriteInterrupted) -> None:
    folder = write_interrupted()
    (folder / "environment.json").unlink()
    with pytest.raises(CannotResume, match="the plan of the run is not known: start a new run"):
        open_interrupted(folder)


def spent_s(began: list[str], *rows: tuple[str, str, str]) -> dict[str, float]:
    """The time spent on rows of these workloads, with when they started, and how long they took."""
    facts = [
        {"workload": workload, "started_at": f"2026-01-02T{moment}.000+00:00", "elapsed_s": elapsed}
        for workload, moment, elapsed in rows
    ]
    return interrupted_run.spent_s(facts, [f"2026-01-02T{moment}+00:00" for moment in began])


def test_time_spent_sums_each_session_from_its_start_to_its_last_row() -> None:
    rows = [("03:00:10", "5.0"), ("03:00:20", "2.5"), ("09:00:01", ""), ("09:00:03", "1")]
    began = ["03:00:00", "05:00:00", "09:00:00"]
    assert spent_s(began, *(("work", *row) for row in rows)) == {"work": 22.5 + 0 + 4}


def test_time_spent_on_each_workload_is_that_until_its_last_row_in_a_row() -> None:
    rows = [("one", "03:00:10", "5.0"), ("two", "03:00:20", "2.5"), ("two", "03:00:24", "1"), ("one", "03:00:30", "5")]
    assert spent_s(["03:00:00"], *rows) == {"one": 15 + 10, "two": 10}


def test_failure_that_started_before_the_row_above_it_takes_no_time_back() -> None:
    assert spent_s(["03:00:00"], ("one", "03:00:10", "5.0"), ("two", "03:00:02", "")) == {"one": 15, "two": 0}


def test_recorded_failure_stays_a_failure(write_interrupted: WriteInterrupted, whole: Plan) -> None:
    found = opened(write_interrupted(failure(params='{"n": 4}')))
    assert len(found.completed.failed) == 1
    assert found.completed.is_done(0, whole.cases[0])


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("seed", "many"),
        ("cases", 7),
        ("cases", [7]),
        ("effort", {"rounds": "many"}),
        ("effort", {"rounds": 0}),
        ("effort", {"cycles": 0}),
        ("effort", {"workload_budget_s": -1}),
        ("effort", {"trace": "yes"}),
        ("effort", {"budget_s": -1}),
        ("effort", {"precision": "high"}),
        ("effort", {"patience": 1}),
    ],
)
def test_invalid_plan_is_refused(write_interrupted: WriteInterrupted, fact: str, value: Any) -> None:
    folder = write_interrupted(loop())
    change(folder, **{fact: value})
    with pytest.raises(CannotResume, match="does not describe the plan as this version does"):
        open_interrupted(folder)


@pytest.mark.parametrize(
    "facts",
    [
        {"workers": 0},
        {"workers": "2"},
        {"executable": 7},
        {"interpreter": 7},
        {"exclusive": "yes"},
        {"params": []},
        {"bound": "memory"},
        {"environment": {"A": 1}},
        {"colour": "red"},
    ],
)
def test_invalid_case_is_refused(write_interrupted: WriteInterrupted, facts: dict[str, Any]) -> None:
    folder = write_interrupted(loop())
    first, *others = environment_json.read(folder)["cases"]
    change(folder, cases=[{**first, **facts}, *others])
    with pytest.raises(CannotResume, match="does not describe the plan as this version does"):
        open_interrupted(folder)
