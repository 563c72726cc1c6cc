"""The raw data: every sample in the order measured, by round, with those marked that a reader should know of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory
from pandas import DataFrame

from bench.analysis.flagged import flagged_samples
from bench.analysis.trials import CASE, CaseId, known
from bench.present import words
from bench.present.charts.draw_panel import Styles
from bench.present.charts.kind import Table
from bench.present.charts.legend import Legend
from bench.present.charts.lines import fact_lines, name_lines
from bench.present.charts.naming import joined, subject_name
from bench.present.charts.scales import scale_ratios
from bench.present.charts.sheet import say_nothing_to_draw, sheet, surroundings
from bench.present.charts.style import Style, cross
from bench.present.charts.theme import Theme
from bench.present.charts.view import View
from bench.present.labels import apart, by_subject
from bench.samples import CONTAMINATED_FROM, Status

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


def draw(view: View, theme: Theme) -> Figure | None:
    """Each sample's time over the median of its case."""
    panels, styles = _panels(view), view.styles(theme)
    if not any(panel.rows["relative"].notna().any() for panel in panels):
        return None
    title = f"Every sample in the order measured, run {words.clean(view.run.name)}"
    footer = (
        f"{surroundings(view.run)}; {words.counted(len(view.run.samples), 'sample')}; "
        "times over the median of the same case; bands: rounds"
    )
    legend = Legend(list(_legend(view, panels, styles, theme)))
    drawn = partial(_draw_panel, styles=styles, theme=theme)
    return sheet(panels, drawn, legend, title, footer, theme)


def why_not(view: View) -> str:
    """There is no time to show."""
    return "no sample is ok"


def alt(view: View) -> str:
    """How far the samples lie from the medians of their cases, and how many are marked."""
    subjects = list(by_subject(view.summaries))
    rows = _rows(view)
    told = [
        f"{subject_name(subject, subjects)}: {_told(_of(rows, cases))}"
        for subject, cases in by_subject(view.summaries).items()
    ]
    return f"Every sample's time over the median of its case, in the order measured. {joined(told)}"


def table(view: View) -> Table:
    """Every sample."""
    headings = ("order", "round", "workload", "backend", "workers", "time", "over its median", "remarks")
    rows = _rows(view)
    subjects = list(by_subject(view.summaries))
    return Table(
        headings,
        [
            [
                str(row["order"]),
                str(row["round"] + 1),
                subject_name(case.subject, subjects),
                view.labels[case.way],
                str(case.workers),
                words.seconds(known(row["elapsed_s"])),
                words.times(known(row["relative"])),
                ", ".join(_remarks(row)),
            ]
            for row in rows.to_dict("records")
            for case in [_case(row)]
        ],
    )


def _rows(view: View) -> DataFrame:
    rows = flagged_samples(view.run)
    return rows.assign(order=range(1, len(rows) + 1))


def _case(row: Any) -> CaseId:
    return CaseId(**{name: known(row[name]) for name in CASE})


def _of(rows: DataFrame, cases: Sequence[CaseId]) -> DataFrame:
    one = cases[0]
    return rows[(rows["workload"] == one.workload) & (rows["params"] == one.params) & (rows["python"] == one.python)]


def _panels(view: View) -> list[SamplesPanel]:
    rows, found = _rows(view), by_subject(view.summaries)
    panels = []
    for subject, cases in found.items():
        of = _of(rows, cases)
        placed = of.assign(order=range(1, len(of) + 1))
        facts = fact_lines([*apart(subject, found), words.counted(len(of), "sample")])
        panels.append(SamplesPanel(name_lines(subject.workload), facts, placed, _rounds(placed)))
    return panels


def _rounds(rows: DataFrame) -> list[tuple[int, int]]:
    """Where in the order each round began and ended."""
    placed = zip(rows["run"], rows["round"], rows["order"], strict=True)
    spans = []
    for _, group in groupby(placed, key=lambda one: one[:2]):
        orders = [order for _, _, order in group]
        spans.append((orders[0], orders[-1]))
    return spans


def _draw_panel(axes: Axes, panel: SamplesPanel, styles: Styles, theme: Theme) -> None:
    relative = panel.rows["relative"].dropna()
    if relative.empty:
        statuses = sorted({str(status) for status in panel.rows["status"]})
        say_nothing_to_draw(axes, f"not ok: {words.listed(statuses)}", theme)
        return
    for first, last in panel.rounds[1::2]:
        axes.axvspan(first - 0.5, last + 0.5, color=theme.band, linewidth=0, zorder=0)
    axes.grid(True, axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(1, color=theme.foreground, linewidth=1.0, zorder=1.8)
    axes.set_xlabel("order measured")
    axes.set_ylabel("time over median")
    axes.set_xlim(0, panel.rounds[-1][1] + 1)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    scale_ratios(axes, relative.to_list())
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for row in panel.rows.to_dict("records"):
        style, order = styles[_case(row).way], row["order"]
        if row["status"] != Status.OK:
            axes.plot(order, FOOT, transform=at_foot, **{**cross(style.colour), "markersize": 5, "zorder": 5})
            continue
        look: dict[str, Any] = {"color": style.colour, "fillstyle": style.fill, "markersize": _size(style)}
        axes.plot(order, row["relative"], marker=style.marker, **look, markeredgewidth=0.8, zorder=2.5)
        for marked, marker in ((row["outlier"], OUTLIER), (row["contaminated"], CONTAMINATED)):
            if marked:
                axes.plot(order, row["relative"], **_ring(marker, theme))


def _size(style: Style) -> float:
    return DOT * 2 if style.marker == "." else DOT  # which is drawn half as large as others


def _ring(marker: str, theme: Theme) -> dict[str, Any]:
    return {
        "marker": marker,
        "markersize": RING,
        "fillstyle": "none",
        "color": theme.warning,
        "linestyle": "none",
        "markeredgewidth": 0.9,
    }


def _legend(view: View, panels: Sequence[SamplesPanel], styles: Styles, theme: Theme) -> Iterable[tuple[str, Artist]]:
    for way in dict.fromkeys(case.way for case in view.summaries):
        style = styles[way]
        look: dict[str, Any] = {"color": style.colour, "fillstyle": style.fill, "markersize": 6}
        yield view.labels[way], Line2D([], [], marker=style.marker, linestyle="none", **look)
    if any(panel.rows["outlier"].any() for panel in panels):
        yield "outlier: far from its case's trials", Line2D([], [], **_ring(OUTLIER, theme))
    if any(panel.rows["contaminated"].any() for panel in panels):
        share = words.percent(CONTAMINATED_FROM)
        yield f"other programs took over {share}", Line2D([], [], **_ring(CONTAMINATED, theme))
    if statuses := sorted({str(status) for panel in panels for status in panel.rows["status"]} - {Status.OK}):
        yield f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))
    if any(len(panel.rounds) > 1 for panel in panels):
        yield "every second round", Patch(facecolor=theme.band, edgecolor=theme.grid)


def _remarks(row: Any) -> list[str]:
    if row["status"] != Status.OK:
        return [str(row["status"])]
    return ["outlier"] * bool(row["outlier"]) + ["other programs ran"] * bool(row["contaminated"])


def _told(rows: DataFrame) -> str:
    relative = rows["relative"].dropna()
    if relative.empty:
        return "no sample is ok"
    failed = int((rows["status"] != Status.OK).sum())
    counts = {"outliers": int(rows["outlier"].sum()), "contaminated": int(rows["contaminated"].sum()), "not ok": failed}
    marked = words.listed([f"{count} {what}" for what, count in counts.items() if count]) or "none marked"
    return f"from {words.times(relative.min())} to {words.times(relative.max())} of the median, {marked}"
