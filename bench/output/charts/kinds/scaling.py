"""Throughput by number of workers, with the scaling laws fitted to it and the peak, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bench.analysis.estimate import highs, lows, points
from bench.analysis.scaling.fitting import MIN_COUNTS
from bench.analysis.scaling.laws import Law, LawFit
from bench.analysis.scaling.run_scaling import Scaling, scalings_of_run
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import fact_lines, joined, name_lines, subject_name
from bench.output.charts.legend import Legend
from bench.output.charts.scales import scale_workers
from bench.output.charts.sheet import Sheet, provenance
from bench.output.charts.style import Style, amdahl_line, peak_band, peak_line, usl_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.charts.workers_panel import draw_line, gapped
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject
from bench.output.wording.scaling_text import LAWS, figure, figure_interval, refusal, scaling_name

NAMES = {Law.AMDAHL: "Amdahl's law", Law.USL: "Universal Scalability Law"}
ROOM = 1.12  # of the highest value
STEPS = 200  # of a curve
HEADINGS = ("workload", "backend", "law", "alpha", "beta", "gamma", "peak", "95 % interval", "refused")


@dataclass(frozen=True)
class ScalingPanel:
    """One panel: a backend of a workload for which at least one law was fitted."""

    name: Sequence[str]
    facts: Sequence[str]
    scaling: Scaling
    style: Style

    @property
    def fits(self) -> list[LawFit]:
        """The laws that have a curve."""
        return [fit for fit in self.scaling.fits if fit.has_curve]

    @property
    def peak_fit(self) -> LawFit | None:
        """The law with a peak, if there is one among the worker counts measured."""
        fits = (fit for fit in self.fits if fit.peak is not None)
        return next((fit for fit in fits if fit.peak and 1 <= fit.peak.point <= fit.most), None)


def draw(view: View, theme: Theme) -> Figure | None:
    """One panel per backend of each workload that has enough worker counts."""
    panels = _panels(view, theme)
    if not panels:
        return None
    title = f"Scaling laws fitted to the throughput, run {formatting.clean(view.run.name)}"
    sheet = Sheet(title, f"{provenance(view.run)}; bars: 95 % intervals", _legend(panels, theme), theme)
    return sheet.compose(panels, partial(_draw_panel, theme=theme))


def why_not(view: View) -> str:
    """No law was fitted."""
    return f"no backend has a law: each needs at least {MIN_COUNTS} worker counts, such as -w 1,2,4,8,16,32"


def alt(view: View) -> str:
    """What each law says of each backend."""
    scalings = _scalings(view)
    findings = [
        f"{scaling_name(scaling, scalings, view.labels)}: {_finding(fit)}"
        for scaling in scalings
        for fit in scaling.fits
        if fit.law is Law.USL and fit.has_curve
    ]
    return f"Throughput by number of workers with fitted scaling laws. {joined(findings)}"


def table(view: View) -> ChartTable:
    """The parameters of both laws for each backend."""
    subjects = by_subject(view.summaries)
    rows = [
        [subject_name(scaling.subject, subjects), view.labels[scaling.config], *_figures(fit)]
        for scaling in _scalings(view)
        if scaling.subject and scaling.config
        for fit in scaling.fits
    ]
    return ChartTable(HEADINGS, rows)


def _figures(fit: LawFit) -> list[str]:
    values = [figure(one.point if one else None) for one in (fit.alpha, fit.beta, fit.gamma, fit.peak)]
    return [fit.law, *values, figure_interval(fit.peak), refusal(fit) or ""]


def _finding(fit: LawFit) -> str:
    peak = f"peak at {figure(fit.peak.point)} workers {figure_interval(fit.peak)}" if fit.peak else "no peak"
    return f"{formatting.estimated_percent(fit.alpha)} serial, {peak}, by {LAWS[fit.law]}"


def _scalings(view: View) -> list[Scaling]:
    return scalings_of_run(view.summaries, view.run.cores_usable)


def _panels(view: View, theme: Theme) -> list[ScalingPanel]:
    styles, scalings = view.styles(theme), _scalings(view)
    return [
        ScalingPanel(
            name_lines(scaling_name(scaling, scalings, view.labels)),
            fact_lines([_serial(fit) for fit in scaling.fits]),
            scaling,
            styles[scaling.config],
        )
        for scaling in scalings
        if scaling.config and any(fit.has_curve for fit in scaling.fits)
    ]


def _serial(fit: LawFit) -> str:
    name = "Amdahl" if fit.law is Law.AMDAHL else "USL"
    return f"{name}: {formatting.estimated_percent(fit.alpha)} serial" if fit.has_curve else f"{name}: refused"


def _legend(panels: Sequence[ScalingPanel], theme: Theme) -> Legend:
    fitted = {fit.law for panel in panels for fit in panel.fits}
    entries: list[tuple[str, Artist]] = [("measured", Line2D([], [], color=theme.muted, marker="o", linestyle="none"))]
    lines = {Law.AMDAHL: amdahl_line(theme), Law.USL: usl_line(theme.muted)}
    entries += [(NAMES[law], Line2D([], [], **lines[law])) for law in Law if law in fitted]
    if any(panel.peak_fit for panel in panels):
        entries.append(("peak", Line2D([], [], **peak_line(theme))))
        entries.append(("95 % interval of the peak", Patch(**peak_band(theme))))
    return Legend(entries)


def _draw_panel(axes: Axes, panel: ScalingPanel, theme: Theme) -> None:
    measured = panel.scaling.points
    workers = [point.workers for point in measured]
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    axes.set_ylabel("items per second")
    scale_workers(axes, sorted(set(workers)))
    estimates = [point.throughput for point in measured]
    axes.vlines(workers, gapped(lows(estimates)), gapped(highs(estimates)), color=panel.style.colour, linewidth=1.2)
    dots = Style(panel.style.colour, panel.style.marker, "", panel.style.fill)
    draw_line(axes, workers, gapped(points(estimates)), dots)
    tops = [estimate.highest for estimate in estimates] + _draw_curves(axes, panel, theme)
    _draw_peak(axes, panel.peak_fit, theme)
    axes.set_ylim(0, ROOM * max(tops))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_curves(axes: Axes, panel: ScalingPanel, theme: Theme) -> list[float]:
    """The curve of each law, from 1 worker to the largest count; returns their highest values."""
    tops = []
    for fit in panel.fits:
        counts = np.geomspace(1, fit.most, STEPS)
        curve = fit.throughput(counts)
        axes.plot(counts, curve, **(usl_line(panel.style.colour) if fit.law is Law.USL else amdahl_line(theme)))
        tops.append(float(curve.max()))
    return tops


def _draw_peak(axes: Axes, fit: LawFit | None, theme: Theme) -> None:
    """A line at the peak and a band for its interval, which ends with the axis if it has no upper end."""
    if fit is None or fit.peak is None:
        return
    left, right = axes.get_xlim()
    low, high = fit.peak.low or left, fit.peak.high or right
    axes.axvspan(max(low, left), min(high, right), **peak_band(theme))
    axes.axvline(fit.peak.point, **peak_line(theme), zorder=1.6)
    at_left = fit.peak.point**2 < left * right  # of the middle of a logarithmic axis
    beside: dict[str, Any] = {"xytext": (4 if at_left else -4, 4), "textcoords": "offset points", "va": "bottom"}
    label = f"peak {figure(fit.peak.point)} {figure_interval(fit.peak)}"
    text = axes.annotate(label, (fit.peak.point, 0), **beside, ha="left" if at_left else "right", fontsize=9)
    text.set_color(theme.muted)
