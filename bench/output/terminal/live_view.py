"""The live view of a run on a terminal: the time left, and the current speedup of each backend.

The table is computed only between trials, so as not to disturb them; during a trial only the clock changes.
"""

from collections.abc import Sequence
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from bench.analysis.time_left import TimeLeft
from bench.output.terminal.live_table import LiveTable
from bench.output.wording import formatting
from bench.schema import Case, RunWarning, Sample, Status, WarningLevel

BAR = 20
OWN_LINES = 5  # two for the clock, an empty one, the table's heading, and the cursor's line


class LiveProgress:
    """Redraws the last lines of the terminal after each trial; failures and warnings stay above them."""

    def __init__(self, console: Console, left: TimeLeft, done: int = 0) -> None:
        self._console = console
        self._left = left
        self._table = LiveTable([case.id for case in left.cases])
        self._lines: list[Text] = []
        self._head = "starting"
        self._now = ""
        self._tracing = False
        self._done = done
        self._shown: set[tuple[object, ...]] = set()
        self._live = Live(self, console=console, refresh_per_second=1, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield _line(f"{self._head}{self._time_left()}")
        yield _line(f"{self._now}, {formatting.duration(self._left.workload_s)}" if self._now else "")
        yield from self._lines

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self._left.trial_starts(round_number, case)
        trials = f"{self._done}{_of(self._left.total_trials)} trials"
        self._head = f"{self._bar()}round {round_number + 1}{_of(self._left.total_rounds)}, {trials}"
        self._now = f"starting {self._table.name(case.id)}"
        self._draw(case)

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        self._now = f"{formatting.clean(workload)}: cycle {cycle + 1}{_of(cycles)}"
        self._live.refresh()

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self._left.trial_ended(samples)
        self._done += 1
        for sample in samples:
            if sample.status is not Status.OK:
                label, reason = self._table.name(case.id), formatting.clean(sample.reason or "")
                self._say((case, sample.status, sample.reason), f"{label}: {sample.status}: {reason}", "red")
        self._draw(case)

    def leaves_out(self, names: Sequence[str]) -> None:
        self._say(("left out", *names), formatting.left_out(names), "yellow")

    def trace_starts(self, case: Case) -> None:
        self._head, self._now = f"{self._bar()}tracing {self._table.name(case.id)}", ""
        self._tracing = True
        self._draw(case)

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        for warning in warnings:
            if warning.level is WarningLevel.WARNING:
                self._say((warning.kind, warning.workload), f"Warning: {formatting.clean(warning.text)}", "yellow")

    def _draw(self, case: Case) -> None:
        room = self._console.height - OWN_LINES
        lines = self._table.lines(self._left.estimates, case.id, room, self._console.options.ascii_only)
        self._lines = [_line(""), _line(self._table.heading), *lines] if lines else []
        for line in self._lines:
            line.no_wrap, line.overflow = True, "ellipsis"
        self._live.refresh()

    def _say(self, what: tuple[object, ...], text: str, style: str) -> None:
        """Print a line above the view, unless it was printed before."""
        if what not in self._shown:
            self._shown.add(what)
            self._console.print(Text(text, style=style))

    def _bar(self) -> str:
        trials = self._left.total_trials
        if trials is None:
            return ""
        full, (done, to_do) = self._done * BAR // trials, "#." if self._console.options.ascii_only else "█░"
        return f"{done * full}{to_do * (BAR - full)} "

    def _time_left(self) -> str:
        left = None if self._tracing else self._left.seconds()
        return (
            ""
            if left is None
            else f", {'at least' if self._left.at_least else 'about'} {formatting.duration(left)} left"
        )


def _of(number: int | None) -> str:
    return "" if number is None else f" of {number}"


def _line(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")
