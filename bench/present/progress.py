"""How far a run is: a bar on a terminal, a line a trial elsewhere."""

from collections.abc import Sequence
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bench.samples import Case, Sample, Status


class Progress(Protocol):
    """Told of each trial; a context manager around the run."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def trace_starts(self, case: Case) -> None: ...


def progress_on(console: Console, cases: Sequence[Case], rounds: int | None, done: int = 0) -> Progress:
    """What suits the console, for so many rounds of these cases; None where that shows only later.

    `done` trials are there already, of a run that is gone on with.
    """
    kind = BarProgress if console.is_terminal else LineProgress
    trials = None if rounds is None else len(cases) * rounds
    return kind(console, trials, name_python=len({case.python for case in cases}) > 1, done=done)


def _label(case: Case, name_python: bool) -> str:
    return f"{case.label} {case.python}" if name_python else case.label


class BarProgress:
    """A bar with the case at hand and the time left; what goes wrong stays on the screen above it."""

    def __init__(self, console: Console, trials: int | None, name_python: bool, done: int = 0) -> None:
        self._console = console
        self._name_python = name_python
        self._bar = Bar(
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=trials, completed=done)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self._bar.update(self._task, description=f"round {round_number + 1}  {_label(case, self._name_python)}")

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self._bar.advance(self._task)
        for sample in samples:
            if sample.status is not Status.OK:
                label, reason = escape(_label(case, self._name_python)), escape(sample.reason or "")
                self._console.print(f"{label}  [red]{sample.status}[/]: {reason}")

    def trace_starts(self, case: Case) -> None:
        self._bar.update(self._task, description=f"trace  {_label(case, self._name_python)}")


class LineProgress:
    """A plain line a trial, for pipes and logs."""

    def __init__(self, console: Console, trials: int | None, name_python: bool, done: int = 0) -> None:
        self._console = console
        self._name_python = name_python
        self._trials = trials
        self._done = done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self._round = round_number + 1

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self._done += 1
        of = "" if self._trials is None else f"/{self._trials}"
        where = f"[{self._done:>{max(len(of) - 1, 1)}}{of}] round {self._round}  {_label(case, self._name_python)}"
        self._console.out(f"{where}  {', '.join(_outcome(sample) for sample in samples)}", highlight=False)

    def trace_starts(self, case: Case) -> None:
        self._console.out(f"trace  {_label(case, self._name_python)}", highlight=False)


def _outcome(sample: Sample) -> str:
    if sample.elapsed_s is not None:
        return f"{sample.elapsed_s:.4f} s"
    return f"{sample.status}: {sample.reason}"
