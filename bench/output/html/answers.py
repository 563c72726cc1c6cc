"""The answers of a run, one sentence per workload: which backend, how much faster, how sure, and at what cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.trials import Subject
from bench.analysis.verdict import Verdict, VerdictOutcome
from bench.output.html.backend_results import BackendResult, backend_results
from bench.output.html.explanations import cost_words, loop_of
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels, backend_labels, by_subject

WORTH = 1.05  # a speedup below this is not worth the trouble, and what may be above it is not yet ruled out


class AnswerKind(StrEnum):
    """What sort of answer it is."""

    FASTER = "faster"
    BASELINE = "baseline"
    CANNOT_TELL = "can't tell"
    NO_VERDICT = "no verdict"


def conclusion(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> tuple[AnswerKind, str, str]:
    """The kind of answer, and one sentence in two parts: what it comes to, and the rest."""
    best = verdict.best
    if best is None:
        return AnswerKind.NO_VERDICT, "No answer", f": {_why_none(cases)}."
    match verdict.outcome:
        case VerdictOutcome.FASTER:
            return AnswerKind.FASTER, *_faster(best, cases, labels)
        case VerdictOutcome.ALONE:
            return AnswerKind.NO_VERDICT, "Nothing to compare", ": only the baseline has a result."
        case VerdictOutcome.BASELINE if best.is_baseline:
            surely = "" if _highest(cases) <= WORTH else " surely"
            return AnswerKind.BASELINE, f"Nothing{surely} beats the baseline", f": {_nearest(cases, labels)}."
        case VerdictOutcome.BASELINE if _highest(cases) <= WORTH:
            return AnswerKind.BASELINE, "Nothing beats the baseline by 5 %", f": {_nearest(cases, labels)}."
        case VerdictOutcome.BASELINE:
            return AnswerKind.CANNOT_TELL, *_unsure(best, labels)
        case _:
            return AnswerKind.CANNOT_TELL, *_too_few(best, cases, labels)


def _faster(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    between = ""
    if best.speedup and best.speedup.interval and not best.deterministic:
        low, high = (formatting.times(end).removesuffix("x") for end in best.speedup.interval)
        between = f"95 % interval {low} to {high}, "
    sure = f" ({between}{formatting.counted(best.paired_rounds, 'round')}: surely faster)"
    cost = cost_words(best, loop_of(cases))
    return f"{name(best, labels)} is {_as_fast(best)}", f"{sure}{f', at the cost of {cost}' if cost else ''}."


def _unsure(best: CaseSummary, labels: Labels) -> tuple[str, str]:
    ends = best.speedup.interval if best.speedup else None
    low, high = map(formatting.times, ends or (None, None))
    rounds = formatting.counted(best.paired_rounds, "round")
    told = f"over {rounds} {name(best, labels)} was ahead, but its speedup may be anything from {low} to {high}"
    if ends and ends[0] > 1:
        told = (
            f"over {rounds} {name(best, labels)} was ahead (95 % interval {low} to {high}), but with this many cases "
            f"compared at once, one may look faster by chance"
        )
    way_out = "More rounds may help, or a quieter machine: bench doctor looks for what disturbs it"
    return "This machine can't tell", f": {told}. {way_out}."


def _too_few(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    rounds = max((case.paired_rounds for case in cases if not case.is_baseline), default=0)
    ahead = "the baseline" if best.is_baseline else f"{name(best, labels)}, {formatting.times(point_of(best.speedup))},"
    return "Can't tell yet", f": {ahead} is ahead in {formatting.counted(rounds, 'round')}, too few for an interval."


def _nearest(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The case that came nearest to a win, with its interval where there is one."""
    best = max((case for case in cases if _is_rival(case)), key=lambda case: case.speedup_or_zero)
    point = formatting.times(point_of(best.speedup))
    speedup = point if best.deterministic else formatting.estimated_times(best.speedup)
    rounds = formatting.counted(best.paired_rounds, "round")
    return f"the highest speedup, of {name(best, labels)}, is {speedup} over {rounds}"


def _why_none(cases: Sequence[CaseSummary]) -> str:
    loop = next((case for case in cases if case.is_baseline), None)
    if loop is None:
        return "the baseline, which every speedup needs, was not measured"
    if not loop.trials:
        why = f" ({loop.status}: {formatting.clean(loop.reason)})" if loop.reason else ""
        return f"the baseline, which every speedup needs, is not ok in any round{why}"
    return "no other case is ok in a round in which the baseline is ok"


def _is_rival(case: CaseSummary) -> bool:
    return not case.is_baseline and case.speedup is not None


def _highest(cases: Iterable[CaseSummary]) -> float:
    """The largest speedup that any interval leaves open."""
    return max((case.speedup.highest for case in cases if case.speedup and _is_rival(case)), default=0.0)


def name(case: CaseSummary, labels: Labels) -> str:
    """`threading with 4 workers`."""
    return f"{labels[case.config]} with {formatting.counted(case.workers, 'worker')}"


def _as_fast(case: CaseSummary) -> str:
    return f"{formatting.times(point_of(case.speedup)).removesuffix('x')} times as fast as the baseline"


MUCH_LESS = 0.9  # of a speedup


@dataclass(frozen=True)
class Answer:
    """The answer about a subject: `lead` and `rest` are one sentence, `more` is what else bears on the choice.

    `results` has one entry per backend: its best case, and why it was faster or slower as far as the figures show.
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
    """One answer a subject, in the order of the verdicts."""
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    return [_answer(verdict, subjects[verdict.subject], labels) for verdict in verdicts]


def _answer(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> Answer:
    kind, lead, rest = conclusion(verdict, cases, labels)
    more = " ".join(filter(None, [_cold(verdict), _level(verdict, labels)]))
    return Answer(verdict.subject, kind, lead, rest, more, tuple(backend_results(cases, labels)))


def _cold(verdict: Verdict) -> str:
    """What is left of the best speedup where its workers are started for this batch alone, if that is much less."""
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
    told = formatting.estimated_times(best.cold_speedup)
    pays = f"; it pays off from {formatting.counted(best.break_even_items, 'item')} on" if best.break_even_items else ""
    return f"With start and stop included in both times: {told}{pays}."


def _level(verdict: Verdict, labels: Labels) -> str:
    """What cannot be told from the best, which may be the cheaper choice; nothing where there is none."""
    names = [f"{name(case, labels)} ({speedup_words(case)})" for case in verdict.level if not case.is_baseline]
    if not names or verdict.outcome is not VerdictOutcome.FASTER:
        return ""
    return f"Not distinguishable from it: {formatting.listed(names)}."
