"""The output of `bench show`: readable at 80 columns, in a pipe and without colour."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.analysis.interpreter_comparison import SideBySide, side_by_side
from bench.analysis.scaling.past_peak import past_peaks
from bench.analysis.stopping import PrecisionGoal, precision_goal
from bench.analysis.verdict import Verdict
from bench.output.terminal.case_table import case_table
from bench.output.terminal.interpreter_table import side_by_side_tables
from bench.output.terminal.metrics_table import own_metrics_tables
from bench.output.wording import formatting
from bench.output.wording.bounds import bounds, ceiling_notes
from bench.output.wording.case_text import (
    BLOCKING,
    disturbed_workloads,
    failures,
    recommended_case,
    remarks,
    subject_facts,
    trial_remarks,
    verdict_sentence,
)
from bench.output.wording.interpreters_text import conclusion, row_labels
from bench.output.wording.labels import Labels, backend_labels, by_subject, is_blocking, subject_name
from bench.output.wording.past_peak_text import past_peak_lines
from bench.output.wording.warnings_text import warning_lines
from bench.results.load import Run
from bench.schema import Subject

LONGEST_NAME = 24  # characters per line for a subject's name beside its verdict


def speedup_table(run: Run, summaries: Sequence[CaseSummary], verdicts: Iterable[Verdict]) -> Group:
    """The verdicts first, then one table per subject with remarks, then a comparison of interpreters, then warnings."""
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    conclusions = {verdict.subject: verdict for verdict in verdicts}
    goal = precision_goal(run)
    sides = side_by_side(run, summaries)
    blocking = next((case.subject for case in summaries if is_blocking(case)), None)
    past = past_peaks(run, summaries)
    below = {
        subject: [
            *_lines_below(cases, labels, goal, subject == blocking),
            *past_peak_lines(past, subject, labels),
        ]
        for subject, cases in subjects.items()
    }
    parts = [_part(cases, conclusions[subject], labels, below[subject]) for subject, cases in subjects.items()]
    notes = [Text(f"! {text}") for text in ceiling_notes(run)]
    return Group(
        _run_line(run),
        "",
        _answers(subjects, conclusions, labels, sides),
        *parts,
        *side_by_side_tables(sides),
        *([Text(), *notes] if notes else []),
        *warning_lines(run, disturbed_workloads(summaries)),
    )


def _run_line(run: Run) -> Text:
    cores = f", {formatting.counted(run.cores_usable, 'usable core')}" if run.cores_usable else ""
    return Text(f"Run {formatting.clean(run.name)}: {formatting.counted(run.rounds, 'round')}{cores}")


def _answers(
    subjects: Mapping[Subject, Sequence[CaseSummary]],
    conclusions: Mapping[Subject, Verdict],
    labels: Labels,
    sides: Sequence[SideBySide],
) -> Table:
    """One sentence per subject, and one per workload that several interpreters ran."""
    answers = Table.grid(padding=(0, 2, 0, 0))
    answers.add_column(max_width=LONGEST_NAME, overflow="fold")
    answers.add_column(overflow="fold")
    for subject, cases in subjects.items():
        name = Text(subject_name(subject, subjects))
        verdict = conclusions[subject]
        mark = "* " if recommended_case(verdict, cases) else ""
        answers.add_row(name.append(":"), Text(f"{mark}{verdict_sentence(verdict, cases, labels)}", style="bold"))
    for side in sides:
        others = [other for other in sides if other.workload == side.workload]
        given = [formatting.settings(side.params)] if len(others) > 1 else []
        name = Text(", ".join([formatting.clean(side.workload), *given, "all interpreters:"]))
        answers.add_row(name, Text(conclusion(side, row_labels(side)), style="bold"))
    return answers


def _lines_below(
    cases: Sequence[CaseSummary], labels: Labels, goal: PrecisionGoal | None, explain_blocking: bool
) -> list[str]:
    """The lines below a table: failures, limits of the speedups, and remarks that were not made above."""
    failed = [f"! {text}" for text in failures(cases, labels)]
    remarked = [text for text in remarks(cases) if text != BLOCKING or explain_blocking]
    return [*failed, *bounds(cases, labels), *remarked, *trial_remarks(cases, labels, goal)]


def _part(cases: Sequence[CaseSummary], verdict: Verdict, labels: Labels, below: Sequence[str]) -> Group:
    table = case_table(cases, recommended_case(verdict, cases), labels)
    lines = [Text(), *map(Text, below)] if below else []
    shown = [table, *own_metrics_tables(cases, labels)]
    return Group("", _title(verdict.subject, cases), *(part for one in shown for part in ("", one)), *lines)


def _title(subject: Subject, cases: Sequence[CaseSummary]) -> Text:
    """The workload and its parameters, above the facts that hold for all its cases."""
    parameters = formatting.settings(subject.params)
    title = Text(formatting.clean(subject.workload), style="bold")
    title.append(f" ({parameters})" if parameters else "", style="not bold")
    return title.append(f"\n{subject_facts(subject, cases)}", style="not bold")
