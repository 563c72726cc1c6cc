"""The chart of `bench overhead`: how efficient each backend is, by the size of an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.analysis.overhead import EFFICIENT, OverheadSummary
from bench.output.charts.legend import Legend, config_line
from bench.output.charts.scales import scale_item_seconds
from bench.output.charts.sheet import Sheet
from bench.output.charts.style import Style, style_of
from bench.output.charts.theme import Theme
from bench.output.wording import formatting
from bench.schema import BASELINE

HIGHEST = 1.15  # of the axis, in which 1 is an ideal backend


@dataclass(frozen=True)
class OverheadPanel:
    """The only panel of the chart."""

    summaries: Sequence[OverheadSummary]
    name: Sequence[str] = ()
    facts: Sequence[str] = ("share of the cores' time that is spent on the work",)


def draw_overhead(summaries: Sequence[OverheadSummary], machine: str, theme: Theme) -> Figure:
    """The efficiency of each backend but the baseline, with 95 % intervals and the smallest half efficient item."""
    shown = [summary for summary in summaries if summary.backend != BASELINE]
    styles = [
        style_of(one.backend, sum(other.backend == one.backend for other in shown[:place]), theme)
        for place, one in enumerate(shown)
    ]
    entries = [(_label(summary, shown), config_line(style)) for summary, style in zip(shown, styles, strict=True)]
    half = ("half of the cores' time", Line2D([], [], color=theme.faint, linestyle=":", linewidth=1.5))
    title = f"Efficiency of {formatting.counted(shown[0].workers, 'worker')}, by the time that one item takes"
    footer = f"{machine}; bands: 95 % intervals of {formatting.counted(shown[0].repetitions, 'repetition')}"
    sheet = Sheet(title, footer, Legend([*entries, half]), theme)
    return sheet.compose([OverheadPanel(shown)], partial(_draw_panel, styles=styles, theme=theme))


def _label(summary: OverheadSummary, shown: Sequence[OverheadSummary]) -> str:
    """The backend, with its options if it is there more than once."""
    if sum(other.backend == summary.backend for other in shown) == 1:
        return formatting.clean(summary.backend)
    return f"{formatting.clean(summary.backend)} ({formatting.settings(summary.options)})"


def _draw_panel(axes: Axes, panel: OverheadPanel, styles: Sequence[Style], theme: Theme) -> None:
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(1, color=theme.foreground, linewidth=1.2, zorder=1.8)
    axes.axhline(EFFICIENT, color=theme.faint, linestyle=":", linewidth=1.5, zorder=1.8)
    for summary, style in zip(panel.summaries, styles, strict=True):
        sizes = [one.item_s for one in summary.efficiencies]
        points = [one.efficiency for one in summary.efficiencies]
        axes.plot(
            sizes,
            [one.point for one in points],
            color=style.colour,
            linestyle=style.line,
            marker=style.marker,
            fillstyle=style.fill,
            markersize=5,
            linewidth=1.8,
        )
        if all(one.has_interval for one in points):
            lows, highs = [one.low or 0 for one in points], [one.high or 0 for one in points]
            axes.fill_between(sizes, lows, highs, color=style.colour, alpha=0.15, linewidth=0)
        if summary.efficient_from_s is not None:
            axes.plot([summary.efficient_from_s.point], [EFFICIENT], "D", color=style.colour, markersize=8, zorder=3)
    scale_item_seconds(axes, [one.item_s for summary in panel.summaries for one in summary.efficiencies])
    axes.set_xlabel("time of one item in the baseline")
    axes.set_ylabel("efficiency")
    axes.set_ylim(0, max(HIGHEST, *(one.efficiency.point * 1.05 for s in panel.summaries for one in s.efficiencies)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
