"""The progress of `bench claims`: a bar on a terminal, one line per claim elsewhere."""

from collections.abc import Sequence
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.analysis.evidence import ClaimResult
from bench.output.wording import formatting

DETAIL_LETTERS = 40


class ClaimsProgress(Protocol):
    """Is notified when something is tried, of each step within, and of each result; a context manager around all."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def begins(self, name: str) -> None: ...
    def step(self, text: str) -> None: ...
    def ended(self, result: ClaimResult) -> None: ...


def claims_progress(console: Console, seconds: Sequence[float]) -> ClaimsProgress:
    """The view that suits the console; `seconds` is what each claim may take, as a rule."""
    if console.is_interactive and console.file.isatty():
        return ClaimsBar(console, seconds)
    return ClaimsLines(console, len(seconds))


class ClaimsLines:
    """One line per claim, for pipes and logs."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begins(self, name: str) -> None:
        return None

    def step(self, text: str) -> None:
        return None

    def ended(self, result: ClaimResult) -> None:
        self._done += 1
        number = f"[{self._done:>{len(str(self._total))}}/{self._total}]"
        seconds = formatting.duration(result.seconds)
        self._console.out(f"{number}  {result.id}: {result.judgement.verdict} ({seconds})", highlight=False)


class ClaimsBar:
    """A bar that grows by the time that each claim was expected to take, with what is being done."""

    def __init__(self, console: Console, seconds: Sequence[float]) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}"),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._pending = list(seconds)
        self._task = self._progress.add_task("", total=sum(seconds), detail="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begins(self, name: str) -> None:
        self._progress.update(self._task, description=formatting.clean(name), detail="")

    def step(self, text: str) -> None:
        self._progress.update(self._task, detail=formatting.clean(text)[:DETAIL_LETTERS])

    def ended(self, result: ClaimResult) -> None:
        self._progress.advance(self._task, self._pending.pop(0))
