"""The table and the progress of `bench claims`, as text at 80 columns."""

import io
from dataclasses import replace

from rich.console import Console, RenderableType

from bench.analysis.evidence import ClaimJudgement, ClaimVerdict
from bench.output.terminal.claims_progress import ClaimsBar, ClaimsLines, claims_progress
from bench.output.terminal.claims_table import claims_table, thresholds_list, verdict_counts
from tests.support.claims import KNOWN, RESULTS, UNKNOWN, result


def shown(renderable: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_claim_has_its_verdict_and_why_below_its_sentence() -> None:
    lines = shown(claims_table(RESULTS)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("io-threads"))
    assert lines[first].split() == ["io-threads", "holds", "The", "claim", "io-threads", "is", "true."]
    assert lines[first + 1].strip() == "-> it took 1.2 s"


def test_the_table_ends_with_the_number_of_each_verdict() -> None:
    assert shown(claims_table(RESULTS)).splitlines()[-1].strip() == "1 holds, 1 does not hold, 1 can't tell."
    assert verdict_counts([]) == "0 hold, 0 do not hold, 0 can't tell."


def test_figures_are_shown_if_asked_for() -> None:
    text = " ".join(shown(claims_table(RESULTS, with_evidence=True)).split())
    assert "speedup of threading x5: 4.90x [4.80, 4.95]" in text
    assert "4.90x" not in shown(claims_table(RESULTS))


def test_the_table_fits_80_columns_without_losing_a_letter() -> None:
    long = result("group-manual-cancel", ClaimVerdict.DOES_NOT_HOLD, why="z" * 200)
    text = shown(claims_table([long]))
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("z") == 200


def test_text_from_the_system_is_shown_as_text() -> None:
    hostile = replace(RESULTS[0], judgement=ClaimJudgement(ClaimVerdict.HOLDS, "\x1b[2J [bold]b[/bold]"))
    assert "\\x1b[2J [bold]b[/bold]" in shown(claims_table([hostile]))


def test_thresholds_are_shown_with_intervals_or_with_what_is_missing() -> None:
    text = shown(thresholds_list([*KNOWN, *UNKNOWN]))
    assert "waits at once: about 120 (80 to 210)" in text
    assert "time of an item: about 220 µs (110 µs to 400 µs)" in text
    assert "waits at once: not known: the ratio stays below 1.1x" in text


def test_elsewhere_progress_is_one_line_per_claim() -> None:
    console = Console(file=io.StringIO(), width=80)
    with claims_progress(console, [10.0, 5.0, 1.0]) as progress:
        assert isinstance(progress, ClaimsLines)
        progress.begins("io-threads")
        progress.step("round 1")
        for one in RESULTS:
            progress.ended(one)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "[1/3]  io-threads: holds (2 s)",
        "[2/3]  group-collects-all: does not hold (2 s)",
        "[3/3]  free-threading: can't tell (2 s)",
    ]


def test_on_a_terminal_progress_is_a_bar_that_goes_away() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    console = Console(file=Terminal(), width=80, force_terminal=True)
    with claims_progress(console, [10.0, 5.0, 1.0]) as progress:
        assert isinstance(progress, ClaimsBar)
        progress.begins("io-threads")
        progress.step("round 1: http-delay threading x5")
        progress.ended(RESULTS[0])
        progress.begins("rollback")
    assert isinstance(console.file, Terminal)
    assert "io-threads" in console.file.getvalue() or "rollback" in console.file.getvalue()
