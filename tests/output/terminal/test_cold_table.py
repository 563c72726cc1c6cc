"""The tables of `bench show --cold`, as text at 80 columns."""

import io
from pathlib import Path

from rich.console import Console

from bench.analysis.summary import summarise
from bench.output.terminal.cold_table import cold_table
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import failure, pair, rounds, varied_run, write_run

LOOP = [1.0, 1.1, 0.9, 1.0, 1.2, 0.95, 1.05]
HALF = [0.5, 0.56, 0.44, 0.5, 0.61, 0.47, 0.52]


def shown_folder(folder: Path) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(cold_table(summarise(load_run(folder))))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def shown_row(folder: Path, samples: list[Sample], start: str) -> list[str]:
    return row(shown_folder(write_run(folder / "run", samples)), start)


def test_a_row_has_the_times_of_the_pool_the_cold_speedup_and_the_break_even(tmp_path: Path) -> None:
    name, workers, *figures = shown_row(tmp_path, pair(LOOP, HALF), "threading")
    assert (name, workers) == ("threading", "2")
    assert figures[2:4] == ["500", "ms"]
    assert figures[6].endswith("x")
    assert figures[-1].isdigit()


def test_the_baseline_has_no_break_even(tmp_path: Path) -> None:
    assert shown_row(tmp_path, pair(LOOP, HALF), "sequential")[-3:] == ["1.00x", "baseline", "-"]


def test_a_case_that_is_not_ok_shows_its_status_and_no_figure(tmp_path: Path) -> None:
    samples = [*rounds(LOOP), failure(backend="threading", workers=2)]
    assert shown_row(tmp_path, samples, "threading") == ["threading", "2", "error"]


def test_long_labels_are_split_before_their_options_within_80_columns(tmp_path: Path) -> None:
    lines = shown_folder(varied_run(tmp_path / "varied", 7)).splitlines()
    assert max(map(len, lines)) <= 80
    long = [index for index, line in enumerate(lines) if line.startswith("multiprocessing")]
    assert long
    for index in long:
        assert lines[index].split()[0] == "multiprocessing"
        assert lines[index + 1].strip() in {":fork", ":spawn"}
