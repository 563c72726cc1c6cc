"""Absolute time of every case, cold and warm stacked: the pool's start, the batch, the pool's stop."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_panel import Styles
from bench.output.charts.legend import Legend
from bench.output.charts.naming import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.rows import FONT_SIZE, RowPanel, layout_of, row_panels, scale_rows
from bench.output.charts.scales import scale_elapsed
from bench.output.charts.sheet import sheet, surroundings
from bench.output.charts.style import cross, loop_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject

START, STOP = "/////", "....."
ROOM = 1.22  # of the longest bar, for the figure at its end


def draw(view: View, theme: Theme) -> Figure | None:
    """A bar a case; nothing where no case is ok."""
    panels = row_panels(view, view.summaries)
    if not any(case.ok for case in view.summaries):
        return None
    what = "Median time" if all(map(_pool_is_known, _measured(view))) else "Median time, where known with the pool's"
    title = f"{what}: start, batch and stop, run {formatting.clean(view.run.name)}"
    footer = f"{surroundings(view.run)}; medians over trials; figures at the bars: the batch alone"
    drawn = partial(_draw_panel, styles=view.styles(theme), theme=theme)
    return sheet(panels, drawn, _legend(panels, theme), title, footer, theme, layout_of(panels))


def why_not(view: View) -> str:
    """Not a single case ended well."""
    return "no case is ok"


def alt(view: View) -> str:
    """The plain loop's time and the least of the others', warm and cold."""
    found = by_subject(view.summaries)
    told = [f"{subject_name(subject, found)}: {_told(view, cases)}" for subject, cases in found.items()]
    return f"Absolute times with the pool's start and stop stacked. {joined(told)}{not_ok(view.summaries)}"


def table(view: View) -> Table:
    """Every case: start, batch, stop and all of them."""
    headings = (*CASE_HEADINGS, "start", "batch", "stop", "cold")
    return Table(headings, [[*case_cells(view, case), *_figures(case)] for case in view.summaries])


def _figures(case: CaseSummary) -> list[str]:
    if not case.ok:
        return [formatting.UNKNOWN, case.status, formatting.UNKNOWN, formatting.UNKNOWN]
    return [formatting.seconds(value) for value in (case.startup_s, case.median_s, case.shutdown_s, _cold_s(case))]


def _cold_s(case: CaseSummary) -> float | None:
    """The stacked bar's length, the sum of the medians; None where part of it is not known."""
    if case.startup_s is None or case.median_s is None or case.shutdown_s is None:
        return None
    return case.startup_s + case.median_s + case.shutdown_s


def _stacked_s(case: CaseSummary) -> float:
    """The length of whatever is known of the bar."""
    return sum(filter(None, (case.startup_s, case.median_s, case.shutdown_s)))


def _measured(view: View) -> list[CaseSummary]:
    return [case for case in view.summaries if case.ok]


def _pool_is_known(case: CaseSummary) -> bool:
    return _cold_s(case) is not None


def _told(view: View, cases: Sequence[CaseSummary]) -> str:
    loops = [
        f"the plain loop takes {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.ok
    ]
    rivals = [case for case in cases if case.ok and not case.is_baseline and case.median_s is not None]
    least = min(rivals, key=lambda case: case.median_s or 0, default=None)
    if least is not None:
        cold = f" ({formatting.seconds(_cold_s(least))} cold)" if _pool_is_known(least) else ""
        loops.append(f"the least is {formatting.seconds(least.median_s)}{cold}, {case_name(view, least)}")
    return ", ".join(loops) or "no case is ok"


def _draw_panel(axes: Axes, panel: RowPanel, styles: Styles, theme: Theme) -> None:
    scale_rows(axes, panel, theme)
    known = [_stacked_s(case) for case in panel.cases if case.ok]
    longest = max(known, default=1.0)
    scale_elapsed(axes, longest * ROOM)
    if not known:
        axes.set_xticks([])
    if panel.baseline and panel.baseline.median_s:
        axes.axvline(panel.baseline.median_s, **loop_line(theme.foreground), zorder=3)
    for row, case in enumerate(panel.cases):
        if case.ok and case.median_s is not None:
            _draw_bar(axes, row, case, styles[case.config].colour, theme)
        else:
            axes.plot(longest * 0.012, row, **cross(styles[case.config].colour))
            axes.text(longest * 0.03, row, case.status, va="center", fontsize=FONT_SIZE, color=theme.muted)


def _draw_bar(axes: Axes, row: int, case: CaseSummary, colour: str, theme: Theme) -> None:
    end = 0.0
    for seconds, hatch in ((case.startup_s, START), (case.median_s, None), (case.shutdown_s, STOP)):
        if seconds is not None:
            look: dict[str, Any] = (
                _pool_look(colour, theme, hatch) if hatch else {"facecolor": colour, "edgecolor": colour}
            )
            axes.barh(row, seconds, 0.68, left=end, **look, linewidth=0.6, zorder=2)
            end += seconds
    told = axes.annotate(
        formatting.seconds(case.median_s), (end, row), xytext=(4, 0), textcoords="offset points", va="center"
    )
    told.set(fontsize=FONT_SIZE, zorder=4)
    told.set_bbox({"facecolor": theme.background, "edgecolor": "none", "pad": 0.6})


def _pool_look(colour: str, theme: Theme, hatch: str) -> dict[str, Any]:
    return {"facecolor": theme.background, "edgecolor": colour, "hatch": hatch}


def _legend(panels: Sequence[RowPanel], theme: Theme) -> Legend:
    entries: list[tuple[str, Artist]] = [
        ("start of the pool", Patch(**_pool_look(theme.muted, theme, START))),
        ("batch", Patch(facecolor=theme.muted)),
        ("stop of the pool", Patch(**_pool_look(theme.muted, theme, STOP))),
    ]
    if any(panel.baseline for panel in panels):
        entries.append(("plain loop's batch", Line2D([], [], **loop_line(theme.foreground))))
    if statuses := sorted({case.status for panel in panels for case in panel.cases if not case.ok}):
        entries.append((f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))))
    return Legend(entries)
