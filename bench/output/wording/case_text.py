"""What is said above and below a table, in plain words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from bench.analysis.case_summary import CaseSummary
from bench.analysis.stopping import Asked, Stopped
from bench.analysis.verdict import Outcome, Verdict
from bench.output.wording import formatting
from bench.output.wording.labels import Labels, is_blocking
from bench.schema import CONTAMINATED_FROM, MIN_ROUNDS, Status, Subject

HOW_IT_FAILED = {
    Status.WRONG: "gave wrong results",
    Status.ERROR: "raised an error",
    Status.TIMEOUT: "ran out of time",
    Status.CRASHED: "crashed",
    Status.SKIPPED: "was skipped",
}
WORTH_NAMING = 1.05  # a speedup; what `bench compare` calls a difference
BLOCKING = "(blocking): the work has no coroutine form, so each item stops the event loop and nothing overlaps."


def subject_facts(subject: Subject, cases: Sequence[CaseSummary]) -> str:
    """The time that all speedups start from, and what else holds for all cases of a subject."""
    gil = {case.gil for case in cases if case.gil}
    facts = [
        *(f"plain loop {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s),
        *_items(cases),
        f"{cases[0].bound}-bound",
        f"Python {formatting.clean(subject.python)}" + (f" with the GIL {gil.pop()}" if len(gil) == 1 else ""),
    ]
    return ", ".join(facts)


def _items(cases: Sequence[CaseSummary]) -> list[str]:
    items = next((case.items for case in cases if case.items is not None), None)
    return [] if items is None else [formatting.counted(items, "item")]


def failures(cases: Iterable[CaseSummary], labels: Labels) -> Iterator[str]:
    """A sentence for all the cases of a way that failed for the same reason."""
    not_ok = [case for case in cases if not case.ok]
    for (config, status, reason), group in groupby(not_ok, key=lambda case: (case.config, case.status, case.reason)):
        alike = list(group)
        counts = formatting.listed([str(case.workers) for case in alike])
        failed = sum(case.failed for case in alike)
        trials = failed + sum(case.trials for case in alike)
        yield (
            f"{labels[config]} with {counts} worker{'' if counts == '1' else 's'} {HOW_IT_FAILED[Status(status)]} "
            f"in {failed} of {formatting.counted(trials, 'trial')}: "
            f"{formatting.clean(reason or 'no reason was recorded')}"
        )


def remarks(cases: Sequence[CaseSummary]) -> Iterator[str]:
    """What a reader of the figures must know."""
    baseline = next((case for case in cases if case.is_baseline), None)
    results = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if any(is_blocking(case) for case in cases):
        yield BLOCKING
    if results and baseline and not baseline.ok:
        rounds = formatting.counted(baseline.failed, "round")
        yield f"The plain loop itself failed in {rounds}; speedups are of the others."
    if results and any(case.ok and case.speedup is None for case in cases):
        yield f"{formatting.UNKNOWN} for speedup: no round has an ok trial of both this case and the plain loop."
    if any(case.paired_rounds < MIN_ROUNDS for case in results):
        yield f"An interval needs {MIN_ROUNDS} rounds."


def verdict_sentence(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The conclusion, in one sentence."""
    best = verdict.best
    if best is None:
        return _without_baseline(cases)
    match verdict.outcome:
        case Outcome.FASTER:
            return f"Best: {_told(best, labels)}, surely faster{_chance(verdict)}{_level(verdict, labels)}."
        case Outcome.PLAIN_LOOP if best.is_baseline:
            surely = " surely" if any(map(_may_be_much, verdict.level)) else ""
            return f"Nothing{surely} beats the plain loop{_level(verdict, labels)}."
        case Outcome.PLAIN_LOOP:
            chance = f", but this machine can't tell it from chance{_chance(verdict)}" if _may_be_much(best) else ""
            return f"Nothing surely beats the plain loop; the highest speedup is {_told(best, labels)}{chance}."
        case Outcome.ALONE:
            return "Nothing to compare: only the plain loop has a result."
        case _:
            rounds = formatting.counted(_fewest_rounds(verdict, cases), "round")
            ahead = "the plain loop" if best.is_baseline else _told(best, labels)
            return f"Can't tell which is best from {rounds}; ahead so far: {ahead}."


def recommended_case(verdict: Verdict, cases: Sequence[CaseSummary]) -> CaseSummary | None:
    """The row to recommend: the plain loop where nothing surely beats it."""
    if verdict.outcome is Outcome.PLAIN_LOOP:
        return next((case for case in cases if case.is_baseline and case.ok), None)
    return None if verdict.outcome is Outcome.ALONE else verdict.best


def _without_baseline(cases: Sequence[CaseSummary]) -> str:
    baseline = next((case for case in cases if case.is_baseline), None)
    if baseline is None:
        return "No speedup and no verdict: the plain loop (sequential) was not measured."
    if not baseline.trials:
        return "No speedup and no verdict: the plain loop (sequential) is not ok in any round."
    return "No speedup and no verdict: nothing is ok that was measured in a round with the plain loop."


def _told(case: CaseSummary, labels: Labels) -> str:
    sure = case.speedup_low is not None and case.speedup_high is not None and not case.deterministic
    interval = f" {formatting.interval(case.speedup_low or 0, case.speedup_high or 0)}" if sure else ""
    speed = f"{formatting.times(case.speedup)}{interval} the speed of the plain loop"
    return f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}, {speed}"


def _may_be_much(case: CaseSummary) -> bool:
    """Whether the interval leaves room for a gain that is worth naming."""
    return case.speedup_high is not None and round(case.speedup_high, 2) > WORTH_NAMING


def _chance(verdict: Verdict) -> str:
    """The p-value, with how many cases it is corrected for."""
    if verdict.chance is None:
        return ""
    p_value = "p < 0.001" if verdict.chance < 0.001 else f"p = {verdict.chance:.2g}"
    corrected = f", corrected for {verdict.compared} cases" if verdict.compared > 1 else ""
    return f" ({p_value}{corrected})"


def _level(verdict: Verdict, labels: Labels) -> str:
    names = [labels[case.config] for case in verdict.level]
    return f"; {formatting.listed(names)} cannot be told apart from it" if names else ""


def _fewest_rounds(verdict: Verdict, cases: Sequence[CaseSummary]) -> int:
    if verdict.best and not verdict.best.is_baseline:
        return verdict.rounds
    return max((case.paired_rounds for case in cases if not case.is_baseline), default=0)


MOST_NAMED = 3


def trial_remarks(cases: Sequence[CaseSummary], labels: Labels, asked: Asked | None) -> Iterator[str]:
    """A sentence each for outliers, slow first passes and foreign CPU, if any, and what ended the cases' rounds."""
    if found := _counted(cases, labels, lambda case: case.outliers):
        yield f"Outliers, far from the other trials of their case (kept in all figures): {found}."
    if found := _counted(cases, labels, lambda case: case.slow_first_passes):
        yield f"First timed passes slower than all later ones (more --warmups would help): {found}."
    if disturbed := sum(case.contaminated for case in cases):
        trials = formatting.counted(sum(case.trials for case in cases), "trial")
        yield (
            f"Other programs took more than {formatting.percent(CONTAMINATED_FROM)} of the cores during {disturbed} "
            f"of {trials} (kept in all figures): see bench doctor."
        )
    if asked and (reasons := list(_reasons(cases, labels, asked))):
        yield f"Stopped: {'; '.join(reasons)}."


def disturbed_workloads(cases: Iterable[CaseSummary]) -> frozenset[str]:
    """The workloads below whose tables it is said that other programs disturbed their trials."""
    return frozenset(case.workload for case in cases if case.contaminated)


def _counted(cases: Sequence[CaseSummary], labels: Labels, count: Callable[[CaseSummary], int]) -> str | None:
    """`3 trials of threading with 2 workers and asyncio with 4 workers`; None where there are none."""
    concerned = [case for case in cases if count(case)]
    if not concerned:
        return None
    return f"{formatting.counted(sum(map(count, concerned)), 'trial')} of {_named(concerned, labels)}"


def _reasons(cases: Sequence[CaseSummary], labels: Labels, asked: Asked) -> Iterator[str]:
    """What ended the rounds of cases, those alike together."""
    precise = [case for case in cases if case.stopped == Stopped.PRECISE]
    if precise:
        yield f"{formatting.counted(len(precise), 'case')} as precise as asked (within {asked.precision * 100:g} %)"
    for trials in sorted({case.trials for case in cases if case.stopped == Stopped.ROUNDS}):
        ended = [case for case in cases if case.stopped == Stopped.ROUNDS and case.trials == trials]
        yield f"{_named(ended, labels)} after {formatting.counted(trials, 'round')}"
    for reason, told in (
        (Stopped.TIME, "when time was up"),
        (Stopped.NO_SPEEDUP, "for want of a plain loop to compare with"),
        (Stopped.NOT_OK, "because not ok"),
    ):
        if ended := [case for case in cases if case.stopped == reason]:
            yield f"{_named(ended, labels)} {told}"


def _named(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The first few cases by backend and workers, and how many more there are."""
    names = [f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}" for case in cases[:MOST_NAMED]]
    more = [f"{len(cases) - MOST_NAMED} more"] if len(cases) > MOST_NAMED else []
    return formatting.listed(names + more)
