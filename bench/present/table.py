"""The table of speedups that `bench show` prints: readable at 80 columns, in a pipe and without colour."""

from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.analysis.load import Run
from bench.analysis.side_by_side import side_by_side
from bench.analysis.stopping import Asked, asked_of
from bench.analysis.trials import Subject
from bench.analysis.verdict import Outcome, Verdict
from bench.present import words
from bench.present.bounds import bounds, ceiling_notes
from bench.present.caution_lines import caution_lines
from bench.present.labels import by_subject, way_labels
from bench.present.sentences import Labels, failures, remarks, speedup_words, verdict_sentence
from bench.present.side_by_side_table import side_by_side_tables
from bench.present.trial_remarks import trial_remarks

HEADINGS = ("workers", "median\ntime", "speedup\n[95 % interval]", "trials", "effi-\nciency", "cores\nbusy")
ROOM = 41  # letters for label and speedup together, of 80
BEST = "bold green"
NOT_OK = "red"


def speedup_table(run: Run, summaries: Sequence[CaseSummary], verdicts: Iterable[Verdict]) -> Group:
    """One table a subject under a line for the run, with what must be said about each; then interpreters compared.

    Warnings come last.
    """
    labels = way_labels(summaries)
    conclusions = {verdict.subject: verdict for verdict in verdicts}
    asked = asked_of(run)
    parts = [_part(cases, conclusions[subject], labels, asked) for subject, cases in by_subject(summaries).items()]
    notes = [Text(f"! {text}") for text in ceiling_notes(run)]
    compared = side_by_side_tables(side_by_side(run, summaries))
    return Group(_run_line(run), *notes, *parts, *compared, *caution_lines(run))


def _run_line(run: Run) -> Text:
    cores = f", {words.counted(run.cores_usable, 'usable core')}" if run.cores_usable else ""
    return Text(f"Run {words.clean(run.name)}: {words.counted(run.rounds, 'round')}{cores}")


def _part(cases: Sequence[CaseSummary], verdict: Verdict, labels: Labels, asked: Asked | None) -> Group:
    best = marked(verdict, cases)
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("\n  backend", overflow="fold")
    for heading in HEADINGS:
        left = heading.startswith("speedup")
        table.add_column(heading, justify="left" if left else "right", no_wrap=True, vertical="top")
    names = _fitted(cases, labels)
    for case in cases:
        table.add_row(
            *_cells(case, names[case.way], case is best), style=BEST if case is best else NOT_OK * (not case.ok)
        )
    conclusion = Text(f"{'* ' * (best is not None)}{verdict_sentence(verdict, cases, labels)}", style="bold")
    failed = [Text(f"! {text}") for text in failures(cases, labels)]
    said = (*bounds(cases, labels), *remarks(cases), *trial_remarks(cases, labels, asked))
    notes = [Text(text) for text in said]
    return Group("", _title(verdict.subject, cases), "", table, "", *failed, *notes, conclusion)


def marked(verdict: Verdict, cases: Sequence[CaseSummary]) -> CaseSummary | None:
    """The row to recommend: the plain loop where nothing surely beats it."""
    if verdict.outcome is Outcome.PLAIN_LOOP:
        return next((case for case in cases if case.is_baseline and case.ok), None)
    return None if verdict.outcome is Outcome.ALONE else verdict.best


def _title(subject: Subject, cases: Sequence[CaseSummary]) -> Text:
    """The workload and what it was given, over the facts that its table starts from."""
    parameters = words.settings(subject.params)
    title = Text(words.clean(subject.workload), style="bold")
    title.append(f" ({parameters})" if parameters else "", style="not bold")
    return title.append(f"\n{subject_facts(subject, cases)}", style="not bold")


def subject_facts(subject: Subject, cases: Sequence[CaseSummary]) -> str:
    """The time that all speedups start from, and what else holds for all cases of a subject."""
    gil = {case.gil for case in cases if case.gil}
    facts = [
        *(f"plain loop {words.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s),
        *_items(cases),
        f"{cases[0].bound}-bound",
        f"Python {words.clean(subject.python)}" + (f" with the GIL {gil.pop()}" if len(gil) == 1 else ""),
    ]
    return ", ".join(facts)


def _items(cases: Sequence[CaseSummary]) -> list[str]:
    items = next((case.items for case in cases if case.items is not None), None)
    return [] if items is None else [words.counted(items, "item")]


def _fitted(cases: Sequence[CaseSummary], labels: Labels) -> Labels:
    """The labels, those on two lines that would push the figures off the page."""
    room = ROOM - max(len(speedup_words(case)) for case in cases)
    return {way: label if len(label) <= room else label.replace(":", "\n    :", 1) for way, label in labels.items()}


def _cells(case: CaseSummary, label: str, is_best: bool) -> list[Text]:
    name = f"{'*' if is_best else ' '} {label}"
    if not case.ok:
        of = f"{case.trials}/{case.trials + case.failed}"
        return [Text(text) for text in (name, str(case.workers), "", case.status, of, "", "")]
    busy = words.UNKNOWN if case.parallelism is None else f"{case.parallelism:.{2 if case.parallelism < 10 else 1}f}"
    sure = (words.seconds(case.median_s), speedup_words(case), str(case.trials))
    return [Text(text) for text in (name, str(case.workers), *sure, words.percent(case.efficiency), busy)]
