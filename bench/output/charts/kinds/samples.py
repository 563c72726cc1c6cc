"""The raw data: every sample in the order measured, by round, with outliers and contaminated samples marked."""

import math
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

from bench.analysis.sample_flags import flagged_samples
from bench.analysis.trials import known
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import fact_lines, joined, name_lines, subject_name
from bench.output.charts.legend import Legend
from bench.output.charts.scales import scale_ratios
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Style, Styles, cross
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import CASE_COLUMNS, CONTAMINATED_FROM, CaseId, Status

FOOT = 0.05  # of the panel's height, where samples that are not ok are marked
DOT, RING = 4.0, 7.5  # points
OUTLIER, CONTAMINATED = "o", "D"  # markers
MOST_DRAWN = 2_000  # samples in a panel: of more, an even selection shows the same, and the panel says so
MOST_BANDS = 200  # rounds: with more, the bands would be thinner than a line


@dataclass(frozen=True)
class SamplesPanel:
    """One workload: its rows of `flagged_samples`, each with its `order` among them, from 1; and its rounds."""

    name: Sequence[str]
    facts: Sequence[str]
    rows: DataFrame
    rounds: Sequence[tuple[int, int]]


def draw(view: View, theme: Theme) -> Figure | None:
    """Each sample's time relative to the median of its case."""
    panels, styles = _panels(view), view.styles(theme)
    if not any(panel.rows["relative"].notna().any() for panel in panels):
        return None
    title = f"Every sample in the order measured, run {formatting.clean(view.run.name)}"
    footer = (
        f"{provenance(view.run)}; {formatting.counted(len(view.run.samples), 'sample')}; "
        "times relative to the median of the same case; bands: rounds"
    )
    legend = Legend(list(_legend(view, panels, styles, theme)))
    return Sheet(title, footer, legend, theme).compose(panels, partial(_draw_panel, styles=styles, theme=theme))


def why_not(view: View) -> str:
    """No sample has a time."""
    return "no sample is ok"


def alt(view: View) -> str:
    """The range of the samples around the medians of their cases, and the number of those marked."""
    subjects = list(by_subject(view.summaries))
    rows = _rows(view)
    findings = [
        f"{subject_name(subject, subjects)}: {_range(_of(rows, cases))}"
        for subject, cases in by_subject(view.summaries).items()
    ]
    return f"Every sample's time relative to the median of its case, in the order measured. {joined(findings)}"


def table(view: View) -> ChartTable:
    """Every sample."""
    headings = ("order", "round", "workload", "backend", "workers", "time", "relative to median", "remarks")
    rows = _rows(view)
    subjects = list(by_subject(view.summaries))
    return ChartTable(
        headings,
        [
            [
                str(row["order"]),
                str(row["round"] + 1),
                subject_name(case.subject, subjects),
                view.labels[case.config],
                str(case.workers),
                formatting.seconds(known(row["elapsed_s"])),
                formatting.times(known(row["relative"])),
                ", ".join(_remarks(row)),
            ]
            for row in rows.to_dict("records")
            for case in [_case_in_row(row)]
        ],
    )


def _rows(view: View) -> DataFrame:
    rows = flagged_samples(view.run)
    return rows.assign(order=range(1, len(rows) + 1))


def _of(rows: DataFrame, cases: Sequence[CaseId]) -> DataFrame:
    one = cases[0]
    same_work = (rows["workload"] == one.workload) & (rows["params"] == one.params)
    return rows[same_work & (rows["interpreter"] == one.interpreter)]


def _panels(view: View) -> list[SamplesPanel]:
    rows, subjects = _rows(view), by_subject(view.summaries)
    panels = []
    for subject, cases in subjects.items():
        of = _of(rows, cases)
        placed = of.assign(order=range(1, len(of) + 1))
        step = math.ceil(len(of) / MOST_DRAWN)
        count = formatting.counted(len(of), "sample") + f", 1 in {step} drawn" * (step > 1)
        facts = fact_lines([*apart(subject, subjects), count])
        bands = _rounds(placed) if of["round"].nunique() <= MOST_BANDS else []
        panels.append(SamplesPanel(name_lines(subject.workload), facts, placed.iloc[::step], bands))
    return panels


def _rounds(rows: DataFrame) -> list[tuple[int, int]]:
    """The first and the last place of each round in the order."""
    placed = zip(rows["run"], rows["round"], rows["order"], strict=True)
    spans = []
    for _, group in groupby(placed, key=lambda one: one[:2]):
        orders = [order for _, _, order in group]
        spans.append((orders[0], orders[-1]))
    return spans


def _legend(view: View, panels: Sequence[SamplesPanel], styles: Styles, theme: Theme) -> Iterable[tuple[str, Artist]]:
    for config in dict.fromkeys(case.config for case in view.summaries):
        style = styles[config]
        look: dict[str, Any] = {"color": style.colour, "fillstyle": style.fill, "markersize": 6}
        yield view.labels[config], Line2D([], [], marker=style.marker, linestyle="none", **look)
    if any(panel.rows["outlier"].any() for panel in panels):
        yield "outlier among its case's trials", Line2D([], [], **_ring(OUTLIER, theme))
    if any(panel.rows["contaminated"].any() for panel in panels):
        share = formatting.percent(CONTAMINATED_FROM)
        yield f"contaminated: others used over {share} CPU", Line2D([], [], **_ring(CONTAMINATED, theme))
    if statuses := sorted({str(status) for panel in panels for status in panel.rows["status"]} - {Status.OK}):
        yield f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))
    if any(len(panel.rounds) > 1 for panel in panels):
        yield "every second round", Patch(facecolor=theme.band, edgecolor=theme.grid)


def _remarks(row: Any) -> list[str]:
    if row["status"] != Status.OK:
        return [str(row["status"])]
    return ["outlier"] * bool(row["outlier"]) + ["contaminated"] * bool(row["contaminated"])


def _range(rows: DataFrame) -> str:
    relative = rows["relative"].dropna()
    if relative.empty:
        return "no sample is ok"
    failed = int((rows["status"] != Status.OK).sum())
    outliers, contaminated = int(rows["outlier"].sum()), int(rows["contaminated"].sum())
    marked = [formatting.counted(outliers, "outlier")] * bool(outliers)
    marked += [f"{count} {what}" for count, what in ((contaminated, "contaminated"), (failed, "not ok")) if count]
    low, high = formatting.times(relative.min()), formatting.times(relative.max())
    return f"from {low} to {high} the median, {formatting.listed(marked) or 'none marked'}"


def _draw_panel(axes: Axes, panel: SamplesPanel, styles: Styles, theme: Theme) -> None:
    """Each sample's time relative to the median of its case, on bands of rounds; a cross at the foot if not ok."""
    relative = panel.rows["relative"].dropna()
    if relative.empty:
        statuses = sorted({str(status) for status in panel.rows["status"]})
        draw_empty(axes, f"not ok: {formatting.listed(statuses)}", theme)
        return
    for first, last in panel.rounds[1::2]:
        axes.axvspan(first - 0.5, last + 0.5, color=theme.band, linewidth=0, zorder=0)
    axes.grid(True, axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(1, color=theme.foreground, linewidth=1.0, zorder=1.8)
    axes.set_xlabel("order measured")
    axes.set_ylabel("time / median")
    axes.set_xlim(0, panel.rows["order"].iloc[-1] + 1)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    scale_ratios(axes, relative.to_list())
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for row in panel.rows.to_dict("records"):
        style, order = styles[_case_in_row(row).config], row["order"]
        if row["status"] != Status.OK:
            axes.plot(order, FOOT, transform=at_foot, **{**cross(style.colour), "markersize": 5, "zorder": 5})
            continue
        look: dict[str, Any] = {"color": style.colour, "fillstyle": style.fill, "markersize": _size(style)}
        axes.plot(order, row["relative"], marker=style.marker, **look, markeredgewidth=0.8, zorder=2.5)
        for marked, marker in ((row["outlier"], OUTLIER), (row["contaminated"], CONTAMINATED)):
            if marked:
                axes.plot(order, row["relative"], **_ring(marker, theme))


def _size(style: Style) -> float:
    return DOT * 2 if style.marker == "." else DOT  # which matplotlib draws half as large as the others


def _ring(marker: str, theme: Theme) -> dict[str, Any]:
    """The ring around a marked sample."""
    return {
        "marker": marker,
        "markersize": RING,
        "fillstyle": "none",
        "color": theme.warning,
        "linestyle": "none",
        "markeredgewidth": 0.9,
    }


def _case_in_row(row: Any) -> CaseId:
    """The case of a row of samples."""
    return CaseId(**{name: known(row[name]) for name in CASE_COLUMNS})
