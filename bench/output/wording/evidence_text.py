"""The figures of claims and thresholds, formatted for people."""

from bench.analysis.crossing import Threshold
from bench.analysis.estimate import Estimate
from bench.analysis.evidence import Figure, Unit
from bench.output.wording import formatting

MILLION = 1e6


def value_text(figure: Figure) -> str:
    """The figure with its interval: `1.72x [1.61, 1.84]`, `22.1 MB [21.9, 22.4]`, `3`."""
    if figure.unit is Unit.SECONDS:
        return formatting.estimated_seconds(figure.estimate)
    if figure.unit is Unit.RATIO:
        return formatting.estimated_times(figure.estimate)
    return _megabytes(figure.estimate) if figure.unit is Unit.BYTES else _count(figure.estimate)


def figure_text(figure: Figure) -> str:
    """The figure with its name: `speedup of threading x5: 4.95x [4.91, 4.99]`."""
    return f"{figure.name}: {value_text(figure)}"


def counted_text(figure: Figure, thing: str) -> str:
    """`1 exception`, `3 exceptions`, `2.4 [1, 4] exceptions`."""
    is_one = figure.estimate.interval == (1, 1)
    return f"{value_text(figure)} {thing}{'' if is_one else 's'}"


def _megabytes(estimate: Estimate) -> str:
    """Always in MB, since claims are: `0.021 MB [0.019, 0.023]`."""
    return _with_interval(estimate, MILLION, " MB")


def _count(estimate: Estimate) -> str:
    if float(estimate.point).is_integer() and estimate.interval in (None, (estimate.point, estimate.point)):
        return f"{estimate.point:,.0f}"
    return _with_interval(estimate, 1, "")


def _with_interval(estimate: Estimate, scale: float, unit: str) -> str:
    text = f"{estimate.point / scale:.3g}{unit}"
    if estimate.interval is None or estimate.interval[0] == estimate.interval[1]:
        return text
    low, high = (f"{end / scale:.3g}" for end in estimate.interval)
    return f"{text} [{low}, {high}]"


def axis_text(threshold: Threshold, value: float) -> str:
    """A value on a threshold's axis: `100`, `1.20 ms`."""
    return formatting.seconds(value) if threshold.unit is Unit.SECONDS else f"{round(float(f'{value:.2g}')):,}"


def crossing_text(threshold: Threshold) -> str:
    """Where the curve crosses, with its interval: `about 120 (80 to 210)`. Only if that is known."""
    x = threshold.crossing.x
    assert x is not None and x.interval is not None, "a crossing has an interval"
    low, high = (axis_text(threshold, end) for end in x.interval)
    return f"about {axis_text(threshold, x.point)} ({low} to {high})"


def threshold_text(threshold: Threshold) -> str:
    """One line: the threshold, or why it is not known."""
    known = threshold.crossing.x is not None
    return f"{threshold.name}: {crossing_text(threshold) if known else f'not known: {threshold.crossing.why_not}'}"
