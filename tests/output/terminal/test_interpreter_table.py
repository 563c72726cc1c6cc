"""The tables of several interpreters side by side, as text at 80 columns."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.analysis.summary import summarise
from bench.analysis.verdict import verdicts
from bench.output.terminal.run_table import speedup_table
from bench.results.load import load_run
from bench.schema import Gil, Sample, Status
from tests.analysis.test_interpreter_comparison import FREE, GIL, LOOP, false_win, scaled
from tests.support.factory import failure, multiprocessing, pair, rounds, write_run

FOUR = ("3.11.7", "3.13.0", "3.13.5t", "3.14.10")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a-run"


def shown(folder: Path, samples: list[Sample]) -> str:
    """The interpreter tables at 80 columns."""
    return whole(folder, samples).partition("interpreters side by side")[2]


def answer(folder: Path, samples: list[Sample]) -> str:
    """The last of the answers above all tables, without line breaks."""
    return flat(whole(folder, samples).partition("\n\nwork\n")[0]).partition("all interpreters:")[2]


def whole(folder: Path, samples: list[Sample]) -> str:
    run = load_run(write_run(folder, samples))
    summaries = summarise(run)
    console = Console(file=io.StringIO(), width=80)
    console.print(speedup_table(run, summaries, verdicts(run, summaries)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def line_of(text: str, start: str) -> str:
    return flat(next(line for line in text.splitlines() if line.startswith(start)))


def under(pythons: tuple[str, ...]) -> list[Sample]:
    """The baseline, threads and processes under each interpreter, each slower than the one before."""
    samples = []
    for number, python in enumerate(pythons):
        slow = [time * (number + 1) for time in LOOP]
        samples += pair(slow, scaled(0.5 * (number + 1)), python=python)
        samples += rounds(scaled(0.7 * (number + 1)), **multiprocessing("forkserver"), workers=2, python=python)
    return samples


def test_a_run_with_one_interpreter_has_no_interpreter_table(folder: Path) -> None:
    assert shown(folder, pair(LOOP, scaled(0.5))) == ""


def test_a_row_has_each_interpreters_time_and_its_own_speedup(folder: Path) -> None:
    text = shown(folder, false_win())
    assert line_of(text, "threading") == "threading 2 * 990 ms (1.01x) 2.00 s (2.00x)"
    assert line_of(text, "sequential") == "sequential 1 + 1.00 s 4.04 s"


def test_headings_say_which_interpreter_and_whether_the_gil_is_on(folder: Path) -> None:
    free = [replace(one, gil=Gil.OFF) for one in pair(LOOP, LOOP, python=FREE)]
    text = shown(folder, pair(LOOP, LOOP, python=GIL) + free)
    assert f"{GIL} {FREE} backend workers GIL on GIL off" in flat(text)


def test_the_shortest_time_is_marked_in_each_row_and_overall(folder: Path) -> None:
    rows = shown(folder, under(FOUR)).partition("Median time")[0]
    assert (rows.count("*"), rows.count("+")) == (1, 2)
    assert "* 505 ms" in rows


def test_a_higher_speedup_with_a_longer_time_is_not_a_win(folder: Path) -> None:
    text = flat(shown(folder, false_win()))
    assert (
        f"threading with 2 workers: {FREE} has the higher speedup (2.00x against 1.01x under {GIL}) but takes longer "
        "(2.00 s against 990 ms): its baseline is slower."
    ) in text
    assert "Compare the times: a higher speedup over a slower baseline is not a win." in text


def test_the_first_false_wins_are_named_and_the_rest_counted(folder: Path) -> None:
    samples = false_win(1)
    for workers in (2, 4, 8, 16):
        samples += [one for one in false_win(workers) if one.backend != "sequential"]
    text = flat(shown(folder, samples))
    assert text.count("has the higher speedup") == 3
    assert "The same is true of 2 more pairs of times within a row." in text


def test_a_true_win_has_no_remark(folder: Path) -> None:
    free = pair(scaled(1.2, 0.02), scaled(0.5, -0.01), python=FREE)
    samples = pair(LOOP, scaled(1.02, -0.01), python=GIL) + free
    assert "has the higher speedup" not in flat(shown(folder, samples))
    fastest = f"Fastest: threading with 2 workers under {FREE}, 500 ms; all 3 others are significantly slower."
    assert fastest in answer(folder, samples)


def test_baselines_are_compared_in_a_sentence(folder: Path) -> None:
    loops = (("3.13.0", LOOP), ("3.13.5t", scaled(1.5, 0.02)), ("3.14.10", scaled(1.0, 0.02)))
    text = flat(shown(folder, [one for python, times in loops for one in rounds(times, python=python)]))
    assert "Baseline, compared with 1.00 s under 3.13.0: 1.50x the time [1.47, 1.53] under 3.13.5t" in text
    assert "no significant difference under 3.14.10." in text


def test_with_too_few_rounds_the_fastest_is_unknown(folder: Path) -> None:
    samples = [one for one in false_win() if one.round < 2]
    assert "Can't tell which is fastest after 2 trials: the shortest time is" in answer(folder, samples)
    text = flat(shown(folder, samples))
    assert "under 3.13.5t, from 2 trials only" in text
    assert "has the higher speedup" not in text


def test_a_skipped_interpreter_is_a_column_of_statuses(folder: Path) -> None:
    skipped = [failure(Status.SKIPPED, "no aiohttp", python=FREE, gil=None, round=number) for number in range(3)]
    text = shown(folder, pair(LOOP, scaled(0.5), python=GIL) + skipped)
    assert line_of(text, "sequential") == "sequential 1 + 1.00 s skipped"
    assert line_of(text, "threading") == "threading 2 * 505 ms (2.00x) -"


def test_without_any_time_the_table_is_not_explained(folder: Path) -> None:
    samples = [failure(python=GIL), failure(python=FREE)]
    assert "there are no times to compare" in answer(folder, samples)
    assert "Median time" not in shown(folder, samples)


def test_a_single_case_is_not_compared(folder: Path) -> None:
    text = answer(folder, [*rounds(LOOP, python=GIL), failure(python=FREE)])
    assert f"Nothing to compare: the only case with a time is sequential with 1 worker under {GIL}, 1.00 s." in text


def test_the_fastest_interpreter_is_named_once_above_all_tables(folder: Path) -> None:
    samples = false_win()
    assert f"Fastest: threading with 2 workers under {GIL}" in answer(folder, samples)
    assert flat(whole(folder, samples)).count("Fastest:") == 1


def test_without_a_baseline_there_are_only_times(folder: Path) -> None:
    samples = rounds(LOOP, backend="threading", python=GIL) + rounds(scaled(0.5), backend="threading", python=FREE)
    assert line_of(shown(folder, samples), "threading") == "threading 1 1.00 s * 505 ms"


def test_start_methods_that_differ_by_interpreter_are_named(folder: Path) -> None:
    old = rounds(LOOP, **multiprocessing("fork"), workers=2, python="3.13.0")
    text = shown(folder, old + rounds(LOOP, **multiprocessing("forkserver"), workers=2, python="3.14.0"))
    assert "multiprocessing starts its processes with fork under 3.13.0; with forkserver under 3.14.0." in flat(text)
    assert line_of(text, "multiprocessing").startswith("multiprocessing 2 ")


@pytest.mark.parametrize("pythons", [FOUR[:2], FOUR[:3], FOUR, (*FOUR, "3.15.0", "3.12.10", "3.15.0t")])
def test_any_number_of_interpreters_fits_80_columns(folder: Path, pythons: tuple[str, ...]) -> None:
    more = rounds(LOOP, **multiprocessing("fork"), workers=16, python=FOUR[0])
    more += rounds(LOOP, **multiprocessing("spawn"), workers=16, python=FOUR[0])
    text = shown(folder, under(pythons) + more)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for python in pythons:
        assert text.partition("Median time")[0].split().count(python) == 1
    assert text.count("\nsequential ") == (2 if len(pythons) > 4 else 1)


def test_foreign_text_moves_neither_cursor_nor_colour(folder: Path) -> None:
    evil = "\x1b[2J[red]\x07"
    text = shown(folder, pair(LOOP, LOOP, workload=evil, python=evil) + pair(LOOP, LOOP, workload=evil, python="3"))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\\x1b[2J[red]\\x07" in text
