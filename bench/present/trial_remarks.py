"""What is said below a table of single trials, and of when each case had enough of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.stopping import Asked, Stopped
from bench.present import words
from bench.present.sentences import Labels
from bench.samples import CONTAMINATED_FROM

MOST_NAMED = 3


def trial_remarks(cases: Sequence[CaseSummary], labels: Labels, asked: Asked | None) -> Iterator[str]:
    """A sentence each for outliers, slow first passes and foreign CPU, if any, and what ended the cases' rounds."""
    if found := _counted(cases, labels, lambda case: case.outliers):
        yield f"Outliers, far from the other trials of their case (kept in all figures): {found}."
    if found := _counted(cases, labels, lambda case: case.slow_first_passes):
        yield f"First timed passes slower than all later ones (more --warmups would help): {found}."
    if disturbed := sum(case.contaminated for case in cases):
        yield (
            f"Other programs took more than {words.percent(CONTAMINATED_FROM)} of the cores during {disturbed} of "
            f"{words.counted(sum(case.trials for case in cases), 'trial')} (kept in all figures): see bench doctor."
        )
    if asked and (reasons := list(_reasons(cases, labels, asked))):
        yield f"Stopped: {'; '.join(reasons)}."


def told_disturbed(cases: Iterable[CaseSummary]) -> frozenset[str]:
    """The workloads below whose tables it is said that other programs disturbed their trials."""
    return frozenset(case.workload for case in cases if case.contaminated)


def _counted(cases: Sequence[CaseSummary], labels: Labels, count: Callable[[CaseSummary], int]) -> str | None:
    """`3 trials of threading with 2 workers and asyncio with 4 workers`; None where there are none."""
    concerned = [case for case in cases if count(case)]
    if not concerned:
        return None
    return f"{words.counted(sum(map(count, concerned)), 'trial')} of {_named(concerned, labels)}"


def _reasons(cases: Sequence[CaseSummary], labels: Labels, asked: Asked) -> Iterator[str]:
    """What ended the rounds of cases, those alike together."""
    precise = [case for case in cases if case.stopped == Stopped.PRECISE]
    if precise:
        yield f"{words.counted(len(precise), 'case')} as precise as asked (within {asked.precision * 100:g} %)"
    for trials in sorted({case.trials for case in cases if case.stopped == Stopped.ROUNDS}):
        ended = [case for case in cases if case.stopped == Stopped.ROUNDS and case.trials == trials]
        yield f"{_named(ended, labels)} after {words.counted(trials, 'round')}"
    for reason, told in (
        (Stopped.TIME, "when time was up"),
        (Stopped.NO_SPEEDUP, "for want of a plain loop to compare with"),
        (Stopped.NOT_OK, "because not ok"),
    ):
        if ended := [case for case in cases if case.stopped == reason]:
            yield f"{_named(ended, labels)} {told}"


def _named(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The first few cases by backend and workers, and how many more there are."""
    names = [f"{labels[case.way]} with {words.counted(case.workers, 'worker')}" for case in cases[:MOST_NAMED]]
    more = [f"{len(cases) - MOST_NAMED} more"] if len(cases) > MOST_NAMED else []
    return words.listed(names + more)
