"""Text on and behind the charts: names of workloads and cases, sentences, and lines that fit the page."""

import textwrap
from collections.abc import Iterable, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BASELINE, CaseId, Subject

CASE_HEADINGS = ("workload", "backend", "workers")
TITLE_LETTERS, NAME_LETTERS, FACT_LETTERS, FOOTER_LETTERS = 62, 38, 46, 112  # that fit on a line
LONGEST_LABEL = 46  # letters of a backend at the start of a row


def title_lines(title: str) -> list[str]:
    """The page's title, wrapped."""
    return textwrap.wrap(title, TITLE_LETTERS)


def footer_lines(footer: str) -> list[str]:
    """The page's footer, wrapped; a figure stays with its percent sign."""
    lines = textwrap.wrap(footer.replace(" %", "\u00a0%"), FOOTER_LETTERS)
    return [line.replace("\u00a0%", " %") for line in lines]


def name_lines(name: str) -> list[str]:
    """A panel's name, wrapped to the panel's width."""
    return textwrap.wrap(formatting.clean(name), NAME_LETTERS)


def fact_lines(facts: Sequence[str]) -> list[str]:
    """The facts below a panel's name, wrapped to the panel's width."""
    return textwrap.wrap(", ".join(facts), FACT_LETTERS)


def subject_name(subject: Subject, subjects: Iterable[Subject]) -> str:
    """A workload, with what distinguishes it from others of the same name."""
    return ", ".join([formatting.clean(subject.workload), *apart(subject, subjects)])


def case_cells(view: View, case: CaseSummary) -> list[str]:
    """A case in the columns of CASE_HEADINGS."""
    return [subject_name(case.subject, by_subject(view.summaries)), view.labels[case.config], str(case.workers)]


def case_name(view: View, case: CaseSummary) -> str:
    """`threading with 4 workers`, `the baseline`."""
    if case.is_baseline:
        return "the baseline"
    return f"{view.labels[case.config]} with {formatting.counted(case.workers, 'worker')}"


def case_label(view: View, case: CaseId, longest: int = LONGEST_LABEL) -> str:
    """`threading ×4`, `baseline`; a backend of more than `longest` letters is shortened."""
    if case.backend == BASELINE:
        return "baseline"
    backend = view.labels[case.config]
    short = backend if len(backend) <= longest else f"{backend[: longest - 1]}…"
    return f"{short} ×{case.workers}"


def joined(findings: Sequence[str]) -> str:
    """Several findings as one sentence, which says so if there are none."""
    return "; ".join(findings or ["Nothing to show"]) + "."


def not_ok(cases: Iterable[CaseSummary]) -> str:
    """A sentence on the cases that are not ok, or nothing."""
    failed = [case for case in cases if not case.ok]
    statuses = formatting.listed(sorted({str(case.status) for case in failed}))
    return f" Not ok ({statuses}): {formatting.counted(len(failed), 'case')}." if failed else ""


def not_ok_note(cases: Iterable[CaseSummary]) -> str:
    """The same, to be appended to a footer."""
    sentence = not_ok(cases)
    return f"; {sentence.strip().rstrip('.')}" if sentence else ""
