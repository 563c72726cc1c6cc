"""What the page says of each workload: the answers about it, and its interpreters compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.analysis.case_summary import CaseSummary
from bench.analysis.interpreter_comparison import side_by_side
from bench.analysis.stopping import asked_of
from bench.analysis.verdict import verdicts
from bench.output.html.answers import Answer, answers
from bench.output.html.interpreters_grid import Compared, compared
from bench.output.wording import formatting
from bench.output.wording.bounds import bounds
from bench.output.wording.case_text import remarks, subject_facts, trial_remarks
from bench.output.wording.labels import apart, backend_labels, by_subject
from bench.results.load import Run


@dataclass(frozen=True)
class Told:
    """An answer with the facts that its figures start from, and what a reader of them must know.

    `apart` tells it from others about the same workload: parameters, interpreter, or nothing.
    """

    answer: Answer
    apart: str
    facts: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """One workload with its parameters: an answer for each interpreter, then all of them compared."""

    title: str
    parameters: str
    told: tuple[Told, ...]
    compared: Compared | None


def works(run: Run, summaries: Sequence[CaseSummary]) -> list[Work]:
    """By workload and parameters; interpreters in the order measured."""
    sides = side_by_side(run, summaries)
    beside = {(side.workload, side.params): one for side, one in zip(sides, compared(sides), strict=True)}
    found = answers(summaries, verdicts(run, summaries))
    cases, labels, asked = by_subject(summaries), backend_labels(summaries), asked_of(run)

    def told(answer: Answer) -> Told:
        own = cases[answer.subject]
        notes = (*bounds(own, labels), *remarks(own), *trial_remarks(own, labels, asked))
        return Told(answer, ", ".join(apart(answer.subject, cases)), subject_facts(answer.subject, own), notes)

    def work(answer: Answer) -> tuple[str, str]:
        return answer.subject.workload, answer.subject.params

    def place(answer: Answer) -> tuple[str, str, int]:
        return *work(answer), run.pythons.index(answer.subject.python)

    return [
        Work(formatting.clean(name), formatting.settings(params), tuple(map(told, alike)), beside.get((name, params)))
        for (name, params), alike in groupby(sorted(found, key=place), key=work)
    ]
