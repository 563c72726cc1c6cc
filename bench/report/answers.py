"""What a run answers, a sentence for each piece of work: which way, how much faster, how sure, and at what cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import Subject
from bench.analysis.verdict import Outcome, Verdict
from bench.present import words
from bench.present.labels import by_subject, way_labels
from bench.present.sentences import Labels
from bench.present.speedup_words import speedup_words
from bench.report.conclusions import Kind, conclusion, name
from bench.report.fared import WayFared, fared

MUCH_LESS = 0.9  # of a speedup


@dataclass(frozen=True)
class Answer:
    """The answer about a subject: `lead` and `rest` are one sentence, `more` is what else bears on the choice.

    `ways` say how each way of running the work fared, and what is seen of why.
    """

    subject: Subject
    kind: Kind
    lead: str
    rest: str
    more: str
    ways: tuple[WayFared, ...]

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self.lead + self.rest


def answers(summaries: Sequence[CaseSummary], verdicts: Iterable[Verdict]) -> list[Answer]:
    """One answer a subject, in the order of the verdicts."""
    labels = way_labels(summaries)
    subjects = by_subject(summaries)
    return [_answer(verdict, subjects[verdict.subject], labels) for verdict in verdicts]


def _answer(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> Answer:
    kind, lead, rest = conclusion(verdict, cases, labels)
    more = " ".join(filter(None, [_cold(verdict), _level(verdict, labels)]))
    return Answer(verdict.subject, kind, lead, rest, more, tuple(fared(cases, labels)))


def _cold(verdict: Verdict) -> str:
    """What is left of the best speedup where its workers are started for this batch alone, if that is much less."""
    best = verdict.best
    if verdict.outcome is not Outcome.FASTER or best is None or best.speedup is None or best.cold_speedup is None:
        return ""
    if best.cold_speedup > MUCH_LESS * best.speedup:
        return ""
    told = words.times(best.cold_speedup)
    if best.cold_speedup_low is not None and best.cold_speedup_high is not None:
        told += f" {words.interval(best.cold_speedup_low, best.cold_speedup_high)}"
    pays = f"; that pays from {words.counted(best.break_even_items, 'item')} on" if best.break_even_items else ""
    return f"With both started for this batch alone: {told}{pays}."


def _level(verdict: Verdict, labels: Labels) -> str:
    """What cannot be told from the best, which may be the cheaper choice; nothing where there is none."""
    names = [f"{name(case, labels)} ({speedup_words(case)})" for case in verdict.level if not case.is_baseline]
    if not names or verdict.outcome is not Outcome.FASTER:
        return ""
    return f"Cannot be told apart from it: {words.listed(names)}."
