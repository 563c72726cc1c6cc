"""Which progress is shown where."""

from types import SimpleNamespace
from typing import Any

import pytest

from bench.analysis.time_left import RunLimits, TimeLeft
from bench.api.progress import NoProgress, NotebookProgress, view_for
from bench.output.terminal.progress import LineProgress
from bench.schema import Status
from tests.support.cases import cases_of
from tests.support.factory import failure, sample

CASES = cases_of("work", 2)


def left(rounds: int = 2) -> TimeLeft:
    return TimeLeft(CASES, RunLimits(rounds))


@pytest.mark.parametrize(("asked", "kind"), [(False, NoProgress), (None, NoProgress), (True, LineProgress)])
def test_no_progress_is_shown_away_from_a_terminal_unless_asked_for(asked: bool | None, kind: type) -> None:
    assert type(view_for(asked, left())) is kind


def test_silent_progress_takes_every_notice(capsys: pytest.CaptureFixture[str]) -> None:
    with NoProgress() as silent:
        silent.trial_starts(0, 0, CASES[0])
        silent.cycle_starts("work", 0, 1)
        silent.trial_ended(CASES[0], [failure(Status.ERROR)])
        silent.leaves_out(["work"])
        silent.warns([])
        silent.trace_starts(CASES[0])
    assert capsys.readouterr() == ("", "")


def test_a_notebook_has_one_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def display(data: dict[str, str], **_: Any) -> Any:
        shown.append(data["text/plain"])
        return SimpleNamespace(update=display)

    monkeypatch.setattr("IPython.display.display", display)
    with NotebookProgress(left()) as progress:
        for number in range(2):
            for case, seconds in zip(CASES, (1.0, 0.5), strict=True):
                progress.trial_starts(number, 0, case)
                facts = {"backend": case.backend, "workers": case.workers, "round": number}
                progress.trial_ended(case, [sample(elapsed_s=seconds, **facts)])
        progress.trace_starts(CASES[0])
    assert shown[0] == "measuring: starting"
    assert shown[1] == "measuring: round 1 of 2"
    assert shown[-2:] == ["tracing work sequential x1", "measured 4 trials"]
    assert "; ahead: work threading x2 at 2.00x" in shown[3]
