"""The chart of several interpreters side by side: times, a panel for each way of running each piece of work."""

from collections.abc import Iterable, Sequence
from functools import partial

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.analysis.load import Run
from bench.analysis.side_by_side import Row, SideBySide
from bench.present import words
from bench.present.draw_times import GREY, LOOP_LINE, TimePanel, draw_times
from bench.present.interpreter_style import interpreter_styles
from bench.present.legend import Legend
from bench.present.sheet import fact_lines, name_lines, sheet, surroundings
from bench.present.side_by_side_table import row_labels
from bench.present.style import Style
from bench.samples import FEWEST_ROUNDS

TITLE = "Time by interpreter: lower is better"


def side_by_side_chart(run: Run, sides: Sequence[SideBySide]) -> Figure:
    """Median times against workers on logarithmic axes, with each interpreter's plain loop; `sides` is not empty."""
    styles = interpreter_styles(run.pythons)
    panels = [panel for side in sides for panel in _panels(side, sides)]
    legend = Legend([*_interpreters(sides, styles), *_others(panels)])
    title = f"{TITLE}, run {words.clean(run.name)}"
    return sheet(panels, partial(draw_times, styles=styles), legend, title, surroundings(run) + _bars(panels))


def _panels(side: SideBySide, sides: Sequence[SideBySide]) -> list[TimePanel]:
    """A panel for each way but the plain loop, which is in all of them, on axes of one scale."""
    labels = row_labels(side)
    ways: dict[str, list[Row]] = {}
    for row in side.rows:
        if not row.is_baseline:
            ways.setdefault(labels[row.way], []).append(row)
    loops = {
        python: cell.seconds
        for row in side.rows
        if row.is_baseline
        for python, cell in row.cells.items()
        if cell.seconds
    }
    several = len({other.params for other in sides if other.workload == side.workload}) > 1
    facts = fact_lines([words.settings(side.params) or "no parameters"] if several else [])
    cells = [cell for row in side.rows for cell in row.cells.values()]
    scale = [time for cell in cells for time in (cell.seconds, cell.low_s, cell.high_s) if time]
    return [
        TimePanel(name_lines(f"{side.workload}, {label}" if label else side.workload), facts, rows, loops, scale)
        for label, rows in (ways or {"": []}).items()
    ]


def _interpreters(sides: Sequence[SideBySide], styles: dict[str, Style]) -> Iterable[tuple[str, Line2D]]:
    for python, style in styles.items():
        gils = sorted({gil for side in sides for gil in side.gils(python)})
        gil = f", GIL {'/'.join(gils)}" if gils else ""
        handle = Line2D([], [], color=style.colour, marker=style.marker, fillstyle=style.fill, linewidth=1.8)
        yield f"{words.clean(python)}{gil}", handle


def _others(panels: Sequence[TimePanel]) -> Iterable[tuple[str, Line2D]]:
    if any(panel.loops for panel in panels):
        yield "plain loop of the same interpreter", Line2D([], [], color=GREY, **LOOP_LINE)
    if statuses := sorted({status for panel in panels for status in panel.statuses}):
        cross = Line2D([], [], color=GREY, marker="x", linestyle="none", markersize=7, markeredgewidth=2)
        yield f"not ok: {', '.join(statuses)}", cross


def _bars(panels: Sequence[TimePanel]) -> str:
    cells = [cell for panel in panels for row in panel.rows for cell in row.cells.values() if cell.seconds]
    if any(cell.low_s is not None for cell in cells):
        return "; points: medians; bars: 95 % intervals of the geometric mean"
    return f"; points: medians; no intervals: they need {FEWEST_ROUNDS} rounds" if cells else ""
