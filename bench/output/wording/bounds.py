"""Sentences about what limits speedups: the machine's ceiling and the critical path."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.ceilings import ceiling_measurements
from bench.output.wording import formatting
from bench.output.wording.labels import Labels
from bench.results.load import Run


def ceiling_notes(run: Run) -> Iterator[str]:
    """Which ceilings were not measured and why, and which of several interpreters measured them."""
    measurements = ceiling_measurements(run)
    total = Counter(look.workers for look in measurements)
    missing = Counter((look.workers, look.reason) for look in measurements if look.speedup is None)
    for (workers, reason), count in sorted(missing.items(), key=lambda item: item[0][0]):
        yield (
            f"The ceiling for {workers} workers was not measured in {count} of "
            f"{formatting.counted(total[workers], 'round')}: {formatting.clean(reason or '')}"
        )
    pythons = sorted(
        {formatting.clean(look.python) for look in measurements if look.speedup is not None and look.python}
    )
    if pythons and len(run.interpreters) > 1:
        yield (
            f"The machine's ceiling was measured with Python {formatting.listed(pythons)} and is used for every "
            "interpreter."
        )


def bounds(cases: Sequence[CaseSummary], labels: Labels) -> Iterator[str]:
    """How close the best case with several workers came to its limits."""
    results = [case for case in cases if case.speedup is not None and not case.is_baseline and case.workers > 1]
    best = max(results, key=lambda case: case.speedup_or_zero, default=None)
    if best is not None:
        yield from _of_ceiling(best, labels)
        yield from _of_critical_path(best, labels)


def _of_ceiling(case: CaseSummary, labels: Labels) -> Iterator[str]:
    if case.ceiling is None:
        return
    yield (
        f"Machine ceiling for {formatting.counted(case.workers, 'worker')}: busy processes running at once do "
        f"{formatting.estimated_times(case.ceiling)} the work of one; {labels[case.config]} with "
        f"{formatting.counted(case.workers, 'worker')} reached "
        f"{formatting.percent(case.efficiency_of_ceiling)} of it."
    )


def _of_critical_path(case: CaseSummary, labels: Labels) -> Iterator[str]:
    """The number of consecutive waits, which is the exact limit only if all items wait equally long."""
    if case.critical_path_s is None or case.items is None:
        return
    waits = -(-case.items // case.workers)
    consecutive = formatting.counted(waits, "consecutive wait") if waits > 1 else "1 wait"
    yield (
        f"Critical path if all items take equally long: {formatting.counted(case.items, 'item')} on {case.workers} "
        f"workers take {consecutive}, {formatting.seconds(case.critical_path_s)}; "
        f"{labels[case.config]} took {formatting.seconds(case.median_s)}."
    )
