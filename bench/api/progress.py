"""The progress of a run: a bar on a terminal, a line in a notebook, nothing elsewhere unless asked for."""

import sys
from collections.abc import Sequence
from typing import Any, Self

from rich.console import Console

from bench.analysis.time_left import TimeLeft
from bench.output.terminal.progress import ProgressView, progress_on
from bench.output.wording import formatting
from bench.schema import BASELINE, Case, RunWarning, Sample


def view_for(asked: bool | None, left: TimeLeft) -> ProgressView:
    """The view that suits where this runs; `asked` is False for none, True for one in any case."""
    if asked is False:
        return NoProgress()
    if in_notebook():
        return NotebookProgress(left)
    console = Console(stderr=True, highlight=False, emoji=False)
    return progress_on(console, left) if asked or sys.stderr.isatty() else NoProgress()


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None


class NoProgress:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        return None

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        return None

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        return None

    def leaves_out(self, names: Sequence[str]) -> None:
        return None

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        return None

    def trace_starts(self, case: Case) -> None:
        return None


class NotebookProgress(NoProgress):
    """One line of plain text below the cell, updated after each trial; it needs no widgets."""

    def __init__(self, left: TimeLeft) -> None:
        self._left = left
        self._trials = 0
        self._handle: Any = None

    def __enter__(self) -> Self:
        from IPython.display import display

        self._handle = display(  # type: ignore[no-untyped-call]  # IPython's own
            _plain("measuring: starting"), raw=True, display_id=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._show(f"measured {formatting.counted(self._trials, 'trial')}")

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self._left.trial_starts(round_number, case)
        rounds = "" if self._left.total_rounds is None else f" of {self._left.total_rounds}"
        left = self._left.seconds()
        about = "at least" if self._left.at_least else "about"
        time = "" if left is None else f", {about} {formatting.duration(left)} left"
        self._show(f"measuring: round {round_number + 1}{rounds}{time}{self._leader()}")

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self._left.trial_ended(samples)
        self._trials += 1

    def trace_starts(self, case: Case) -> None:
        self._show(f"tracing {formatting.clean(case.label)}")

    def _leader(self) -> str:
        """The case that is ahead so far."""
        known = [
            (case, self._left.estimates.estimate(case.id)) for case in self._left.cases if case.backend != BASELINE
        ]
        ahead = [(one.speedup.point, case) for case, one in known if one is not None and one.speedup is not None]
        if not ahead:
            return ""
        speedup, case = max(ahead, key=lambda pair: pair[0])
        return f"; ahead: {formatting.clean(case.label)} at {formatting.times(speedup)}"

    def _show(self, text: str) -> None:
        self._handle.update(_plain(text), raw=True)


def _plain(text: str) -> dict[str, str]:
    return {"text/plain": text}
