"""The tables of `bench scaling`: the parameters of both laws for each backend, and what they mean."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.analysis.estimate import Estimate
from bench.analysis.scaling.laws import Coefficient, Law, LawFit
from bench.analysis.scaling.run_scaling import Scaling
from bench.output.wording import formatting
from bench.output.wording.labels import Labels
from bench.output.wording.scaling_text import counts_words, figure, figure_interval, meanings, scaling_name

HEADINGS = ("value", "standard error", "95 % interval")
NAMES = {Law.AMDAHL: "Amdahl", Law.USL: "USL"}


def scaling_tables(scalings: Sequence[Scaling], labels: Labels) -> Group:
    """One part per backend of each workload: a table if a law was fitted, and a sentence or two for each law."""
    parts: list[RenderableType] = []
    for scaling in scalings:
        name = Text(scaling_name(scaling, list(scalings), labels), style="bold")
        unit = "" if scaling.subject is None else ", throughput in items per second"
        parts += [Text(), name.append(f": {counts_words(scaling)}{unit}", style="not bold")]
        fitted = [fit for fit in scaling.fits if fit.has_curve]
        if fitted:
            parts += [Text(), _table(fitted), Text()]
        parts += map(Text, meanings(scaling))
    return Group(*parts[1:]) if parts else Group(Text("Nothing to fit: only the baseline has a result."))


def _table(fits: Sequence[LawFit]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("  law", no_wrap=True)
    table.add_column("", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for fit in fits:
        rows = _rows(fit)
        for place, (name, cells) in enumerate(rows):
            table.add_row(f"  {NAMES[fit.law]}" if not place else "", name, *cells)
    return table


def _rows(fit: LawFit) -> list[tuple[str, list[str]]]:
    rows = [("alpha, serial", _coefficient(fit.alpha))]
    if fit.law is Law.USL:
        rows.append(("beta, coordination", _coefficient(fit.beta)))
    rows.append(("gamma, one worker", _coefficient(fit.gamma)))
    if fit.peak is not None:
        rows.append(("peak, workers", _peak(fit.peak)))
    misses = f"{figure(fit.residual_standard_error)} ({formatting.percent(fit.misses)})"
    return [*rows, ("residual error", [misses, "", ""])]


def _coefficient(coefficient: Coefficient | None) -> list[str]:
    if coefficient is None:
        return [formatting.UNKNOWN] * 3
    return [figure(coefficient.point), figure(coefficient.error), figure_interval(coefficient)]


def _peak(peak: Estimate) -> list[str]:
    return [figure(peak.point), "", figure_interval(peak)]
