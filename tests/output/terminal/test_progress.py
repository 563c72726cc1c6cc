"""The progress of a run: one line per trial in a pipe, a live view on a terminal."""

import io
from collections.abc import Callable, Sequence

import pytest
from rich.console import Console

from bench.analysis.time_left import RunLimits, TimeLeft
from bench.output.terminal.live_view import LiveProgress
from bench.output.terminal.progress import LineProgress, progress_on
from bench.schema import Case, Sample, Status
from tests.support.cases import case, cases_of
from tests.support.factory import failure, sample

CASES = cases_of("work", 2)
TWO_PYTHONS = [*CASES, case(python="3.13.1t")]


def piped() -> Console:
    return Console(file=io.StringIO(), width=80, highlight=False)


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def terminal() -> Console:
    return Console(file=Terminal(), width=80, height=24, highlight=False, color_system=None)


def output(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def time_left(cases: Sequence[Case] = CASES, rounds: int | None = 3) -> TimeLeft:
    """The time left of so many rounds, or of as many as a precision takes."""
    return TimeLeft(cases, RunLimits(100, 0.1) if rounds is None else RunLimits(rounds))


def lines_after_one_trial(console: Console, cases: list[Case], rounds: int | None, *samples: Sample) -> list[str]:
    """The lines after one trial of the last case, in the first round."""
    with progress_on(console, time_left(cases, rounds)) as progress:
        progress.trial_starts(0, 0, cases[-1])
        progress.trial_ended(cases[-1], list(samples))
    return output(console).splitlines()


def test_a_terminal_gets_a_live_view_and_a_pipe_gets_lines() -> None:
    assert isinstance(progress_on(terminal(), time_left()), LiveProgress)
    assert isinstance(progress_on(piped(), time_left()), LineProgress)


@pytest.mark.parametrize(
    ("name", "value", "console"),
    [("FORCE_COLOR", "1", piped), ("TERM", "dumb", terminal), ("TERM", "unknown", terminal)],
)
def test_without_a_movable_cursor_there_are_lines(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, console: Callable[[], Console]
) -> None:
    monkeypatch.setenv(name, value)
    assert isinstance(progress_on(console(), time_left()), LineProgress)


def test_each_trial_is_a_numbered_line() -> None:
    console = piped()
    with progress_on(console, time_left(rounds=5)) as progress:
        for number in range(5):
            for position, one in enumerate(CASES):
                progress.trial_starts(number, position, one)
                progress.trial_ended(one, [sample(elapsed_s=1.5)])
    lines = output(console).splitlines()
    assert len([line for line in lines if line.startswith("[")]) == 10
    assert lines[0] == "[ 1/10] round 1  work sequential x1  1.5000 s"
    assert lines[-1] == "[10/10] round 5  work threading x2  1.5000 s"


def test_an_unknown_number_of_trials_is_left_out() -> None:
    assert lines_after_one_trial(piped(), list(CASES), None, sample(elapsed_s=1.5)) == [
        "[1] round 1  work threading x2  1.5000 s"
    ]


def test_trials_of_a_resumed_run_are_numbered_after_those_before() -> None:
    console = piped()
    with progress_on(console, time_left(rounds=3), 4) as progress:
        progress.trial_starts(2, 0, CASES[0])
        progress.cycle_starts("work", 0, 8)
        progress.trial_ended(CASES[0], [sample(elapsed_s=1.5)])
    assert output(console).splitlines() == ["[5/6] round 3  work sequential x1  1.5000 s"]


def test_passes_have_their_median_and_their_number() -> None:
    passes = [sample(elapsed_s=seconds, value=value) for value, seconds in enumerate((0.25, 0.5, 3.0))]
    (line,) = lines_after_one_trial(piped(), list(CASES), 1, *passes)
    assert line == "[1/2] round 1  work threading x2  0.5000 s (3 passes)"


def test_failure_follows_the_passes_before_it_with_its_reason() -> None:
    passes = [sample(elapsed_s=0.25), failure(Status.WRONG, "item 3: 41, not 42", value=1)]
    (line,) = lines_after_one_trial(piped(), list(CASES), 1, *passes)
    assert line == "[1/2] round 1  work threading x2  0.2500 s, wrong: item 3: 41, not 42"


def test_the_interpreter_is_named_if_there_are_several() -> None:
    assert "3.11.7" not in lines_after_one_trial(piped(), list(CASES), 1, sample())[0]
    assert "work sequential x1 3.13.1t" in lines_after_one_trial(piped(), TWO_PYTHONS, 1, sample())[0]


def test_text_from_outside_is_escaped() -> None:
    one = case(workload="[bold]work")
    text = "\n".join(lines_after_one_trial(piped(), [one], 1, failure(Status.ERROR, "no [red]luck[/red] \x1b[2J")))
    assert "[bold]work sequential x1" in text
    assert "error: no [red]luck[/red] \\x1b[2J" in text


@pytest.mark.parametrize(("rounds", "start"), [(3, "round 1 of 3 done, about "), (None, "round 1 done, at least ")])
def test_each_round_but_the_last_ends_with_the_time_left(rounds: int | None, start: str) -> None:
    console = piped()
    with progress_on(console, time_left(rounds=rounds)) as progress:
        for number in range(2):
            for position, one in enumerate(CASES):
                progress.trial_starts(number, position, one)
                progress.trial_ended(one, [sample(elapsed_s=1.5)])
    lines = output(console).splitlines()
    assert len(lines) == 5
    assert lines[2].startswith(start)
    assert lines[2].endswith(" left")
