"""The answers of a run, one sentence per workload: which backend, how much faster, how sure, and at what cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.trials import Subject
from bench.analysis.verdict import Verdict, VerdictOutcome
from bench.output.html.backend_results import BackendResult, backend_results
from bench.output.html.explanations import baseline_of, cost_words
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels, backend_labels, by_subject

WORTHWHILE = 1.05  # smaller speedups do not count; an interval that reaches it leaves a win possible


class AnswerKind(StrEnum):
    """The kind of an answer."""

    FASTER = "faster"
    BASELINE = "baseline"
    CANNOT_TELL = "can't tell"
    NO_VERDICT = "no verdict"


def conclusion(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> tuple[AnswerKind, str, str]:
    """The kind of answer, and one sentence in two parts: the gist and the rest."""
    best = verdict.best
    if best is None:
        return AnswerKind.NO_VERDICT, "No answer", f": {_why_none(cases)}."
    match verdict.outcome:
        case VerdictOutcome.FASTER:
            return AnswerKind.FASTER, *_faster(best, cases, labels)
        case VerdictOutcome.ALONE:
            return AnswerKind.NO_VERDICT, "Nothing to compare", ": only the baseline has a result."
        case VerdictOutcome.BASELINE if best.is_baseline:
            beats = "beats" if _highest(cases) <= WORTHWHILE else "is significantly faster than"
            return AnswerKind.BASELINE, f"Nothing {beats} the baseline", f": {_nearest(cases, labels)}."
        case VerdictOutcome.BASELINE if _highest(cases) <= WORTHWHILE:
            return AnswerKind.BASELINE, "Nothing beats the baseline by 5 %", f": {_nearest(cases, labels)}."
        case VerdictOutcome.BASELINE if best.speedup_or_zero <= WORTHWHILE:
            gist = "Nothing is significantly faster than the baseline"
            return AnswerKind.BASELINE, gist, f": {_nearest(cases, labels)}."
        case VerdictOutcome.BASELINE:
            return AnswerKind.CANNOT_TELL, *_unsure(best, labels)
        case _:
            return AnswerKind.CANNOT_TELL, *_too_few(best, cases, labels)


def _faster(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    between = ""
    if best.speedup and best.speedup.interval and not best.deterministic:
        low, high = (formatting.times(end).removesuffix("x") for end in best.speedup.interval)
        between = f"95 % interval {low} to {high}, "
    evidence = f" ({between}{formatting.counted(best.paired_rounds, 'trial')}: significantly faster)"
    cost = cost_words(best, baseline_of(cases))
    return f"{name(best, labels)} is {_as_fast(best)}", f"{evidence}{f', at the cost of {cost}' if cost else ''}."


def _unsure(best: CaseSummary, labels: Labels) -> tuple[str, str]:
    ends = best.speedup.interval if best.speedup else None
    low, high = map(formatting.times, ends or (None, None))
    trials = formatting.counted(best.paired_rounds, "trial")
    reason = f"over {trials} {name(best, labels)} was ahead, but its speedup may be anywhere from {low} to {high}"
    if ends and ends[0] > 1:
        reason = (
            f"over {trials} {name(best, labels)} was ahead (95 % interval {low} to {high}), but with this many cases "
            f"compared at once, one may look faster by chance"
        )
    advice = "More rounds or a quieter machine may help: bench doctor looks for disturbances"
    return "This machine can't tell", f": {reason}. {advice}."


def _too_few(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    trials = max((case.paired_rounds for case in cases if not case.is_baseline), default=0)
    ahead = "the baseline" if best.is_baseline else f"{name(best, labels)}, {formatting.times(point_of(best.speedup))},"
    return "Can't tell yet", f": {ahead} is ahead in {formatting.counted(trials, 'trial')}, too few for an interval."


def _nearest(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The case with the highest speedup, with its interval if there is one."""
    best = max((case for case in cases if _is_rival(case)), key=lambda case: case.speedup_or_zero)
    point = formatting.times(point_of(best.speedup))
    speedup = point if best.deterministic else formatting.estimated_times(best.speedup)
    trials = formatting.counted(best.paired_rounds, "trial")
    return f"the highest speedup, of {name(best, labels)}, is {speedup} over {trials}"


def _why_none(cases: Sequence[CaseSummary]) -> str:
    baseline = next((case for case in cases if case.is_baseline), None)
    if baseline is None:
        return "the baseline, which every speedup needs, was not measured"
    if not baseline.trials:
        why = f" ({baseline.status}: {formatting.clean(baseline.reason)})" if baseline.reason else ""
        return f"the baseline, which every speedup needs, is not ok in any round{why}"
    return "no other case is ok in a round in which the baseline is ok"


def _is_rival(case: CaseSummary) -> bool:
    return not case.is_baseline and case.speedup is not None


def _highest(cases: Iterable[CaseSummary]) -> float:
    """The largest speedup that any interval allows."""
    return max((case.speedup.highest for case in cases if case.speedup and _is_rival(case)), default=0.0)


def name(case: CaseSummary, labels: Labels) -> str:
    """`threading with 4 workers`."""
    return f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}"


def _as_fast(case: CaseSummary) -> str:
    return f"{formatting.times(point_of(case.speedup)).removesuffix('x')} times as fast as the baseline"


MUCH_LESS = 0.9  # of a speedup


@dataclass(frozen=True)
class Answer:
    """The answer about a subject: `lead` and `rest` are one sentence, `more` has other relevant facts.

    `results` has one entry per backend: its best case, and why it was faster or slower.
    """

    subject: Subject
    kind: AnswerKind
    lead: str
    rest: str
    more: str
    results: tuple[BackendResult, ...]

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self.lead + self.rest


def answers(summaries: Sequence[CaseSummary], verdicts: Iterable[Verdict]) -> list[Answer]:
    """One answer per subject, in the order of the verdicts."""
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    return [_answer(verdict, subjects[verdict.subject], labels) for verdict in verdicts]


def _answer(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> Answer:
    kind, lead, rest = conclusion(verdict, cases, labels)
    more = " ".join(filter(None, [_cold(verdict), _indistinguishable(verdict, labels)]))
    return Answer(verdict.subject, kind, lead, rest, more, tuple(backend_results(cases, labels)))


def _cold(verdict: Verdict) -> str:
    """The best speedup if the workers are started only for this batch, if that is much lower."""
    best = verdict.best
    if (
        verdict.outcome is not VerdictOutcome.FASTER
        or best is None
        or best.speedup is None
        or best.cold_speedup is None
    ):
        return ""
    if best.cold_speedup.point > MUCH_LESS * best.speedup.point:
        return ""
    cold = formatting.estimated_times(best.cold_speedup)
    pays = f"; it pays off from {formatting.counted(best.break_even_items, 'item')} on" if best.break_even_items else ""
    return f"With pool start and stop included in both times: {cold}{pays}."


def _indistinguishable(verdict: Verdict, labels: Labels) -> str:
    """The cases that cannot be distinguished from the best and may be cheaper; empty if there are none."""
    others = [case for case in verdict.indistinguishable if not case.is_baseline]
    names = [f"{name(case, labels)} ({speedup_words(case)})" for case in others]
    if not names or verdict.outcome is not VerdictOutcome.FASTER:
        return ""
    return f"Not distinguishable from it: {formatting.listed(names)}."
