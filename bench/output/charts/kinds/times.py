"""Absolute time of every case, cold and warm: pool start, batch and pool stop stacked."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.legend import Legend
from bench.output.charts.row_panel import FONT_SIZE, RowPanel, layout_of, row_panels, scale_rows
from bench.output.charts.scales import scale_elapsed
from bench.output.charts.sheet import Sheet, provenance
from bench.output.charts.style import Styles, baseline_line, cross
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject

START, STOP = "/////", "....."
ROOM = 1.22  # of the longest bar, for the figure at its end


def draw(view: View, theme: Theme) -> Figure | None:
    """One bar per case; nothing if no case is ok."""
    panels = row_panels(view, view.summaries)
    if not any(case.ok for case in view.summaries):
        return None
    known = all(_cold_s(case) is not None for case in view.summaries if case.ok)
    stacked = "pool start, batch and pool stop" if known else "batch, and pool start and stop if known"
    title = f"Median time: {stacked}, run {formatting.clean(view.run.name)}"
    footer = f"{provenance(view.run)}; medians over trials; the figures at the bars are for the batch alone"
    sheet = Sheet(title, footer, _legend(panels, theme), theme, layout_of(panels))
    return sheet.compose(panels, partial(_draw_panel, styles=view.styles(theme), theme=theme))


def why_not(view: View) -> str:
    """No case has a time."""
    return "no case is ok"


def alt(view: View) -> str:
    """The baseline's time and the shortest of the others, warm and cold."""
    subjects = by_subject(view.summaries)
    findings = [f"{subject_name(subject, subjects)}: {_shortest(view, cases)}" for subject, cases in subjects.items()]
    return f"Absolute times, with pool start and stop stacked. {joined(findings)}{not_ok(view.summaries)}"


def table(view: View) -> ChartTable:
    """Every case: pool start, batch, pool stop and their sum."""
    headings = (*CASE_HEADINGS, "pool start", "batch", "pool stop", "cold")
    return ChartTable(headings, [[*case_cells(view, case), *_figures(case)] for case in view.summaries])


def _figures(case: CaseSummary) -> list[str]:
    if not case.ok:
        return [formatting.UNKNOWN, case.status, formatting.UNKNOWN, formatting.UNKNOWN]
    return [formatting.seconds(value) for value in (case.startup_s, case.median_s, case.shutdown_s, _cold_s(case))]


def _cold_s(case: CaseSummary) -> float | None:
    """The length of the stacked bar, the sum of the medians; None if part of it is unknown."""
    if case.startup_s is None or case.median_s is None or case.shutdown_s is None:
        return None
    return case.startup_s + case.median_s + case.shutdown_s


def _stacked_s(case: CaseSummary) -> float:
    """The length of the known parts of the bar."""
    return sum(filter(None, (case.startup_s, case.median_s, case.shutdown_s)))


def _shortest(view: View, cases: Sequence[CaseSummary]) -> str:
    facts = [
        f"the baseline takes {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.ok
    ]
    candidates = [case for case in cases if case.ok and not case.is_baseline and case.median_s is not None]
    fastest = min(candidates, key=lambda case: case.median_s or 0, default=None)
    if fastest is not None:
        cold_s = _cold_s(fastest)
        cold = "" if cold_s is None else f" ({formatting.seconds(cold_s)} cold)"
        facts.append(f"{case_name(view, fastest)} is the fastest at {formatting.seconds(fastest.median_s)}{cold}")
    return ", ".join(facts) or "no case is ok"


def _draw_panel(axes: Axes, panel: RowPanel, styles: Styles, theme: Theme) -> None:
    scale_rows(axes, panel, theme)
    known = [_stacked_s(case) for case in panel.cases if case.ok]
    longest = max(known, default=1.0)
    scale_elapsed(axes, longest * ROOM)
    if not known:
        axes.set_xticks([])
    if panel.baseline and panel.baseline.median_s:
        axes.axvline(panel.baseline.median_s, **baseline_line(theme.foreground), zorder=3)
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
    label = axes.annotate(
        formatting.seconds(case.median_s), (end, row), xytext=(4, 0), textcoords="offset points", va="center"
    )
    label.set(fontsize=FONT_SIZE, zorder=4)
    label.set_bbox({"facecolor": theme.background, "edgecolor": "none", "pad": 0.6})


def _pool_look(colour: str, theme: Theme, hatch: str) -> dict[str, Any]:
    return {"facecolor": theme.background, "edgecolor": colour, "hatch": hatch}


def _legend(panels: Sequence[RowPanel], theme: Theme) -> Legend:
    entries: list[tuple[str, Artist]] = [
        ("pool start", Patch(**_pool_look(theme.muted, theme, START))),
        ("batch", Patch(facecolor=theme.muted)),
        ("pool stop", Patch(**_pool_look(theme.muted, theme, STOP))),
    ]
    if any(panel.baseline for panel in panels):
        entries.append(("baseline's batch", Line2D([], [], **baseline_line(theme.foreground))))
    if statuses := sorted({case.status for panel in panels for case in panel.cases if not case.ok}):
        entries.append((f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))))
    return Legend(entries)
