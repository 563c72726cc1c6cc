"""The raw data: every sample in the order measured, by round, with those marked that a reader should know of."""

import math
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from pandas import DataFrame

from bench.analysis.sample_flags import flagged_samples
from bench.analysis.trials import CaseId, known
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_panel import Styles
from bench.output.charts.draw_samples import CONTAMINATED, OUTLIER, SamplesPanel, case_in_row, draw_samples, ring
from bench.output.charts.legend import Legend
from bench.output.charts.lines import fact_lines, name_lines
from bench.output.charts.naming import joined, subject_name
from bench.output.charts.sheet import sheet, surroundings
from bench.output.charts.style import cross
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import CONTAMINATED_FROM, Status

MOST_DRAWN = 2_000  # samples of a panel: of more, evenly chosen ones show the same, and the panel says so
MOST_BANDS = 200  # rounds: the bands of more would be thinner than a line


def draw(view: View, theme: Theme) -> Figure | None:
    """Each sample's time over the median of its case."""
    panels, styles = _panels(view), view.styles(theme)
    if not any(panel.rows["relative"].notna().any() for panel in panels):
        return None
    title = f"Every sample in the order measured, run {formatting.clean(view.run.name)}"
    footer = (
        f"{surroundings(view.run)}; {formatting.counted(len(view.run.samples), 'sample')}; "
        "times over the median of the same case; bands: rounds"
    )
    legend = Legend(list(_legend(view, panels, styles, theme)))
    drawn = partial(draw_samples, styles=styles, theme=theme)
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
                view.labels[case.config],
                str(case.workers),
                formatting.seconds(known(row["elapsed_s"])),
                formatting.times(known(row["relative"])),
                ", ".join(_remarks(row)),
            ]
            for row in rows.to_dict("records")
            for case in [case_in_row(row)]
        ],
    )


def _rows(view: View) -> DataFrame:
    rows = flagged_samples(view.run)
    return rows.assign(order=range(1, len(rows) + 1))


def _of(rows: DataFrame, cases: Sequence[CaseId]) -> DataFrame:
    one = cases[0]
    return rows[(rows["workload"] == one.workload) & (rows["params"] == one.params) & (rows["python"] == one.python)]


def _panels(view: View) -> list[SamplesPanel]:
    rows, found = _rows(view), by_subject(view.summaries)
    panels = []
    for subject, cases in found.items():
        of = _of(rows, cases)
        placed = of.assign(order=range(1, len(of) + 1))
        step = math.ceil(len(of) / MOST_DRAWN)
        count = formatting.counted(len(of), "sample") + f", one of {step} drawn" * (step > 1)
        facts = fact_lines([*apart(subject, found), count])
        bands = _rounds(placed) if of["round"].nunique() <= MOST_BANDS else []
        panels.append(SamplesPanel(name_lines(subject.workload), facts, placed.iloc[::step], bands))
    return panels


def _rounds(rows: DataFrame) -> list[tuple[int, int]]:
    """Where in the order each round began and ended."""
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
        yield "outlier: far from its case's trials", Line2D([], [], **ring(OUTLIER, theme))
    if any(panel.rows["contaminated"].any() for panel in panels):
        share = formatting.percent(CONTAMINATED_FROM)
        yield f"other programs took over {share}", Line2D([], [], **ring(CONTAMINATED, theme))
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
    marked = formatting.listed([f"{count} {what}" for what, count in counts.items() if count]) or "none marked"
    return f"from {formatting.times(relative.min())} to {formatting.times(relative.max())} of the median, {marked}"
