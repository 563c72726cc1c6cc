"""The table of one subject: one row per case, within 80 columns."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.output.terminal.speedup_bar import NARROWEST, WIDEST, SpeedupBar, scale_for
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels

WIDTH = 80
HEADINGS = ("work-\ners", "median\ntime", "speedup\n[95 % interval]", "trials", "effi-\nciency", "cores\nbusy")
SPEEDUP = 2  # its index in HEADINGS; the bars stand to the right of it
BEST = "bold green"
NOT_OK = "red"


def case_table(cases: Sequence[CaseSummary], best: CaseSummary | None, labels: Labels) -> Table:
    """All cases of a subject: the best one is marked, and those that are not ok show their status instead of figures.

    The width that the figures leave is for bars; if it is too small, long labels are split over two lines.
    """
    figures = [_figures(case) for case in cases]
    room = WIDTH - _widths(figures) - 1
    needed = NARROWEST if any(case.speedup and not case.is_baseline for case in cases) else -1
    names = [_name(case, labels, case is best) for case in cases]
    names = [name if len(name) + needed <= room else _folded(name) for name in names]
    bars = _bars(cases, min(room - _longest(names), WIDEST))
    drawn = [bar for bar in bars if bar]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("\n  backend", overflow="fold")
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if place == SPEEDUP else "right", no_wrap=True, vertical="top")
        if place == SPEEDUP and drawn:
            table.add_column(f"\n{drawn[0].scale.axis}", no_wrap=True)
    for case, name, cells, bar in zip(cases, names, figures, bars, strict=True):
        row: list[RenderableType] = [Text(name), *map(Text, cells)]
        if drawn:
            row.insert(SPEEDUP + 2, bar or Text())
        table.add_row(*row, style=BEST if case is best else NOT_OK * (not case.ok))
    return table


def _bars(cases: Sequence[CaseSummary], width: int) -> list[SpeedupBar | None]:
    """One bar per case; None for a case without a speedup, and for all cases if there is no room."""
    speedups = [case.speedup.point for case in cases if case.speedup and not case.is_baseline]
    if width < NARROWEST or not speedups:
        return [None] * len(cases)
    scale = scale_for(speedups, width)
    return [SpeedupBar(case.speedup.point, scale) if case.speedup else None for case in cases]


def _widths(figures: Sequence[Sequence[str]]) -> int:
    """The width of the figures, including the gap before each column."""
    return sum(_longest(column) + 1 for column in zip(HEADINGS, *figures, strict=True))


def _longest(texts: Sequence[str]) -> int:
    return max(len(line) for text in texts for line in text.split("\n"))


def _name(case: CaseSummary, labels: Labels, is_best: bool) -> str:
    return f"{'*' if is_best else ' '} {labels[case.config]}"


def _folded(name: str) -> str:
    """A name split over two lines, if it has options."""
    return name.replace(":", "\n    :", 1) if ":" in name else name.replace(" (", "\n    (", 1)


def _figures(case: CaseSummary) -> list[str]:
    """The cells of a case's row, after its name."""
    if not case.ok:
        return [str(case.workers), "", case.status, f"{case.trials}/{case.trials + case.failed}", "", ""]
    busy = (
        formatting.UNKNOWN if case.parallelism is None else f"{case.parallelism:.{2 if case.parallelism < 10 else 1}f}"
    )
    sure = (formatting.seconds(case.median_s), speedup_words(case), str(case.trials))
    return [str(case.workers), *sure, formatting.percent(point_of(case.efficiency)), busy]
