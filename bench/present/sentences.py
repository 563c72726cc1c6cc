"""What is said above and below a table, in plain words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from bench.analysis.case_summary import CaseSummary
from bench.analysis.verdict import Outcome, Verdict
from bench.case_id import Way
from bench.present import words
from bench.present.labels import is_blocking
from bench.samples import FEWEST_ROUNDS, Status

HOW_IT_FAILED = {
    Status.WRONG: "gave wrong results",
    Status.ERROR: "raised an error",
    Status.TIMEOUT: "ran out of time",
    Status.CRASHED: "crashed",
    Status.SKIPPED: "was skipped",
}
WORTH_NAMING = 1.05  # a speedup; what `bench compare` calls a difference
BLOCKING = "(blocking): the work has no coroutine form, so each item stops the event loop and nothing overlaps."
Labels = Mapping[Way, str]


def failures(cases: Iterable[CaseSummary], labels: Labels) -> Iterator[str]:
    """A sentence for all the cases of a way that failed for the same reason."""
    not_ok = [case for case in cases if not case.ok]
    for (way, status, reason), group in groupby(not_ok, key=lambda case: (case.way, case.status, case.reason)):
        alike = list(group)
        counts = words.listed([str(case.workers) for case in alike])
        failed = sum(case.failed for case in alike)
        trials = failed + sum(case.trials for case in alike)
        yield (
            f"{labels[way]} with {counts} worker{'' if counts == '1' else 's'} {HOW_IT_FAILED[Status(status)]} "
            f"in {failed} of {words.counted(trials, 'trial')}: {words.clean(reason or 'no reason was recorded')}"
        )


def remarks(cases: Sequence[CaseSummary]) -> Iterator[str]:
    """What a reader of the figures must know."""
    baseline = next((case for case in cases if case.is_baseline), None)
    results = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if any(is_blocking(case) for case in cases):
        yield BLOCKING
    if results and baseline and not baseline.ok:
        yield f"The plain loop itself failed in {words.counted(baseline.failed, 'round')}; speedups are of the others."
    if results and any(case.ok and case.speedup is None for case in cases):
        yield f"{words.UNKNOWN} for speedup: no round has an ok trial of both this case and the plain loop."
    if any(case.paired_rounds < FEWEST_ROUNDS for case in results):
        yield f"An interval needs {FEWEST_ROUNDS} rounds."


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
            rounds = words.counted(_fewest_rounds(verdict, cases), "round")
            ahead = "the plain loop" if best.is_baseline else _told(best, labels)
            return f"Can't tell which is best from {rounds}; ahead so far: {ahead}."


def _without_baseline(cases: Sequence[CaseSummary]) -> str:
    baseline = next((case for case in cases if case.is_baseline), None)
    if baseline is None:
        return "No speedup and no verdict: the plain loop (sequential) was not measured."
    if not baseline.trials:
        return "No speedup and no verdict: the plain loop (sequential) is not ok in any round."
    return "No speedup and no verdict: nothing is ok that was measured in a round with the plain loop."


def _told(case: CaseSummary, labels: Labels) -> str:
    sure = case.speedup_low is not None and case.speedup_high is not None and not case.deterministic
    interval = f" {words.interval(case.speedup_low or 0, case.speedup_high or 0)}" if sure else ""
    speed = f"{words.times(case.speedup)}{interval} the speed of the plain loop"
    return f"{labels[case.way]} with {words.counted(case.workers, 'worker')}, {speed}"


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
    names = [labels[case.way] for case in verdict.level]
    return f"; {words.listed(names)} cannot be told apart from it" if names else ""


def _fewest_rounds(verdict: Verdict, cases: Sequence[CaseSummary]) -> int:
    if verdict.best and not verdict.best.is_baseline:
        return verdict.rounds
    return max((case.paired_rounds for case in cases if not case.is_baseline), default=0)
