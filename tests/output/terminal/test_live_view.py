"""The live view of a run on a terminal."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench.analysis.summary import summarise
from bench.analysis.time_left import RunLimits, TimeLeft
from bench.output.terminal.live_table import LiveTable
from bench.output.terminal.live_view import LiveProgress
from bench.output.wording.formatting import speedup_words
from bench.results.load import load_run
from bench.schema import (
    MIN_ROUNDS_FOR_PRECISION,
    Bound,
    Case,
    RunWarning,
    Sample,
    WarningKind,
    WarningLevel,
    canonical_json,
)
from tests.output.terminal.test_progress import Terminal
from tests.support.cases import case, cases_of
from tests.support.factory import failure, sample, write_run

CASES = cases_of("work", 2, 4)
MANY = [one for workload in "abcdefgh" for one in cases_of(workload, 1, 2)]


def measured(one: Case, number: int, seconds: float, **facts: Any) -> Sample:
    options = canonical_json(one.options)
    facts_of_case = {"workload": one.workload, "backend": one.backend, "workers": one.workers, "options": options}
    return sample(**{**facts_of_case, "python": one.python, "round": number, "elapsed_s": seconds, **facts})


class Screen:
    """A live view on a terminal of some size, and its content."""

    def __init__(self, cases: Any = CASES, rounds: int | None = 5, height: int = 24, width: int = 80) -> None:
        self.console = Console(file=Terminal(), width=width, height=height, color_system=None)
        self.now = 0.0
        limits = RunLimits(100, 0.1) if rounds is None else RunLimits(rounds)
        self.progress = LiveProgress(self.console, TimeLeft(cases, limits, clock=lambda: self.now))

    def trial(self, one: Case, number: int, seconds: float, *samples: Sample) -> None:
        self.progress.trial_starts(number, 0, one)
        self.now += seconds
        self.progress.cycle_starts(one.workload, 0, 1)
        self.progress.trial_ended(one, list(samples) or [measured(one, number, seconds)])

    @property
    def lines(self) -> list[str]:
        """The current lines of the view."""
        copy = Console(file=io.StringIO(), width=self.console.width, height=self.console.height)
        copy.print(self.progress)
        assert isinstance(copy.file, io.StringIO)
        return [line.rstrip() for line in copy.file.getvalue().splitlines()]

    @property
    def printed(self) -> str:
        """Everything written to the terminal."""
        assert isinstance(self.console.file, io.StringIO)
        return self.console.file.getvalue()

    def line(self, start: str) -> str:
        return " ".join(next(line for line in self.lines if line.strip().startswith(start)).split())


def rounds_of(screen: Screen, *times: tuple[float, float, float]) -> None:
    for number, seconds in enumerate(times):
        for one, taken in zip(CASES, seconds, strict=True):
            screen.trial(one, number, taken)


def test_each_backend_has_one_line_with_its_highest_speedup_yet() -> None:
    screen = Screen()
    rounds_of(screen, (1.0, 0.8, 0.5))
    assert screen.line("threading").startswith("threading 4 workers 2.00x │")
    assert screen.line("threading").endswith("1 trial")
    assert len([line for line in screen.lines if "threading" in line]) == 1
    assert screen.line("work: base") == "work: baseline 1.00 s"


def test_the_interval_appears_in_the_third_round_and_narrows() -> None:
    screen = Screen()
    widths = []
    for number in range(8):
        for one, seconds in zip(CASES, (1.0, 0.8, 0.5 + 0.02 * (number % 2)), strict=True):
            screen.trial(one, number, seconds)
        if match := re.search(r"\[([\d.]+), ([\d.]+)\]", screen.line("threading")):
            widths.append(float(match[2]) - float(match[1]))
    assert len(widths) == 6
    assert widths[-1] < widths[0]


def test_before_anything_is_measured_every_backend_has_its_line() -> None:
    assert LiveTable([one.id for one in CASES]).heading.endswith("1x")
    screen = Screen()
    screen.progress.trial_starts(0, 0, CASES[1])
    assert screen.line("threading") == "threading -"
    assert screen.line("starting") == "starting work: threading with 2 workers, 0 s"


def test_the_second_line_has_the_cycle_once_the_trials_take_turns() -> None:
    screen = Screen()
    screen.progress.trial_starts(0, 0, CASES[0])
    screen.progress.cycle_starts("work", 2, 8)
    screen.now += 3
    assert screen.line("work: cycle") == "work: cycle 3 of 8, 3 s"
    screen.progress.cycle_starts("work", 0, None)
    assert screen.line("work: cycle") == "work: cycle 1, 3 s"


def test_the_first_line_has_the_round_the_trials_and_the_time_left() -> None:
    screen = Screen()
    rounds_of(screen, (10.0, 10.0, 10.0))
    screen.progress.trial_starts(1, 0, CASES[0])
    assert screen.lines[0].endswith("round 2 of 5, 3 of 15 trials, about 2 min left")
    screen.now += 12
    assert screen.lines[0].endswith("about 1 min 50 s left")
    assert screen.line("starting").endswith(", 12 s")


def test_with_a_requested_precision_the_time_left_is_a_lower_bound() -> None:
    screen = Screen(rounds=None)
    rounds_of(screen, (1.0, 1.0, 1.0))
    screen.progress.trial_starts(1, 0, CASES[0])
    assert screen.lines[0] == f"round 2, 3 trials, at least {3 * (MIN_ROUNDS_FOR_PRECISION - 1)} s left"


@pytest.mark.parametrize("height", [3, 5, 6, 7, 12, 24, 60])
def test_no_more_lines_than_fit_and_the_hidden_ones_are_counted(height: int) -> None:
    screen = Screen(MANY, height=height)
    for one in MANY:
        screen.trial(one, 0, 1.0)
    assert len(screen.lines) < max(height, 4)
    table = [line for line in screen.lines[4:] if not line.startswith("(")]
    hidden = re.search(r"^\((\d+) more lines?:", screen.lines[-1])
    assert len(table) + int(hidden[1] if hidden else 0) == 16 or height < 6
    if hidden and table:
        assert table[0].startswith("h: baseline")


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    options = {"start_method": "forkserver", "chunksize": 16}
    long = [
        case(workload="long-" * 12),
        *(case(workload="long-" * 12, backend="x" * 40, options=options, workers=n) for n in (1, 32)),
    ]
    screen = Screen(long, width=width)
    for number in range(4):
        for one in long:
            screen.trial(one, number, 0.01 * (1 + number % 2) if one.workers == 32 else 10.0)
    assert max(map(len, screen.lines)) <= width


def test_a_failure_stays_above_the_view_once_with_its_reason() -> None:
    screen = Screen()
    for number in range(2):
        screen.trial(CASES[0], number, 1.0)
        screen.trial(
            CASES[1], number, 1.0, failure(backend="threading", workers=2, round=number, reason="no [b]luck\x1b[2J")
        )
    assert screen.printed.count("work: threading with 2 workers: error: no [b]luck\\x1b[2J") == 1
    assert screen.line("threading") == "threading error with 2 workers"


def test_a_warning_is_printed_once_and_a_note_not_at_all() -> None:
    screen = Screen()
    for share in (20, 30):
        screen.progress.warns(
            [
                RunWarning(WarningKind.CONTAMINATED, f"others took {share} %", "work"),
                RunWarning(WarningKind.LOAD, "loud"),
            ]
        )
        screen.progress.warns([RunWarning(WarningKind.OVERSUBSCRIBED, "many workers", level=WarningLevel.NOTE)])
    assert re.findall("Warning: .*", screen.printed) == ["Warning: others took 20 %", "Warning: loud"]


def test_during_a_trial_only_the_clock_changes() -> None:
    screen = Screen()
    rounds_of(screen, (1.0, 0.8, 0.5))
    screen.progress.trial_starts(1, 0, CASES[0])
    before = screen.lines
    screen.now += 30
    assert screen.lines[2:] == before[2:]
    assert screen.lines[1] != before[1]


def test_the_view_shows_the_same_speedup_as_the_final_table(tmp_path: Path) -> None:
    screen, samples = Screen(), []
    for number, drift in enumerate((1.0, 1.7, 1.2, 0.9)):
        for one, seconds in zip(CASES, (1.0, 0.8 + drift / 50, 0.55), strict=True):
            samples.append(measured(one, number, seconds * drift, bound=Bound.CPU))
            screen.trial(one, number, seconds, samples[-1])
    summaries = summarise(load_run(write_run(tmp_path / "run", samples)))
    best = max((one for one in summaries if not one.is_baseline), key=lambda one: one.speedup_or_zero)
    assert f" {best.workers} workers {speedup_words(best)} " in screen.line("threading")
