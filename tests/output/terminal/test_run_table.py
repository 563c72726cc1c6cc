"""The output of `bench show`, as text at 80 columns."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.analysis.summary import summarise
from bench.analysis.verdict import verdicts
from bench.output.export.plain_json import as_json
from bench.output.terminal.run_table import speedup_table
from bench.results.load import load_run
from bench.schema import AsyncStyle, Bound, Sample, Status
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, sample, varied_run, write_run

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]


def shown_folder(folder: Path, colour: bool = False) -> str:
    run = load_run(folder)
    summaries = summarise(run)
    console = Console(file=io.StringIO(), width=80, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(speedup_table(run, summaries, verdicts(run, summaries)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a-run"


def shown(folder: Path, samples: list[Sample]) -> str:
    return shown_folder(write_run(folder, samples))


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.lstrip("* ").startswith(start))


def test_a_row_has_time_speedup_interval_and_cost(folder: Path) -> None:
    text = shown(folder, pair(LOOP, HALF))
    assert flat(line_of(text, "threading")) == "* threading 2 500 ms 2.00x [1.95, 2.06] │██████ 4 100 % 1.90"
    assert flat(line_of(text, "sequential")) == "sequential 1 1.00 s 1.00x baseline │ 4 100 % 0.95"


def test_the_title_gives_workload_parameters_and_the_baselines_time(folder: Path) -> None:
    text = flat(shown(folder, pair(LOOP, HALF, workload="sum", params='{"n": 5, "name": "x"}')))
    assert "sum (n=5, name=x) baseline 1.00 s, 8 items, cpu-bound, Python 3.11.7 with the GIL on" in text


def test_the_verdict_is_one_sentence(folder: Path) -> None:
    text = flat(shown(folder, pair(LOOP, HALF) + rounds([0.51, 0.54, 0.45, 0.5], **asyncio())))
    assert (
        "work: * Best: threading with 2 workers, 2.00x [1.95, 2.06] the speed of the baseline, significantly faster "
        "(p < 0.001, corrected for 2 cases); asyncio cannot be distinguished from it."
    ) in text


def test_verdicts_of_all_workloads_appear_only_above_the_first_table(folder: Path) -> None:
    text = shown(folder, pair(LOOP, HALF, workload="first") + pair(LOOP, HALF, workload="second"))
    above, _, below = text.partition("median")
    assert [line.split()[0] for line in above.splitlines() if "Best" in line] == ["first:", "second:"]
    assert "Best" not in below


def test_a_speedup_that_may_be_chance_is_labelled_as_such(folder: Path) -> None:
    text = flat(shown(folder, pair(LOOP, [0.9, 1.4, 0.5, 0.8])))
    assert "Nothing is significantly faster than the baseline; highest speedup: threading with 2 workers, 1.18x" in text
    assert "but this may be chance (p = 0." in text


def test_notes_below_a_table_are_failures_bounds_remarks_then_warnings(folder: Path) -> None:
    ceilings = [{"round": n, "workers": 2, "alone_s": 0.8, "together_s": 1.0} for n in range(3)]
    warning = [{"kind": "load", "level": "warning", "text": "it was loud"}]
    samples = [*pair(LOOP, HALF), *rounds(LOOP, **asyncio(AsyncStyle.BLOCKING)), failure(**multiprocessing())]
    text = shown_folder(write_run(folder, samples, {"ceilings": ceilings, "warnings": warning}))
    starts = ("Best", "threading  ", "! multi", "Machine ceiling", "(blocking): ", "Warning: it was loud.")
    places = [text.index(start) for start in starts]
    assert places == sorted(places)


def test_disturbed_trials_are_reported_once(folder: Path) -> None:
    samples = [replace(one, foreign_cpu=0.5) for one in pair(LOOP, HALF)]
    warning = {"kind": "contaminated", "level": "warning", "text": "other programs took cores", "workload": "work"}
    text = flat(shown_folder(write_run(folder, samples, {"warnings": [warning, {**warning, "workload": "gone"}]})))
    assert "Other programs used more than 10 % of the cores during 8 of 8 trials" in text
    assert text.count("Warning: other programs took cores.") == 1


def test_if_nothing_beats_the_baseline_the_baseline_is_marked(folder: Path) -> None:
    text = shown(folder, pair(LOOP, [1.1, 1.0, 1.0, 0.9]))
    assert line_of(text, "sequential").startswith("* sequential")
    assert not line_of(text, "threading").startswith("*")
    assert "* Nothing" in text


def test_nothing_beats_the_baseline_only_if_no_interval_allows_it(folder: Path) -> None:
    assert "Nothing beats the baseline." in flat(shown(folder, pair(LOOP, [2.0, 2.1, 1.9, 2.0])))
    wild = [1.5, 0.9, 1.2, 0.8]
    assert "Nothing is significantly faster than the baseline; threading cannot be distinguished" in flat(
        shown(folder, pair(LOOP, wild))
    )


def test_a_case_that_is_not_ok_shows_its_status_and_no_figure(folder: Path) -> None:
    bad = [failure(Status.WRONG, "41 [bold]for[/bold] 42", backend="threading", workers=workers) for workers in (2, 4)]
    text = shown(folder, [*rounds(LOOP), *bad])
    assert line_of(text, "threading").split() == ["threading", "2", "wrong", "0/1"]
    assert "! threading with 2 and 4 workers returned wrong results in 2 of 2 trials: 41 [bold]for[/bold] 42" in flat(
        text
    )
    assert "Nothing to compare: only the baseline has a result." in flat(text)


def test_blocking_coroutines_are_marked_and_explained(folder: Path) -> None:
    text = flat(shown(folder, pair(LOOP, HALF) + rounds(LOOP, **asyncio(AsyncStyle.BLOCKING))))
    assert "asyncio 1 1.00 s 1.00x deterministic" in text.replace(" (blocking)", "")
    assert "(blocking): the workload has no coroutine version, so each item blocks the event loop" in text


def test_blocking_coroutines_are_explained_once_below_the_first_table_that_has_them(folder: Path) -> None:
    works = [pair(LOOP, HALF, workload=name) for name in "abc"]
    works += [rounds(LOOP, **asyncio(AsyncStyle.BLOCKING), workload=name) for name in "bc"]
    text = shown(folder, [one for work in works for one in work])
    assert text.count("(blocking): ") == 1
    assert text.index("\nb\n") < text.index("(blocking): ") < text.index("\nc\n")


def test_native_coroutines_need_no_explanation(folder: Path) -> None:
    assert "(blocking)" not in shown(folder, pair(LOOP, HALF) + rounds(LOOP, **asyncio()))


def test_a_ceiling_that_was_not_measured_is_reported(folder: Path) -> None:
    failed_measurement = {
        "round": 0,
        "workers": 2,
        "alone_s": None,
        "together_s": None,
        "reason": "no answer within 12 s",
    }
    text = flat(shown_folder(write_run(folder, pair(LOOP, HALF), {"ceilings": [failed_measurement]})))
    assert "! The ceiling for 2 workers was not measured in 1 of 1 round: no answer within 12 s" in text
    assert "Machine ceiling" not in text


def test_the_limits_of_a_speedup_are_below_the_table(folder: Path) -> None:
    ceilings = [{"round": n, "workers": 2, "alone_s": 0.8, "together_s": 1.0} for n in range(3)]
    waits = pair(LOOP, HALF, workload="waits", bound=Bound.IO)
    text = flat(shown_folder(write_run(folder, pair(LOOP, HALF) + waits, {"ceilings": ceilings})))
    assert "busy processes running at once do 1.60x [1.60, 1.60] the work of one; threading with 2 workers" in text
    assert "8 items on 2 workers take 4 consecutive waits, 500 ms; threading took 500 ms." in text


def test_too_few_rounds_are_reported(folder: Path) -> None:
    text = flat(shown(folder, pair(LOOP[:1], HALF[:1])))
    assert "An interval needs at least 3 trials." in text
    assert "Can't tell which is best after 1 trial; ahead so far: threading with 2 workers, 2.00x the speed" in text


def test_without_a_baseline_one_line_says_why_there_are_no_speedups(folder: Path) -> None:
    text = shown(folder, rounds(LOOP, backend="threading"))
    assert line_of(text, "threading").split() == ["threading", "1", "1.00", "s", "-", "4", "-", "0.95"]
    assert "No speedups and no verdict: the baseline (sequential) was not measured." in text


def test_a_baseline_without_an_ok_round_is_named_as_the_reason(folder: Path) -> None:
    text = flat(shown(folder, [failure(), *rounds(LOOP, backend="threading")]))
    assert "the baseline (sequential) was not ok in any trial" in text


def test_a_baseline_that_sometimes_failed_is_mentioned(folder: Path) -> None:
    text = flat(shown(folder, [*pair(LOOP, [*HALF, 0.5]), failure(round=4)]))
    assert "The baseline failed in 1 trial; the speedups use only its other trials." in text


def test_options_are_named_only_if_they_distinguish_cases(folder: Path) -> None:
    one = shown(folder, pair(LOOP, HALF) + rounds(HALF, **multiprocessing("spawn")))
    assert "multiprocessing:" not in one
    both = pair(LOOP, HALF) + rounds(HALF, **multiprocessing("spawn")) + rounds(HALF, **multiprocessing("fork"))
    assert "multiprocessing:spawn " in shown(folder, both)
    chunks = [sample(backend="multiprocessing", options=f'{{"chunksize": {size}}}') for size in (1, 8)]
    assert "multiprocessing:chunksize=8" in shown(folder, chunks).replace("\n    ", "")


def test_identical_times_are_called_deterministic(folder: Path) -> None:
    assert "2.00x deterministic" in shown(folder, pair([1.0] * 3, [0.5] * 3))


def test_a_long_run_fits_80_columns_without_losing_a_letter(tmp_path: Path) -> None:
    text = shown_folder(varied_run(tmp_path / "varied"))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for word in ("multiprocessing:spawn", "asyncio (blocking)", "[95 % interval]", "work-", "trials"):
        assert word in text


def test_the_widest_figures_fit(folder: Path) -> None:
    slow = [time * 80 for time in (1.1, 1.3, 0.9, 0.9)]
    samples = (
        pair(LOOP, slow) + rounds(LOOP, **multiprocessing("forkserver")) + rounds(LOOP, **multiprocessing("spawn"))
    )
    text = shown(folder, samples + pair(LOOP, HALF, workload="long-" * 12))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "multiprocessing" in text
    assert ":forkserver" in text
    assert "0.012x [0.010, 0.015]" in text


def test_foreign_text_moves_neither_cursor_nor_colour(folder: Path) -> None:
    evil = "\x1b[2J[red]\x07\u202e"
    reason = failure(reason=evil, backend="threading", workload=evil)
    text = shown(folder, [sample(workload=evil, params='{"a": "\\u001b[2J"}', python=evil), reason])
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\\x1b[2J[red]\\x07\\u202e" in flat(text)


def test_colour_adds_nothing_that_the_plain_text_does_not_say(folder: Path) -> None:
    write_run(folder, [*pair(LOOP, HALF), failure(**asyncio())])
    assert "\x1b[" in shown_folder(folder, colour=True)
    assert "* threading" in shown_folder(folder)


def test_json_has_the_fields_without_nan(folder: Path) -> None:
    run = load_run(write_run(folder, [*pair(LOOP, HALF), failure(**asyncio())]))
    rows = json.loads(json.dumps(as_json(run, summarise(run)), allow_nan=False))
    assert [row["backend"] for row in rows] == ["sequential", "asyncio", "threading"]
    assert (rows[1]["status"], rows[1]["speedup"], rows[1]["median_s"]) == ("error", None, None)
    assert (rows[2]["run"], rows[2]["workers"], rows[2]["params"]) == ("a-run", 2, "{}")


def test_outliers_and_stop_reasons_are_below_the_table(folder: Path) -> None:
    environment = {"finished_at": "2026-01-02T03:04:05+00:00", "effort": {"precision": 0.05, "rounds": 100}}
    samples = pair([1.0] * 12, [0.5, 0.501, 0.499] * 3 + [0.502, 0.498, 0.55])
    text = flat(shown_folder(write_run(folder, samples, environment)))
    assert "(included in all figures): 1 trial of threading with 2 workers." in text
    assert "Stopped: 1 case at the requested precision (within 5 %)." in text
    assert "Stopped" not in shown(folder, samples)
