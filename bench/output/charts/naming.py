"""What pieces of work and their cases are called beside and behind the charts."""

from collections.abc import Iterable, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import Subject
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject

CASE_HEADINGS = ("workload", "backend", "workers")


def subject_name(subject: Subject, subjects: Iterable[Subject]) -> str:
    """A workload, with what tells it from others of the same name."""
    return ", ".join([formatting.clean(subject.workload), *apart(subject, subjects)])


def case_cells(view: View, case: CaseSummary) -> list[str]:
    """A case in the columns of CASE_HEADINGS."""
    return [subject_name(case.subject, by_subject(view.summaries)), view.labels[case.config], str(case.workers)]


def case_name(view: View, case: CaseSummary) -> str:
    """`threading with 4 workers`, `the plain loop`."""
    if case.is_baseline:
        return "the plain loop"
    return f"{view.labels[case.config]} with {formatting.counted(case.workers, 'worker')}"


def joined(sentences: Sequence[str]) -> str:
    """Several findings as one sentence; that there is none, where there is none."""
    return "; ".join(sentences or ["Nothing to show"]) + "."


def left_out(cases: Iterable[CaseSummary]) -> str:
    """The same for a footer."""
    return f"; {told.strip().rstrip('.')}" if (told := not_ok(cases)) else ""


def not_ok(cases: Iterable[CaseSummary]) -> str:
    """A sentence on the cases that are not ok, or nothing."""
    failed = [case for case in cases if not case.ok]
    statuses = formatting.listed(sorted({str(case.status) for case in failed}))
    return f" Not ok ({statuses}): {formatting.counted(len(failed), 'case')}." if failed else ""
