"""The tables of `bench show --intervals`, as text at 80 columns."""

import io
from pathlib import Path

from rich.console import Console

from bench.analysis.summary import summarise
from bench.output.terminal.interval_table import interval_table
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import ENVIRONMENT, failure, multiprocessing, pair, rounds, varied_run, write_run

LOOP = [1.0, 1.1, 0.9, 1.0, 1.2, 0.95, 1.05]
HALF = [0.5, 0.56, 0.44, 0.5, 0.61, 0.47, 0.52]
CEILING = {"round": 0, "workers": 2, "alone_s": 1.0, "together_s": 1.25}


def shown_folder(folder: Path) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(interval_table(summarise(load_run(folder))))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(folder: Path, samples: list[Sample]) -> str:
    return shown_folder(write_run(folder / "run", samples, {**ENVIRONMENT, "ceilings": [CEILING]}))


def row(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def test_a_row_has_time_and_efficiency_with_intervals_and_the_share_of_the_ceiling(
    tmp_path: Path,
) -> None:
    text = shown(tmp_path, pair(LOOP, HALF))
    assert " ".join(row(text, "threading")) == "threading 2 500 ms [440, 610] 100 % [99, 101] 125 % 7"
    assert " ".join(row(text, "sequential")) == "sequential 1 1.00 s [0.900, 1.20] 100 % - 7"


def test_with_fewer_than_six_trials_the_time_has_no_interval_and_a_note_says_so(tmp_path: Path) -> None:
    text = shown(tmp_path, pair(LOOP[:5], HALF[:5]))
    assert row(text, "threading")[2:5] == ["500", "ms", "100"]
    assert "needs at least 6 trials" in " ".join(text.split())


def test_a_case_that_is_not_ok_shows_its_status_and_no_figure(tmp_path: Path) -> None:
    text = shown(tmp_path, [*rounds(LOOP), failure(backend="threading", workers=2)])
    assert row(text, "threading") == ["threading", "2", "error", "0/1"]


def test_small_efficiencies_have_a_decimal(tmp_path: Path) -> None:
    text = shown(tmp_path, pair(LOOP, LOOP, workers=32))
    assert row(text, "threading")[6:] == ["3.1", "%", "[3.1,", "3.1]", "62", "%", "7"]  # 62 % of the ceiling of 1.6


def test_a_long_run_fits_80_columns_without_losing_a_letter(tmp_path: Path) -> None:
    text = shown_folder(varied_run(tmp_path / "varied", 7))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for line in text.splitlines():
        assert not line.startswith("multiprocessing:") or line.split()[0] in (
            "multiprocessing:fork",
            "multiprocessing:spawn",
        )


def test_the_widest_figures_fit(tmp_path: Path) -> None:
    wide = [time * 0.0123 for time in LOOP]
    samples = rounds(LOOP) + rounds(wide, **multiprocessing("forkserver")) + rounds(wide, **multiprocessing("spawn"))
    text = shown(tmp_path, samples)
    assert max(map(len, text.splitlines())) <= 80
    assert "multiprocessing" in text
    assert "  :forkserver" in text
