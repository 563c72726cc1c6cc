"""Times under several interpreters side by side, one panel per workload and backend configuration."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.analysis.estimate import highs, lows
from bench.analysis.interpreter_comparison import InterpreterCell, Row, SideBySide
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import CASE_HEADINGS, fact_lines, joined, name_lines
from bench.output.charts.legend import Legend
from bench.output.charts.scales import scale_seconds, scale_workers
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Style, baseline_line, cross, interpreter_styles
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.charts.workers_panel import draw_crosses, draw_line, gapped
from bench.output.wording import formatting
from bench.output.wording.interpreters_text import row_labels
from bench.schema import MIN_ROUNDS

OFFSET = 1.035  # the factor between neighbours, so that no bar hides another


@dataclass(frozen=True)
class TimePanel:
    """One workload and backend configuration: one row per number of workers, and the baseline's time by interpreter.

    `scale` holds all times that the axis must make room for, in seconds, including those of neighbouring panels.
    """

    name: Sequence[str]
    facts: Sequence[str]
    rows: Sequence[Row]
    baselines: Mapping[str, float]
    scale: Sequence[float]

    @property
    def statuses(self) -> set[str]:
        """The statuses of the cases that have no time."""
        return {cell.case.status for row in self.rows for cell in row.cells.values() if not cell.case.ok}


def draw(view: View, theme: Theme) -> Figure | None:
    """Median times by number of workers on logarithmic axes, with each interpreter's baseline."""
    run, sides = view.run, view.sides
    if not sides:
        return None
    styles = interpreter_styles(run.interpreters, theme)
    panels = [panel for side in sides for panel in _panels(side, sides)]
    legend = Legend([*_interpreters(sides, styles), *_others(panels, theme)])
    title = f"Time by interpreter: lower is better, run {formatting.clean(run.name)}"
    sheet = Sheet(title, provenance(run) + _intervals(panels), legend, theme)
    return sheet.compose(panels, partial(_draw_panel, styles=styles, theme=theme))


def why_not(view: View) -> str:
    """There is only one interpreter."""
    return "only one interpreter was measured: bench run --python PATH adds others"


def alt(view: View) -> str:
    """The fastest case of each workload over all interpreters."""
    findings = [f"{formatting.clean(side.workload)}: {_fastest(side)}" for side in view.sides]
    return f"Times by number of workers, one line per interpreter; lower is better. {joined(findings)}"


def table(view: View) -> ChartTable:
    """One row per backend configuration and number of workers, with two columns per interpreter."""
    pythons = view.run.interpreters
    figures = [f"{what} {formatting.clean(python)}" for python in pythons for what in ("time", "95 % interval")]
    rows = [
        [formatting.clean(side.workload), labels[row.config], str(row.workers), *_cells(row, pythons)]
        for side in view.sides
        for labels in [row_labels(side)]
        for row in side.rows
    ]
    return ChartTable((*CASE_HEADINGS, *figures), rows)


def _cells(row: Row, pythons: Sequence[str]) -> Iterator[str]:
    for python in pythons:
        cell = row.cells.get(python)
        between = cell.mean.interval if cell and cell.mean else None
        yield (
            formatting.UNKNOWN
            if cell is None
            else formatting.seconds(cell.seconds)
            if cell.case.ok
            else cell.case.status
        )
        yield (
            f"{formatting.seconds(between[0])} to {formatting.seconds(between[1])}" if between else formatting.UNKNOWN
        )


def _fastest(side: SideBySide) -> str:
    if side.fastest is None:
        return "no case is ok"
    case, labels = side.fastest.case, {cell.case.config: label for label, cell in _labelled(side)}
    return (
        f"the shortest time is {formatting.seconds(case.median_s)}, {labels[case.config]} with "
        f"{formatting.counted(case.workers, 'worker')} under {formatting.clean(case.interpreter)}"
    )


def _labelled(side: SideBySide) -> Iterator[tuple[str, InterpreterCell]]:
    labels = row_labels(side)
    yield from ((labels[row.config], cell) for row in side.rows for cell in row.cells.values())


def _panels(side: SideBySide, sides: Sequence[SideBySide]) -> list[TimePanel]:
    """One panel per backend configuration, all on the same scale; the baseline is in each of them."""
    labels = row_labels(side)
    configs: dict[str, list[Row]] = {}
    for row in side.rows:
        if not row.is_baseline:
            configs.setdefault(labels[row.config], []).append(row)
    baselines = {
        python: cell.seconds
        for row in side.rows
        if row.is_baseline
        for python, cell in row.cells.items()
        if cell.seconds
    }
    several = len({other.params for other in sides if other.workload == side.workload}) > 1
    facts = fact_lines([formatting.settings(side.params) or "no parameters"] if several else [])
    cells = [cell for row in side.rows for cell in row.cells.values()]
    means = [cell.mean for cell in cells]
    scale = [time for time in (*(cell.seconds for cell in cells), *lows(means), *highs(means)) if time]
    return [
        TimePanel(name_lines(f"{side.workload}, {label}" if label else side.workload), facts, rows, baselines, scale)
        for label, rows in (configs or {"": []}).items()
    ]


def _interpreters(sides: Sequence[SideBySide], styles: dict[str, Style]) -> Iterable[tuple[str, Line2D]]:
    for python, style in styles.items():
        gils = sorted({gil for side in sides for gil in side.gils(python)})
        gil = f", GIL {'/'.join(gils)}" if gils else ""
        handle = Line2D([], [], color=style.colour, marker=style.marker, fillstyle=style.fill, linewidth=1.8)
        yield f"{formatting.clean(python)}{gil}", handle


def _others(panels: Sequence[TimePanel], theme: Theme) -> Iterable[tuple[str, Line2D]]:
    if any(panel.baselines for panel in panels):
        yield "baseline of the same interpreter", Line2D([], [], **baseline_line(theme.muted))
    if statuses := sorted({status for panel in panels for status in panel.statuses}):
        yield f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))


def _intervals(panels: Sequence[TimePanel]) -> str:
    cells = [cell for panel in panels for row in panel.rows for cell in row.cells.values() if cell.seconds]
    if any(cell.mean and cell.mean.has_interval for cell in cells):
        return "; points: medians; bars: 95 % intervals of the geometric mean"
    return f"; points: medians; no intervals: they need {MIN_ROUNDS} trials" if cells else ""


def _draw_panel(axes: Axes, panel: TimePanel, styles: Mapping[str, Style], theme: Theme) -> None:
    """Times if there are any, else the reason why there are none."""
    if not panel.scale:
        reason = f"not ok: {formatting.listed(sorted(panel.statuses))}" if panel.statuses else "no time is known"
        draw_empty(axes, reason, theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    scale_workers(axes, [row.workers for row in panel.rows] or [1])
    scale_seconds(axes, panel.scale)
    axes.set_xlabel("workers")
    axes.set_ylabel("time")
    for place, (python, style) in enumerate(styles.items()):
        if python in panel.baselines:
            axes.axhline(panel.baselines[python], zorder=1.8, **baseline_line(style.colour))
        _draw_line(axes, panel.rows, python, style, OFFSET ** (place - (len(styles) - 1) / 2))
    draw_crosses(axes, _failed(panel, styles))


def _draw_line(axes: Axes, rows: Sequence[Row], python: str, style: Style, offset: float) -> None:
    cells = [row.cells.get(python) for row in rows]
    workers = [row.workers * offset for row in rows]
    means = [cell.mean if cell else None for cell in cells]
    axes.vlines(workers, gapped(lows(means)), gapped(highs(means)), color=style.colour, linewidth=1.2)
    draw_line(axes, workers, gapped(cell.seconds if cell else None for cell in cells), style)


def _failed(panel: TimePanel, styles: Mapping[str, Style]) -> list[tuple[int, str]]:
    """The workers and the colour of each case that is not ok."""
    return [
        (row.workers, style.colour)
        for row in panel.rows
        for python, style in styles.items()
        if python in row.cells and not row.cells[python].case.ok
    ]
