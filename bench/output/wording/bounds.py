"""What limits any speedup, said beside the results: the machine's ceiling and the critical path."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.ceilings import looks
from bench.output.wording import formatting
from bench.output.wording.labels import Labels
from bench.results.load import Run


def ceiling_notes(run: Run) -> Iterator[str]:
    """What of the ceiling was not measured, and why; in which of several interpreters it was."""
    found = looks(run)
    every = Counter(look.workers for look in found)
    missing = Counter((look.workers, look.reason) for look in found if look.speedup is None)
    for (workers, reason), count in sorted(missing.items(), key=lambda one: one[0][0]):
        yield (
            f"No ceiling for {workers} workers in {count} of {formatting.counted(every[workers], 'round')}: "
            f"{formatting.clean(reason or '')}"
        )
    pythons = sorted({formatting.clean(look.python) for look in found if look.speedup is not None and look.python})
    if pythons and len(run.pythons) > 1:
        yield f"The machine's ceiling was measured with Python {formatting.listed(pythons)} for every interpreter."


def bounds(cases: Sequence[CaseSummary], labels: Labels) -> Iterator[str]:
    """How near the best case with several workers came to what limits it."""
    results = [case for case in cases if case.speedup is not None and not case.is_baseline and case.workers > 1]
    best = max(results, key=lambda case: case.speedup or 0, default=None)
    if best is not None:
        yield from _of_ceiling(best, labels)
        yield from _of_critical_path(best, labels)


def _of_ceiling(case: CaseSummary, labels: Labels) -> Iterator[str]:
    if case.ceiling is None:
        return
    interval = ""
    if case.ceiling_low is not None and case.ceiling_high is not None:
        interval = f" {formatting.interval(case.ceiling_low, case.ceiling_high)}"
    yield (
        f"The machine's own ceiling: {case.workers} busy processes at once did {formatting.times(case.ceiling)}"
        f"{interval} the work of one; {labels[case.config]} with {formatting.counted(case.workers, 'worker')} reaches "
        f"{formatting.percent(case.efficiency_of_ceiling)} of it."
    )


def _of_critical_path(case: CaseSummary, labels: Labels) -> Iterator[str]:
    """In waits one after the other, which is only what it takes where each item waits as long as any other."""
    if case.critical_path_s is None or case.items is None:
        return
    waits = -(-case.items // case.workers)
    in_turn = " one after another" * (waits > 1)
    yield (
        f"The critical path, were all items alike: {formatting.counted(case.items, 'item')} with {case.workers} "
        f"workers are {formatting.counted(waits, 'wait')}{in_turn}, {formatting.seconds(case.critical_path_s)}; "
        f"{labels[case.config]} took {formatting.seconds(case.median_s)}."
    )
