"""The progress of a run: a live view on a terminal, one line per trial elsewhere."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, Self

from rich.console import Console

from bench.analysis.time_left import TimeLeft
from bench.output.terminal.live_view import LiveProgress
from bench.output.wording import formatting
from bench.schema import Case, RunWarning, Sample, Status


class ProgressView(Protocol):
    """Shows the trials and warnings of a run; a context manager around the run."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def leaves_out(self, names: Sequence[str]) -> None: ...
    def warns(self, warnings: Sequence[RunWarning]) -> None: ...
    def trace_starts(self, case: Case) -> None: ...


def progress_on(console: Console, left: TimeLeft, done: int = 0) -> ProgressView:
    """The view that suits the console, for the cases and rounds whose time is estimated by `left`.

    A live view needs a cursor that can be moved: a log has none, whatever FORCE_COLOR says, nor has a dumb terminal.
    `done` trials were measured before a run was resumed.
    """
    kind = LiveProgress if console.is_interactive and console.file.isatty() else LineProgress
    return kind(console, left, done)


class LineProgress:
    """One line per trial and one per round with the time left, for pipes and logs; warnings follow below the table."""

    def __init__(self, console: Console, left: TimeLeft, done: int = 0) -> None:
        self._console = console
        self._name_python = len({case.id.interpreter for case in left.cases}) > 1
        self._left = left
        self._round: int | None = None
        self._done = done
        self._failures: Counter[tuple[str, str, str]] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self._left.trial_starts(round_number, case)
        left = self._left.seconds()
        if self._round not in (None, round_number) and left is not None:
            of = "" if self._left.total_rounds is None else f" of {self._left.total_rounds}"
            about = "at least" if self._left.at_least else "about"
            self._say(f"round {round_number}{of} done, {about} {formatting.duration(left)} left")
        self._round = round_number

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        return None

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self._left.trial_ended(samples)
        self._done += 1
        of = "" if self._left.total_trials is None else f"/{self._left.total_trials}"
        number = f"[{self._done:>{max(len(of) - 1, 1)}}{of}] round {(self._round or 0) + 1}"
        self._say(f"{number}  {self._name(case)}  {self._outcome(samples)}")

    def leaves_out(self, names: Sequence[str]) -> None:
        self._say(formatting.left_out(names))

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        return None

    def trace_starts(self, case: Case) -> None:
        self._say(f"trace  {self._name(case)}")

    def _name(self, case: Case) -> str:
        return formatting.clean(f"{case.label} {case.id.interpreter}" if self._name_python else case.label)

    def _outcome(self, samples: Sequence[Sample]) -> str:
        """The median time of the passes, and why the trial failed; a reason is given once, and then counted."""
        times = [sample.elapsed_s for sample in samples if sample.elapsed_s is not None]
        passes = f" ({len(times)} passes)" if len(times) > 1 else ""
        parts = [f"{statistics.median(times):.4f} s{passes}"] if times else []
        return ", ".join([*parts, *(self._failure(one) for one in samples if one.status is not Status.OK)])

    def _failure(self, sample: Sample) -> str:
        reason = formatting.clean(sample.reason or "")
        self._failures[sample.workload, sample.backend, reason] += 1
        times = self._failures[sample.workload, sample.backend, reason]
        return f"{sample.status}: {reason}" if times == 1 else f"{sample.status}, as before ({times} times)"

    def _say(self, text: str) -> None:
        self._console.out(text, highlight=False)
