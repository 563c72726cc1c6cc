"""Drawing the samples of one piece of work in the order measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory
from pandas import DataFrame

from bench.analysis.trials import CaseId, known
from bench.output.charts.draw_panel import Styles
from bench.output.charts.scales import scale_ratios
from bench.output.charts.sheet import say_nothing_to_draw
from bench.output.charts.style import Style, cross
from bench.output.charts.theme import Theme
from bench.output.wording import formatting
from bench.schema import CASE_COLUMNS, Status

FOOT = 0.05  # of the panel's height, where what is not ok stands
DOT, RING = 4.0, 7.5  # points
OUTLIER, CONTAMINATED = "o", "D"


@dataclass(frozen=True)
class SamplesPanel:
    """One piece of work: its rows of `flagged_samples`, each with its `order` among them, from 1; and its rounds."""

    name: Sequence[str]
    facts: Sequence[str]
    rows: DataFrame
    rounds: Sequence[tuple[int, int]]


def draw_samples(axes: Axes, panel: SamplesPanel, styles: Styles, theme: Theme) -> None:
    """Each sample's time over the median of its case, on bands of rounds; a cross at the foot where it is not ok."""
    relative = panel.rows["relative"].dropna()
    if relative.empty:
        statuses = sorted({str(status) for status in panel.rows["status"]})
        say_nothing_to_draw(axes, f"not ok: {formatting.listed(statuses)}", theme)
        return
    for first, last in panel.rounds[1::2]:
        axes.axvspan(first - 0.5, last + 0.5, color=theme.band, linewidth=0, zorder=0)
    axes.grid(True, axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(1, color=theme.foreground, linewidth=1.0, zorder=1.8)
    axes.set_xlabel("order measured")
    axes.set_ylabel("time over median")
    axes.set_xlim(0, panel.rows["order"].iloc[-1] + 1)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    scale_ratios(axes, relative.to_list())
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for row in panel.rows.to_dict("records"):
        style, order = styles[case_in_row(row).config], row["order"]
        if row["status"] != Status.OK:
            axes.plot(order, FOOT, transform=at_foot, **{**cross(style.colour), "markersize": 5, "zorder": 5})
            continue
        look: dict[str, Any] = {"color": style.colour, "fillstyle": style.fill, "markersize": _size(style)}
        axes.plot(order, row["relative"], marker=style.marker, **look, markeredgewidth=0.8, zorder=2.5)
        for marked, marker in ((row["outlier"], OUTLIER), (row["contaminated"], CONTAMINATED)):
            if marked:
                axes.plot(order, row["relative"], **ring(marker, theme))


def _size(style: Style) -> float:
    return DOT * 2 if style.marker == "." else DOT  # which is drawn half as large as others


def ring(marker: str, theme: Theme) -> dict[str, Any]:
    """What is drawn around a sample that is marked."""
    return {
        "marker": marker,
        "markersize": RING,
        "fillstyle": "none",
        "color": theme.warning,
        "linestyle": "none",
        "markeredgewidth": 0.9,
    }


def case_in_row(row: Any) -> CaseId:
    """The case of a row of samples."""
    return CaseId(**{name: known(row[name]) for name in CASE_COLUMNS})
