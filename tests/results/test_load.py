"""Finding and reading a run: every problem is reported with a message, never a traceback."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.errors import RunNotFound
from bench.results.load import find_run, load_run
from tests.support.factory import COLUMNS, multiprocessing, pair, sample, write_rows, write_run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def row(**cells: Any) -> list[Any]:
    defaults = sample()
    return [cells.get(name, getattr(defaults, name)) for name in COLUMNS]


def written(*rows: list[Any], header: list[str] | None = None) -> Path:
    path = Path("samples.csv")
    write_rows(path, [header or COLUMNS, *rows])
    return path


def test_a_run_is_found_by_path_name_file_or_latest(here: Path) -> None:
    folder = write_run(here / "results" / "first", [sample()])
    (here / "results" / "latest").symlink_to("first")
    texts = [str(folder), "results/first", "first", "results/first/samples.csv", "latest", None]
    assert {find_run(text).resolve() for text in texts} == {folder}


def test_the_latest_run_has_its_own_name(here: Path) -> None:
    write_run(here / "results" / "first", [sample()])
    (here / "results" / "latest").symlink_to("first")
    assert load_run(find_run("latest")).name == "first"


def test_without_runs_the_error_says_how_to_create_one() -> None:
    with pytest.raises(RunNotFound, match=r"no runs yet: `bench run` makes one"):
        find_run(None)
    with pytest.raises(RunNotFound, match=r"'lost' is not a run: there is no such folder.*`bench run` makes one"):
        find_run("lost")


def test_an_unknown_name_lists_the_available_runs(here: Path) -> None:
    write_run(here / "results" / "first", [sample()])
    write_run(here / "results" / "second", [sample()])
    with pytest.raises(RunNotFound, match=r"'thrid' is not a run.*first, second"):
        find_run("thrid")
    with pytest.raises(RunNotFound, match=r"results/latest does not point to a run: name one of first, second"):
        find_run("latest")


@pytest.mark.parametrize("text", ["", "  ", ".", "empty", "notes.txt", "x" * 5000, "nul\0byte", "notes.txt/deeper"])
def test_anything_but_a_run_is_refused_with_a_reason(here: Path, text: str) -> None:
    (here / "empty").mkdir()
    (here / "notes.txt").touch()
    with pytest.raises(RunNotFound):
        find_run(text)


def test_cells_have_the_types_of_a_sample(here: Path) -> None:
    run = load_run(write_run(here / "run", [sample(), sample(gil=None, **multiprocessing("spawn"))]))
    assert str(run.samples["workers"].dtype) == str(run.samples["peak_rss_bytes"].dtype) == "Int64"
    assert str(run.samples["elapsed_s"].dtype) == "float64"
    assert str(run.samples["status"].dtype) == "category"
    assert str(run.samples["started_at"].dtype) == str(run.samples["reason"].dtype) == "string"
    assert run.samples["gil"].astype("string").tolist() == ["on", pd.NA]
    assert run.samples["start_method"].astype("string").tolist() == [pd.NA, "spawn"]
    assert run.samples["latency_p50_s"].isna().all()


def test_times_are_read_back_as_written(here: Path) -> None:
    times = [0.1 + 0.2, 1 / 3, 1e-9, 123456.789]
    run = load_run(write_run(here / "run", [sample(round=number, elapsed_s=time) for number, time in enumerate(times)]))
    assert run.samples["elapsed_s"].tolist() == times


def test_columns_of_later_versions_are_ignored() -> None:
    run = load_run(written([*row(), "7"], header=[*COLUMNS, "novelty"]))
    assert "novelty" not in run.samples
    assert any("line 1: ignored columns unknown to this version: 'novelty'" in one for one in run.warnings)


def test_optional_columns_may_be_missing() -> None:
    cells = dict(zip(COLUMNS, row(), strict=True))
    remaining = [name for name in COLUMNS if not name.startswith("latency")]
    run = load_run(written([cells[name] for name in remaining], header=remaining))
    assert run.samples["latency_max_s"].isna().all()
    assert any("missing columns are unknown in every row: latency_p50_s, latency_p95_s" in one for one in run.warnings)


@pytest.mark.parametrize("column", ["workload", "elapsed_s", "round", "status", "interpreter", "group"])
def test_a_missing_required_column_is_named(column: str) -> None:
    remaining = [name for name in COLUMNS if name != column]
    cells = dict(zip(COLUMNS, row(), strict=True))
    with pytest.raises(RunNotFound, match=rf"samples\.csv: line [12]: .*{column}"):
        load_run(written([cells[name] for name in remaining], header=remaining))


@pytest.mark.parametrize(
    "cell",
    [
        *("nan", "inf", "-inf", "Infinity", "-1", "-0.0", "1e999", "1e15", "9" * 400, "soon", "True", "=cmd()", "=1+1"),
        *("1,5", "0x10", "1_0", " 5", "5 ", "+5", "007", ".5", "5.", "1E5", "\uff11", "\u0665", "1\x00", "5\n"),
    ],
)
@pytest.mark.parametrize("column", ["elapsed_s", "cpu_user_s", "peak_rss_bytes", "workers"])
def test_an_impossible_number_is_named_by_line_and_column(column: str, cell: str) -> None:
    with pytest.raises(RunNotFound, match=rf"samples\.csv: line 3: column {column}: '.* is not a"):
        load_run(written(row(), row(round=1, **{column: cell})))


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (
            {"status": "fine"},
            r"column status: 'fine' is invalid: it must be one of ok, wrong, error, timeout, crashed, skipped",
        ),
        ({"gil": "maybe"}, r"column gil: 'maybe' is invalid: it must be one of on, off"),
        ({"workload": ""}, r"column workload: is empty"),
        ({"params": "x"}, r"column params: 'x' is not a JSON object"),
        ({"options": "[1]"}, r"column options: '\[1\]' is not a JSON object"),
        ({"workers": "1.5"}, r"column workers: '1.5' is not a valid integer"),
        ({"workers": "0"}, r"column workers: must be at least 1"),
        ({"elapsed_s": ""}, r"column elapsed_s: must be more than 0 seconds for an ok sample"),
        ({"elapsed_s": "0"}, r"column elapsed_s: must be more than 0 seconds for an ok sample"),
    ],
)
def test_an_invalid_cell_is_named_by_its_line(cells: dict[str, str], what: str) -> None:
    with pytest.raises(RunNotFound, match=rf"line 3: {what}"):
        load_run(written(row(), row(round=1, **cells)))


def test_lines_are_numbered_as_in_an_editor() -> None:
    """A reason with a line break takes two lines, a blank line one."""
    path = written(row(reason="one\ntwo"), row(status="fine"))
    with pytest.raises(RunNotFound, match=r"line 4: column status"):
        load_run(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", r"is empty"),
        (b"\n\n", r"is empty"),
        ((",".join(COLUMNS) + "\n").encode(), r"line 1: no sample follows"),
        (",".join(COLUMNS).encode(), r"line 1: is incomplete"),
        (b"\xff\xfe\x00", r"line 1: is UTF-16"),
        ("run,workload\r\n".encode("utf-16-le"), r"line 1: contains NUL bytes"),
        ((",".join(COLUMNS) + "\nrun,2026\n").encode(), rf"line 2: has 2 cells, but the header has {len(COLUMNS)}"),
        ((",".join(COLUMNS) + "\nrun,2026").encode(), r"line 1: no sample follows.*line 2 is incomplete"),
        ((",".join([*COLUMNS, "run"]) + "\n").encode(), r"line 1: duplicate column: 'run'"),
        (b"a" * 200_000 + b"\n", r"line 1: name of column 1: has 200000 characters"),
    ],
)
def test_a_file_that_is_not_a_samples_table_is_refused(content: bytes, what: str) -> None:
    Path("samples.csv").write_bytes(content)
    with pytest.raises(RunNotFound, match=what):
        load_run(Path("samples.csv"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cells=st.dictionaries(st.sampled_from(COLUMNS), st.text(st.characters(codec="utf-8"), max_size=12), max_size=4))
def test_arbitrary_cells_raise_nothing_but_run_not_found(cells: dict[str, str]) -> None:
    with suppress(RunNotFound):
        load_run(written(row(), row(**{"round": 1, **cells})))


def test_a_missing_file_is_named(here: Path) -> None:
    with pytest.raises(RunNotFound, match=r"gone/samples\.csv: cannot be read: No such file"):
        load_run(here / "gone")


def test_the_environment_may_be_missing(here: Path) -> None:
    run = load_run(write_run(here / "run", [sample()], environment=None))
    assert run.environment == {}
    assert run.cores_usable is None
    assert run.warnings == ()


@pytest.mark.parametrize(
    "machine", [None, [], "fast", {"cores_usable": "two"}, {"cores_usable": 0}, {"cores_usable": 10**400}]
)
def test_an_unexpected_machine_description_is_unknown(here: Path, machine: object) -> None:
    folder = write_run(here / "run", [sample()])
    (folder / "environment.json").write_text(json.dumps({"machine": machine}))
    assert load_run(folder).cores_usable is None


def test_each_round_is_counted_once(here: Path) -> None:
    assert load_run(write_run(here / "run", pair([1, 1, 1], [1, 1, 1]))).rounds == 3
