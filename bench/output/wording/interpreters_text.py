"""Sentences that compare interpreters side by side: by times, never by speedups alone."""

from collections.abc import Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.interpreter_comparison import BaselineChange, MisleadingSpeedup, SideBySide
from bench.output.wording import formatting
from bench.output.wording.labels import Labels, backend_labels
from bench.schema import MIN_ROUNDS

MOST_NAMED = 3


def row_labels(side: SideBySide) -> Labels:
    """The label of each row, without start methods that differ only because the interpreters' defaults do."""
    firsts = [next(iter(row.cells.values())).case for row in side.rows]
    named = backend_labels(firsts)
    return {cell.case.config: named[row.config] for row in side.rows for cell in row.cells.values()}


def conclusion(side: SideBySide, labels: Labels) -> str:
    """Which case takes the least time, and which others cannot be distinguished from it."""
    fastest = side.fastest
    if fastest is None:
        return "No case is ok under any of these interpreters, so there are no times to compare."
    case = f"{_name(fastest.case, labels)}, {formatting.seconds(fastest.case.median_s)}"
    others = len(fastest.slower) + len(fastest.indistinguishable)
    if not others:
        return f"Nothing to compare: the only case with a time is {case}."
    if not fastest.slower:
        trials = formatting.counted(fastest.pairs, "trial")
        return (
            f"Can't tell which is fastest after {trials}: the shortest time is {case}, but no other is significantly "
            "longer."
        )
    if not fastest.indistinguishable:
        slower = "the other case is" if others == 1 else f"all {others} others are"
        return f"Fastest: {case}; {slower} significantly slower."
    level = _some([_name(other, labels) for other in fastest.indistinguishable])
    return f"Fastest: {case}; {level} cannot be distinguished from it."


def notes(side: SideBySide, labels: Labels) -> Iterator[str]:
    """Remarks below the table: start methods, the baselines compared, and higher speedups that are not wins."""
    yield from _start_methods(side, labels)
    yield from _loops(side.baselines)
    for pair in side.misleading_speedups[:MOST_NAMED]:
        yield _no_win(pair, labels)
    more = len(side.misleading_speedups) - MOST_NAMED
    if more > 0:
        yield f"The same is true of {formatting.counted(more, 'more pair')} of times within a row."


def _start_methods(side: SideBySide, labels: Labels) -> Iterator[str]:
    """A line for each backend whose processes are not started the same way under all interpreters."""
    by_label: dict[str, dict[str, list[str]]] = {}
    for row in side.rows:
        methods = {python: cell.case.start_method for python, cell in row.cells.items()}
        if len({*methods.values()}) > 1:
            by_method: dict[str, list[str]] = {}
            for python, method in methods.items():
                by_method.setdefault(str(method), []).append(formatting.clean(python))
            by_label.setdefault(labels[row.config], by_method)
    for label, by_method in by_label.items():
        starts = [
            f"with {formatting.clean(method)} under {formatting.listed(pythons)}"
            for method, pythons in by_method.items()
        ]
        yield f"{label} starts its processes {'; '.join(starts)}."


def _loops(loops: Sequence[BaselineChange]) -> Iterator[str]:
    """Each interpreter's baseline compared with the first one's."""
    if not loops:
        return
    first = loops[0].first
    changes = [_loop(loop) for loop in loops if loop.differs or not _judged(loop)]
    level = formatting.listed(
        [formatting.clean(loop.baseline.interpreter) for loop in loops if _judged(loop) and not loop.differs]
    )
    changes += [f"no significant difference under {level}"] if level else []
    start = f"{formatting.seconds(first.median_s)} under {formatting.clean(first.interpreter)}"
    yield f"Baseline, compared with {start}: {'; '.join(changes)}."


def _judged(change: BaselineChange) -> bool:
    """Whether there were enough trials for a test."""
    return change.ratio is not None and change.ratio.pairs >= MIN_ROUNDS


def _loop(change: BaselineChange) -> str:
    python, ratio = formatting.clean(change.baseline.interpreter), change.ratio
    if ratio is None:
        return f"no round in common with {python}"
    if ratio.low is None or ratio.high is None:
        trials = formatting.counted(ratio.pairs, "trial")
        return f"{formatting.times(ratio.point)} the time under {python}, from {trials} only"
    return f"{formatting.times(ratio.point)} the time {formatting.interval(ratio.low, ratio.high)} under {python}"


def _no_win(pair: MisleadingSpeedup, labels: Labels) -> str:
    slower, faster = pair.slower, pair.faster
    workers = formatting.counted(slower.workers, "worker")
    return (
        f"{labels[slower.config]} with {workers}: {formatting.clean(slower.interpreter)} has the higher speedup "
        f"({formatting.times(point_of(slower.speedup))} against {formatting.times(point_of(faster.speedup))} under "
        f"{formatting.clean(faster.interpreter)}) but takes longer ({formatting.seconds(slower.median_s)} against "
        f"{formatting.seconds(faster.median_s)}): its baseline is slower."
    )


def _name(case: CaseSummary, labels: Labels) -> str:
    workers = formatting.counted(case.workers, "worker")
    return f"{labels[case.config]} with {workers} under {formatting.clean(case.interpreter)}"


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return formatting.listed(names) if more <= 0 else formatting.listed([*names[:MOST_NAMED], f"{more} more"])
