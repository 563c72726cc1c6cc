"""Sentences above and below the table of a workload: facts, failures, the verdict, remarks about trials."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.stopping import PrecisionGoal, StopReason
from bench.analysis.verdict import Verdict, VerdictOutcome
from bench.output.wording import formatting
from bench.output.wording.labels import Labels, is_blocking
from bench.schema import CONTAMINATED_FROM, MIN_ROUNDS, ScalingKind, Status, Subject

HOW_IT_FAILED = {
    Status.WRONG: "returned wrong results",
    Status.ERROR: "raised an error",
    Status.TIMEOUT: "timed out",
    Status.CRASHED: "crashed",
    Status.SKIPPED: "was skipped",
}
MOST_NAMED = 3
NOTABLE_SPEEDUP = 1.05  # the default threshold of `bench compare`
BLOCKING = "(blocking): the workload has no coroutine version, so each item blocks the event loop and nothing overlaps."


def subject_facts(subject: Subject, cases: Sequence[CaseSummary]) -> str:
    """The baseline's time and the other facts that hold for all cases of a subject."""
    gil = {case.gil for case in cases if case.gil}
    facts = [
        *(f"baseline {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s),
        *_items(cases),
        f"{cases[0].bound}-bound",
        f"Python {formatting.clean(subject.interpreter)}" + (f" with the GIL {gil.pop()}" if len(gil) == 1 else ""),
    ]
    return ", ".join(facts)


def _items(cases: Sequence[CaseSummary]) -> list[str]:
    known = [case for case in cases if case.items is not None]
    if not known:
        return []
    if known[0].scaling == ScalingKind.WEAK:
        each = formatting.counted(min(case.items or 0 for case in known), "item")
        return [f"weak scaling: {each} per worker, and speedup is throughput over throughput"]
    return [formatting.counted(known[0].items or 0, "item")]


def failures(cases: Iterable[CaseSummary], labels: Labels) -> Iterator[str]:
    """One sentence for all cases of a backend configuration that failed for the same reason."""
    not_ok = [case for case in cases if not case.ok]
    for (config, status, reason), group in groupby(not_ok, key=lambda case: (case.config, case.status, case.reason)):
        same = list(group)
        counts = formatting.listed([str(case.workers) for case in same])
        failed = sum(case.failed for case in same)
        trials = failed + sum(case.trials for case in same)
        yield (
            f"{labels[config]} with {counts} worker{'' if counts == '1' else 's'} {HOW_IT_FAILED[Status(status)]} "
            f"in {failed} of {formatting.counted(trials, 'trial')}: "
            f"{formatting.clean(reason or 'no reason recorded')}"
        )


def remarks(cases: Sequence[CaseSummary]) -> Iterator[str]:
    """What a reader needs to know to understand the figures."""
    baseline = next((case for case in cases if case.is_baseline), None)
    results = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if any(is_blocking(case) for case in cases):
        yield BLOCKING
    if results and baseline and not baseline.ok:
        trials = formatting.counted(baseline.failed, "trial")
        yield f"The baseline failed in {trials}; the speedups use only its other trials."
    if results and any(case.ok and case.speedup is None for case in cases):
        yield f"Speedup {formatting.UNKNOWN}: no trial of the case took turns with an ok one of the baseline."
    if any(case.paired_rounds < MIN_ROUNDS for case in results):
        yield f"An interval needs at least {MIN_ROUNDS} trials."


def verdict_sentence(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The conclusion, in one sentence."""
    best = verdict.best
    if best is None:
        return _without_baseline(cases)
    match verdict.outcome:
        case VerdictOutcome.FASTER:
            faster = f"significantly faster{_chance(verdict)}{_indistinguishable(verdict, labels)}"
            return f"Best: {_with_speedup(best, labels)}, {faster}."
        case VerdictOutcome.BASELINE if best.is_baseline:
            beats = "is significantly faster than" if any(map(_may_be_notable, verdict.indistinguishable)) else "beats"
            return f"Nothing {beats} the baseline{_indistinguishable(verdict, labels)}."
        case VerdictOutcome.BASELINE:
            chance = f", but this may be chance{_chance(verdict)}" if _may_be_notable(best) else ""
            return (
                "Nothing is significantly faster than the baseline; highest speedup: "
                f"{_with_speedup(best, labels)}{chance}."
            )
        case VerdictOutcome.ALONE:
            return "Nothing to compare: only the baseline has a result."
        case _:
            trials = formatting.counted(_trials_compared(verdict, cases), "trial")
            ahead = "the baseline" if best.is_baseline else _with_speedup(best, labels)
            return f"Can't tell which is best after {trials}; ahead so far: {ahead}."


def recommended_case(verdict: Verdict, cases: Sequence[CaseSummary]) -> CaseSummary | None:
    """The case to recommend: the baseline if nothing is significantly faster."""
    if verdict.outcome is VerdictOutcome.BASELINE:
        return next((case for case in cases if case.is_baseline and case.ok), None)
    return None if verdict.outcome is VerdictOutcome.ALONE else verdict.best


def _without_baseline(cases: Sequence[CaseSummary]) -> str:
    baseline = next((case for case in cases if case.is_baseline), None)
    if baseline is None:
        return "No speedups and no verdict: the baseline (sequential) was not measured."
    if not baseline.trials:
        return "No speedups and no verdict: the baseline (sequential) was not ok in any trial."
    return "No speedups and no verdict: no ok trial of a case took turns with an ok one of the baseline."


def _with_speedup(case: CaseSummary, labels: Labels) -> str:
    point = formatting.times(point_of(case.speedup))
    speed = f"{point if case.deterministic else formatting.estimated_times(case.speedup)} the speed of the baseline"
    return f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}, {speed}"


def _may_be_notable(case: CaseSummary) -> bool:
    """Whether the interval leaves room for a notable speedup."""
    high = case.speedup.high if case.speedup else None
    return high is not None and round(high, 2) > NOTABLE_SPEEDUP


def _chance(verdict: Verdict) -> str:
    """The p-value, and the number of cases that it is corrected for."""
    if verdict.chance is None:
        return ""
    p_value = "p < 0.001" if verdict.chance < 0.001 else f"p = {verdict.chance:.2g}"
    corrected = f", corrected for {verdict.compared} cases" if verdict.compared > 1 else ""
    return f" ({p_value}{corrected})"


def _indistinguishable(verdict: Verdict, labels: Labels) -> str:
    names = [labels[case.config] for case in verdict.indistinguishable]
    return f"; {formatting.listed(names)} cannot be distinguished from it" if names else ""


def _trials_compared(verdict: Verdict, cases: Sequence[CaseSummary]) -> int:
    if verdict.best and not verdict.best.is_baseline:
        return verdict.pairs
    return max((case.paired_rounds for case in cases if not case.is_baseline), default=0)


def trial_remarks(cases: Sequence[CaseSummary], labels: Labels, goal: PrecisionGoal | None) -> Iterator[str]:
    """A sentence each for outliers, slow first passes and foreign CPU, if any, and one for what ended the rounds."""
    if affected := _counted(cases, labels, lambda case: case.outliers):
        yield f"Outliers, far from the other trials of their case (included in all figures): {affected}."
    if affected := _counted(cases, labels, lambda case: case.slow_first_passes):
        yield f"First timed pass slower than all later ones (more --warmups would help): {affected}."
    if disturbed := sum(case.contaminated for case in cases):
        trials = formatting.counted(sum(case.trials for case in cases), "trial")
        yield (
            f"Other programs used more than {formatting.percent(CONTAMINATED_FROM)} of the cores during {disturbed} "
            f"of {trials} (included in all figures); see bench doctor."
        )
    if goal and (reasons := list(_reasons(cases, labels, goal))):
        yield f"Stopped: {'; '.join(reasons)}."


def disturbed_workloads(cases: Iterable[CaseSummary]) -> frozenset[str]:
    """The workloads whose remarks already say that other programs disturbed their trials."""
    return frozenset(case.workload for case in cases if case.contaminated)


def _counted(cases: Sequence[CaseSummary], labels: Labels, count: Callable[[CaseSummary], int]) -> str | None:
    """`3 trials of threading with 2 workers and asyncio with 4 workers`; None if there are none."""
    affected = [case for case in cases if count(case)]
    if not affected:
        return None
    return f"{formatting.counted(sum(map(count, affected)), 'trial')} of {_named(affected, labels)}"


def _reasons(cases: Sequence[CaseSummary], labels: Labels, goal: PrecisionGoal) -> Iterator[str]:
    """What ended the rounds of the cases, grouped by reason."""
    precise = [case for case in cases if case.stopped == StopReason.PRECISE]
    if precise:
        count = formatting.counted(len(precise), "case")
        yield f"{count} at the requested precision (within {goal.precision * 100:g} %)"
    for trials in sorted({case.trials for case in cases if case.stopped == StopReason.ROUNDS}):
        ended = [case for case in cases if case.stopped == StopReason.ROUNDS and case.trials == trials]
        yield f"{_named(ended, labels)} after {formatting.counted(trials, 'round')}"
    for reason, text in (
        (StopReason.TIME, "when time ran out"),
        (StopReason.NO_SPEEDUP, "for lack of a baseline to compare with"),
        (StopReason.NOT_OK, "after failing"),
    ):
        if ended := [case for case in cases if case.stopped == reason]:
            yield f"{_named(ended, labels)} {text}"


def _named(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The first few cases by backend and workers, and how many more there are."""
    names = [f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}" for case in cases[:MOST_NAMED]]
    more = [f"{len(cases) - MOST_NAMED} more"] if len(cases) > MOST_NAMED else []
    return formatting.listed(names + more)
