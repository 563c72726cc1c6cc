"""A workload's own metrics in words: headings and cells for every kind of table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.workload_metrics import Metric
from bench.output.wording import formatting


@dataclass(frozen=True)
class MetricsTable:
    """The metrics of one subject: names with their units, and for each case that has some a text per name."""

    headings: Sequence[tuple[str, str]]
    rows: Sequence[tuple[CaseSummary, Sequence[str]]]


def metrics_table(cases: Iterable[CaseSummary]) -> MetricsTable | None:
    """The table of one subject; None if its workload has no metrics."""
    measured = [case for case in cases if case.metrics]
    if not measured:
        return None
    units = {metric.name: metric.unit for case in measured for metric in case.metrics}
    rows = []
    for case in measured:
        by_name = {metric.name: metric for metric in case.metrics}
        rows.append((case, [metric_words(by_name[name]) if name in by_name else formatting.UNKNOWN for name in units]))
    return MetricsTable([(formatting.clean(name), formatting.clean(unit)) for name, unit in units.items()], rows)


def metric_words(metric: Metric) -> str:
    """A metric with its interval, without its unit: `1290 [1240, 1340]`; just the number if it never varied."""
    value = metric.value
    if value.interval is None or value.interval == (value.point, value.point):
        return plain_number(value.point)
    low, high = value.interval
    return f"{plain_number(value.point)} [{plain_number(low)}, {plain_number(high)}]"


def plain_number(value: float) -> str:
    """A number with 3 significant digits, all digits of its whole part, and no exponent unless it is huge or tiny."""
    if value == 0 or (float(value).is_integer() and abs(value) < 1e9):
        return f"{value:.0f}"
    if not 1e-4 <= abs(value) < 1e9:
        return f"{value:.2e}"
    return f"{value:.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
