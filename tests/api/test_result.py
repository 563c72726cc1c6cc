"""The result of a run as an object, read from files."""

import json
from pathlib import Path

import pytest

import bench
from bench.api.result import Result
from bench.errors import CaseNotFound, NoFigure, RunNotFound, UnknownName, UsageError
from tests.support.command import bench as command
from tests.support.factory import COLUMNS, failure, pair, sample, write_run
from tests.support.paths import ROOT

SAMPLE = ROOT / "results/sample"
FASTER = pair([1.0, 1.01, 0.99, 1.0], [0.5, 0.51, 0.5, 0.49])


@pytest.fixture(scope="module")
def sample_run() -> Result:
    return bench.load_run(SAMPLE)


@pytest.fixture
def faster(tmp_path: Path) -> Result:
    """Threads that take half the time."""
    write_run(tmp_path / "run", FASTER)
    return bench.load_run(tmp_path / "run")


def test_text_is_what_the_command_shows(sample_run: Result, here: Path) -> None:
    shown = command(here, "show", str(SAMPLE)).stdout
    assert [line.rstrip() for line in shown.rstrip().split("\n")] == repr(sample_run).split("\n")


def test_answer_has_a_line_per_workload(sample_run: Result) -> None:
    lines = sample_run.answer.split("\n")
    assert [line.partition(":")[0] for line in lines] == list(dict.fromkeys(case.workload for case in sample_run))


def test_best_is_the_significantly_faster_case(faster: Result) -> None:
    best = faster.best
    assert best is faster["threading"]
    assert faster.answer.startswith("Best: threading with 2 workers, 2.00x")


def test_best_is_the_baseline_if_nothing_is_faster(tmp_path: Path) -> None:
    write_run(tmp_path / "run", pair([1.0, 1.01, 0.99, 1.0], [2.0, 2.1, 2.0, 1.9]))
    result = bench.load_run(tmp_path / "run")
    assert result.best is result["sequential"]


def test_best_is_none_if_the_run_cannot_tell(tmp_path: Path) -> None:
    write_run(tmp_path / "run", pair([1.0, 1.01], [0.5, 0.51]))
    assert bench.load_run(tmp_path / "run").best is None


def test_best_of_several_workloads_is_asked_for_one_by_one(sample_run: Result) -> None:
    with pytest.raises(UsageError, match=r"choose one with only\(\)"):
        _ = sample_run.best
    names = dict.fromkeys(case.workload for case in sample_run)
    assert all(sample_run.only(name).best is not None for name in names)


def test_only_keeps_what_is_named(sample_run: Result) -> None:
    part = sample_run.only("sqrt-sum")
    assert {case.workload for case in part} == {"sqrt-sum"}
    assert len(part) < len(sample_run)
    with pytest.raises(CaseNotFound, match="did you mean sqrt-sum"):
        sample_run.only("sqrtsum")


def test_case_by_backend_and_workers(faster: Result) -> None:
    case = faster["threading", 2]
    assert (case.backend, case.workers, case.workload, case.ok, case.trials) == ("threading", 2, "work", True, 4)
    low, high = case.speedup.low, case.speedup.high
    assert low is not None
    assert high is not None
    assert low < case.speedup.point < high
    assert case.seconds.point == pytest.approx(0.5)
    assert repr(case).startswith("<work by threading with 2 workers: 2.00x [")


@pytest.mark.parametrize("key", [("threading", 3), ("asyncio",), ("threading", 2, "other")])
def test_case_that_is_not_there_lists_those_that_are(key: tuple[str | int, ...], faster: Result) -> None:
    with pytest.raises(CaseNotFound, match=r"no case is .*sequential with 1 worker.*threading with 2 workers"):
        _ = faster[key]


def test_ambiguous_key_lists_what_it_matches(sample_run: Result) -> None:
    with pytest.raises(LookupError, match="several cases match"):
        _ = sample_run["sequential"]
    assert sample_run["sequential", "sqrt-sum"].workload == "sqrt-sum"


def test_case_without_a_speedup_says_why(tmp_path: Path) -> None:
    write_run(tmp_path, [sample(), failure(backend="threading", workers=2, reason="item 3: ValueError")])
    result = bench.load_run(tmp_path)
    assert not result.ok
    case = result["threading", 2]
    assert (case.status, case.reason) == ("error", "item 3: ValueError")
    with pytest.raises(NoFigure, match=r"threading with 2 workers has no speedup: error \(item 3: ValueError\)"):
        _ = case.speedup
    with pytest.raises(NoFigure, match="has no time"):
        _ = case.seconds


def test_frame_has_the_fields_of_the_json_output(sample_run: Result, here: Path) -> None:
    rows = json.loads(command(here, "show", str(SAMPLE), "--json").stdout)
    frame = sample_run.to_frame()
    assert list(frame.columns) == list(rows[0])
    assert len(frame) == len(rows) == len(sample_run)


@pytest.mark.parametrize("kind", ["intervals", "cold"])
def test_other_tables_are_those_of_the_command(kind: str, sample_run: Result, here: Path) -> None:
    shown = command(here, "show", str(SAMPLE), f"--{kind}").stdout
    assert shown.replace(" ", "").endswith(sample_run.table(kind).replace(" ", "") + "\n")


def test_unknown_table_lists_those_there_are(sample_run: Result) -> None:
    with pytest.raises(UnknownName, match="available: cold, intervals"):
        sample_run.table("warm")


def test_samples_have_the_columns_of_the_file(sample_run: Result) -> None:
    assert (sample_run.rounds, sample_run.machine) == (sample_run.run.rounds, sample_run.run.machine)
    assert set(COLUMNS) <= set(sample_run.samples.columns)


def test_plot_is_a_figure_that_a_notebook_shows(faster: Result) -> None:
    figure = faster.plot("speedup", theme="dark")
    assert figure.axes
    assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]  # IPython's protocol


def test_plot_that_the_run_cannot_show_says_why(faster: Result) -> None:
    with pytest.raises(UsageError, match="no chart timeline of run: no trace"):
        faster.plot("timeline")
    with pytest.raises(UnknownName, match="kind of chart"):
        faster.plot("pie")
    with pytest.raises(UnknownName, match="theme"):
        faster.plot(theme="blue")


def test_report_is_written(faster: Result, tmp_path: Path) -> None:
    path = faster.report(tmp_path / "page.html")
    assert path.read_text().startswith("<!doctype html>")


def test_comparison_says_which_cases_changed(tmp_path: Path) -> None:
    rounds = 8
    write_run(tmp_path / "old", pair([1.0] * rounds, [0.5, 0.51] * (rounds // 2)))
    write_run(tmp_path / "new", pair([1.0] * rounds, [0.8, 0.81] * (rounds // 2)))
    old, new = bench.load_run(tmp_path / "old"), bench.load_run(tmp_path / "new")
    comparison = old.compare(new)
    assert comparison.any_slower
    assert not comparison.any_faster
    assert new.compare(old).any_faster
    frame = comparison.to_frame().set_index("backend")
    assert frame.loc["threading", "verdict"] == "slower"
    shown = command(tmp_path, "compare", "old", "new").stdout
    assert [line.rstrip() for line in shown.rstrip().split("\n")] == repr(comparison).split("\n")


def test_notes_tell_what_was_left_out_and_what_disturbed(tmp_path: Path) -> None:
    facts = {"left_out": ["work at 4 workers"], "another_run": {"pid": 1, "folder": "x"}, "finished_at": None}
    write_run(tmp_path / "run", FASTER, facts)
    notes = bench.load_run(tmp_path / "run").notes
    assert [any(text in note for note in notes) for text in ("work at 4 workers", "another run", "--resume")] == [
        True
    ] * 3


def test_run_that_is_not_there_is_not_found(here: Path) -> None:
    with pytest.raises(RunNotFound):
        bench.load_run("nothing")


def test_public_names_are_all_there() -> None:
    assert all(getattr(bench, name) is not None for name in bench.__all__)
