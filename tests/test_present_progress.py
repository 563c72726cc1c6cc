"""What is said while a run goes on: a line a trial in a pipe, a bar on a terminal."""

import io

import pytest
from cases import case, cases_of
from factory import failure, sample
from rich.console import Console

from bench.present.progress import BarProgress, LineProgress, progress_on
from bench.samples import Case, Sample, Status

CASES = cases_of("work", 2)
TWO_PYTHONS = [*CASES, case(python="3.13.1t")]


def piped() -> Console:
    return Console(file=io.StringIO(), width=80, highlight=False)


def terminal() -> Console:
    return Console(file=io.StringIO(), width=80, highlight=False, force_terminal=True, color_system=None)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def told(console: Console, cases: list[Case], rounds: int | None, *samples: Sample) -> list[str]:
    """The lines after one trial of the last case, in the first round."""
    with progress_on(console, cases, rounds) as progress:
        progress.trial_starts(0, 0, cases[-1])
        progress.trial_ended(cases[-1], list(samples))
    return said(console).splitlines()


def test_a_terminal_gets_a_bar_and_a_pipe_gets_lines() -> None:
    assert isinstance(progress_on(terminal(), CASES, 3), BarProgress)
    assert isinstance(progress_on(piped(), CASES, 3), LineProgress)


def test_each_trial_is_a_line_with_its_number_of_all() -> None:
    console = piped()
    with progress_on(console, CASES, 5) as progress:
        for number in range(5):
            for position, one in enumerate(CASES):
                progress.trial_starts(number, position, one)
                progress.trial_ended(one, [sample(elapsed_s=1.5)])
    lines = said(console).splitlines()
    assert len(lines) == 10
    assert lines[0] == "[ 1/10] round 1  work sequential x1  1.5000 s"
    assert lines[-1] == "[10/10] round 5  work threading x2  1.5000 s"


def test_where_only_time_will_show_how_many_trials_there_are_their_number_is_not_told() -> None:
    assert told(piped(), list(CASES), None, sample(elapsed_s=1.5)) == ["[1] round 1  work threading x2  1.5000 s"]


def test_each_pass_of_a_trial_has_its_time_and_what_went_wrong_its_reason() -> None:
    passes = [sample(elapsed_s=0.25), failure(Status.WRONG, "item 3: 41, not 42", value=1)]
    (line,) = told(piped(), list(CASES), 1, *passes)
    assert line == "[1/2] round 1  work threading x2  0.2500 s, wrong: item 3: 41, not 42"


def test_the_interpreter_is_named_where_there_are_several() -> None:
    assert "3.11.7" not in told(piped(), list(CASES), 1, sample())[0]
    assert "work sequential x1 3.13.1t" in told(piped(), TWO_PYTHONS, 1, sample())[0]


@pytest.mark.parametrize("console", [piped(), terminal()], ids=["pipe", "terminal"])
def test_foreign_text_is_shown_and_not_obeyed(console: Console) -> None:
    one = case(workload="[bold]work")
    text = "\n".join(told(console, [one], 1, failure(Status.ERROR, "no [red]luck[/red] [/]")))
    assert "[bold]work sequential x1" in text
    assert "error: no [red]luck[/red] [/]" in text


def test_a_bar_counts_the_trials_and_names_the_case_at_hand() -> None:
    console = terminal()
    with progress_on(console, CASES, 3) as progress:
        progress.trial_starts(1, 0, CASES[1])
        progress.trial_ended(CASES[1], [sample()])
    assert "1/6" in said(console)
    assert "round 2  work threading x2" in said(console)


def test_a_bar_of_an_unknown_number_of_trials_still_counts() -> None:
    console = terminal()
    told(console, list(CASES), None, sample())
    assert "1/?" in said(console)


def test_above_a_bar_only_what_went_wrong_stays() -> None:
    fine, wrong = terminal(), terminal()
    told(fine, list(CASES), 1, sample(elapsed_s=1.5))
    assert "1.5" not in said(fine)
    told(wrong, list(CASES), 1, failure(Status.TIMEOUT, "not done after 300 s"))
    assert "work threading x2  timeout: not done after 300 s" in said(wrong)
