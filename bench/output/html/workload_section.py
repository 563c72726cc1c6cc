"""The section of each workload: its answers and, if there are several, its interpreters compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.analysis.case_summary import CaseSummary
from bench.analysis.interpreter_comparison import side_by_side
from bench.analysis.scaling.past_peak import past_peaks
from bench.analysis.stopping import precision_goal
from bench.analysis.verdict import verdicts
from bench.output.html.answers import Answer, answers
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable, number, word
from bench.output.html.interpreters_grid import InterpreterSection, interpreter_sections
from bench.output.wording import formatting
from bench.output.wording.bounds import bounds
from bench.output.wording.case_text import remarks, subject_facts, trial_remarks
from bench.output.wording.labels import Labels, apart, backend_labels, by_subject
from bench.output.wording.metrics_text import metrics_table
from bench.output.wording.past_peak_text import past_peak_lines
from bench.results.load import Run


@dataclass(frozen=True)
class AnswerSection:
    """An answer with the facts behind its figures and notes on them.

    `variant` distinguishes it from other answers on the same workload: parameters, interpreter, or nothing. `metrics`
    is the table of the workload's own, if it has some.
    """

    answer: Answer
    variant: str
    facts: str
    notes: tuple[str, ...]
    metrics: HtmlTable | None = None


@dataclass(frozen=True)
class WorkloadSection:
    """One workload with its parameters: an answer per interpreter, and the interpreters compared."""

    title: str
    parameters: str
    answers: tuple[AnswerSection, ...]
    comparison: InterpreterSection | None


def workload_sections(run: Run, summaries: Sequence[CaseSummary]) -> list[WorkloadSection]:
    """One section per workload and parameters; interpreters in the order measured."""
    sides = side_by_side(run, summaries)
    comparisons = {
        (side.workload, side.params): one for side, one in zip(sides, interpreter_sections(sides), strict=True)
    }
    all_answers = answers(summaries, verdicts(run, summaries))
    cases, labels, goal = by_subject(summaries), backend_labels(summaries), precision_goal(run)
    past = past_peaks(run, summaries)

    def section(answer: Answer) -> AnswerSection:
        own = cases[answer.subject]
        peaks = past_peak_lines(past, answer.subject, labels)
        notes = (*bounds(own, labels), *remarks(own), *peaks, *trial_remarks(own, labels, goal))
        variant, facts = ", ".join(apart(answer.subject, cases)), subject_facts(answer.subject, own)
        return AnswerSection(answer, variant, facts, notes, _metrics_grid(own, labels))

    def workload(answer: Answer) -> tuple[str, str]:
        return answer.subject.workload, answer.subject.params

    def order(answer: Answer) -> tuple[str, str, int]:
        return *workload(answer), run.interpreters.index(answer.subject.interpreter)

    return [
        WorkloadSection(
            formatting.clean(name),
            formatting.settings(params),
            tuple(map(section, group)),
            comparisons.get((name, params)),
        )
        for (name, params), group in groupby(sorted(all_answers, key=order), key=workload)
    ]


def _metrics_grid(cases: Sequence[CaseSummary], labels: Labels) -> HtmlTable | None:
    found = metrics_table(cases)
    if found is None:
        return None
    columns = [HtmlColumn("Backend", numeric=False), HtmlColumn("Workers")]
    columns += [HtmlColumn(name, unit) for name, unit in found.headings]
    rows = [
        [word(labels[case.config]), number(str(case.workers), case.workers), *map(HtmlCell, cells)]
        for case, cells in found.rows
    ]
    caption = f"{formatting.clean(cases[0].workload)}: its own metrics, means with 95 % intervals"
    return HtmlTable(caption, columns, rows)
