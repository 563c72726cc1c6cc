"""Sentences about backends that are slower with more workers than with fewer."""

from collections.abc import Iterable

from bench.analysis.scaling.past_peak import Cost, PastPeak, Rise
from bench.output.wording import formatting
from bench.output.wording.labels import Labels
from bench.schema import Subject

COSTS = {
    Cost.CPU: "CPU time",
    Cost.WAITS: "waits for locks, input or output (voluntary context switches)",
    Cost.PREEMPTIONS: "preemptions (involuntary context switches)",
}


def past_peak_lines(found: Iterable[PastPeak], subject: Subject, labels: Labels) -> list[str]:
    """One sentence for each backend of a subject: at how many workers it turned, and what rose."""
    return [_sentence(one, labels) for one in found if one.subject == subject]


def _sentence(past: PastPeak, labels: Labels) -> str:
    times = formatting.estimated_times(past.ratio)
    slower = f"with {past.most} it takes {times} as long"
    if past.turned < past.most:
        slower = f"it is slower from {past.turned} on, and {slower}"
    fastest = f"{labels[past.config]} is fastest with {formatting.counted(past.fastest, 'worker')}"
    return f"Past the peak: {fastest}; {slower}. {_rises(past.rises)}"


def _rises(rises: tuple[Rise, ...]) -> str:
    if not rises:
        return "Neither its CPU time nor its context switches surely rose."
    rose = [
        f"{COSTS[rise.cost]} rose from {_figure(rise, rise.before)} to {_figure(rise, rise.after)}" for rise in rises
    ]
    return f"Per pass, {formatting.listed([rose[0], *(text.replace(' rose', '', 1) for text in rose[1:])])}."


def _figure(rise: Rise, value: float) -> str:
    return formatting.seconds(value) if rise.cost is Cost.CPU else f"{value:,.0f}"
