"""Times of several interpreters side by side, a panel for each way of running the work."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.analysis.interpreter_comparison import Cell, Row, SideBySide
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_times import TimePanel, draw_times
from bench.output.charts.interpreter_style import interpreter_styles
from bench.output.charts.legend import Legend
from bench.output.charts.lines import fact_lines, name_lines
from bench.output.charts.naming import CASE_HEADINGS, joined
from bench.output.charts.sheet import sheet, surroundings
from bench.output.charts.style import Style, cross, loop_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.terminal.interpreter_table import row_labels
from bench.output.wording import formatting
from bench.schema import MIN_ROUNDS

TITLE = "Time by interpreter: lower is better"


def draw(view: View, theme: Theme) -> Figure | None:
    """Median times against workers on logarithmic axes, with each interpreter's plain loop."""
    run, sides = view.run, view.sides
    if not sides:
        return None
    styles = interpreter_styles(run.pythons, theme)
    panels = [panel for side in sides for panel in _panels(side, sides)]
    legend = Legend([*_interpreters(sides, styles), *_others(panels, theme)])
    title, footer = f"{TITLE}, run {formatting.clean(run.name)}", surroundings(run) + _bars(panels)
    return sheet(panels, partial(draw_times, styles=styles, theme=theme), legend, title, footer, theme)


def why_not(view: View) -> str:
    """One interpreter is nothing to set side by side."""
    return "one interpreter alone: bench run --python PATH measures in others"


def alt(view: View) -> str:
    """The fastest case of each workload over all interpreters."""
    told = [f"{formatting.clean(side.workload)}: {_fastest(side)}" for side in view.sides]
    return f"Times against the number of workers, an interpreter a line; lower is better. {joined(told)}"


def table(view: View) -> Table:
    """A row for each way with each number of workers, and two columns an interpreter."""
    pythons = view.run.pythons
    figures = [f"{what} {formatting.clean(python)}" for python in pythons for what in ("time", "95 % interval")]
    rows = [
        [formatting.clean(side.workload), labels[row.config], str(row.workers), *_cells(row, pythons)]
        for side in view.sides
        for labels in [row_labels(side)]
        for row in side.rows
    ]
    return Table((*CASE_HEADINGS, *figures), rows)


def _cells(row: Row, pythons: Sequence[str]) -> Iterator[str]:
    for python in pythons:
        cell = row.cells.get(python)
        known = cell is not None and cell.low_s is not None and cell.high_s is not None
        yield (
            formatting.UNKNOWN
            if cell is None
            else formatting.seconds(cell.seconds)
            if cell.case.ok
            else cell.case.status
        )
        yield (
            f"{formatting.seconds(cell.low_s)} to {formatting.seconds(cell.high_s)}"
            if cell and known
            else formatting.UNKNOWN
        )


def _fastest(side: SideBySide) -> str:
    if side.fastest is None:
        return "no case is ok"
    case, labels = side.fastest.case, {cell.case.config: label for label, cell in _labelled(side)}
    return (
        f"the least time is {formatting.seconds(case.median_s)}, {labels[case.config]} with "
        f"{formatting.counted(case.workers, 'worker')} in {formatting.clean(case.python)}"
    )


def _labelled(side: SideBySide) -> Iterator[tuple[str, Cell]]:
    labels = row_labels(side)
    yield from ((labels[row.config], cell) for row in side.rows for cell in row.cells.values())


def _panels(side: SideBySide, sides: Sequence[SideBySide]) -> list[TimePanel]:
    """A panel for each way but the plain loop, which is in all of them, on axes of one scale."""
    labels = row_labels(side)
    configs: dict[str, list[Row]] = {}
    for row in side.rows:
        if not row.is_baseline:
            configs.setdefault(labels[row.config], []).append(row)
    loops = {
        python: cell.seconds
        for row in side.rows
        if row.is_baseline
        for python, cell in row.cells.items()
        if cell.seconds
    }
    several = len({other.params for other in sides if other.workload == side.workload}) > 1
    facts = fact_lines([formatting.settings(side.params) or "no parameters"] if several else [])
    cells = [cell for row in side.rows for cell in row.cells.values()]
    scale = [time for cell in cells for time in (cell.seconds, cell.low_s, cell.high_s) if time]
    return [
        TimePanel(name_lines(f"{side.workload}, {label}" if label else side.workload), facts, rows, loops, scale)
        for label, rows in (configs or {"": []}).items()
    ]


def _interpreters(sides: Sequence[SideBySide], styles: dict[str, Style]) -> Iterable[tuple[str, Line2D]]:
    for python, style in styles.items():
        gils = sorted({gil for side in sides for gil in side.gils(python)})
        gil = f", GIL {'/'.join(gils)}" if gils else ""
        handle = Line2D([], [], color=style.colour, marker=style.marker, fillstyle=style.fill, linewidth=1.8)
        yield f"{formatting.clean(python)}{gil}", handle


def _others(panels: Sequence[TimePanel], theme: Theme) -> Iterable[tuple[str, Line2D]]:
    if any(panel.loops for panel in panels):
        yield "plain loop of the same interpreter", Line2D([], [], **loop_line(theme.muted))
    if statuses := sorted({status for panel in panels for status in panel.statuses}):
        yield f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))


def _bars(panels: Sequence[TimePanel]) -> str:
    cells = [cell for panel in panels for row in panel.rows for cell in row.cells.values() if cell.seconds]
    if any(cell.low_s is not None for cell in cells):
        return "; points: medians; bars: 95 % intervals of the geometric mean"
    return f"; points: medians; no intervals: they need {MIN_ROUNDS} rounds" if cells else ""
