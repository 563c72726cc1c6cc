"""The tables that `bench compare` prints: readable at 80 columns, in a pipe and without colour."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.change import ChangeVerdict
from bench.analysis.compare import CaseChange, Comparison
from bench.analysis.trials import Subject
from bench.output.wording import formatting
from bench.output.wording.comparison_text import (
    all_labels,
    change_words,
    environment_lines,
    notes,
    short_verdict,
    subject_words,
    title,
    trials_words,
)
from bench.output.wording.labels import Labels, by_subject, folded

HEADINGS = ("old", "new", "new / old\n[95 % interval]", "trials", "verdict")
ROOM = 80
COLOURS = {ChangeVerdict.FASTER: "green", ChangeVerdict.SLOWER: "bold red"}


def comparison_table(comparison: Comparison) -> Group:
    """The differences between the runs, one table per subject, and remarks."""
    labels = all_labels(comparison)
    above = [Text(line) for line in environment_lines(comparison)]
    parts = [_part(subject, cases, comparison, labels) for subject, cases in by_subject(comparison.cases).items()]
    *below, last = notes(comparison, labels)
    return Group(
        Text(title(comparison), style="bold"),
        *above,
        *parts,
        "",
        *(Text(line) for line in below),
        Text(last, style="bold"),
    )


def _part(subject: Subject, cases: Sequence[CaseChange], comparison: Comparison, labels: Labels) -> Group:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("case", overflow="fold")
    for heading in HEADINGS:
        left = heading in (HEADINGS[2], HEADINGS[4])
        table.add_column(heading, justify="left" if left else "right", no_wrap=True, vertical="top")
    figures = [_figures(case, comparison) for case in cases]
    columns = zip(HEADINGS, *figures, strict=True)
    room = ROOM - sum(max(map(len, [*heading.split("\n"), *cells])) + 1 for heading, *cells in columns)
    for case, cells in zip(cases, figures, strict=True):
        label = folded(f"{labels[case.config]} x{case.workers}", room)
        table.add_row(*(Text(text) for text in (label, *cells)), style=COLOURS.get(case.finding, ""))
    name = Text(formatting.clean(subject.workload), style="bold")
    about = subject_words(subject, comparison)
    return Group("", name.append(f" ({about})" if about else "", style="not bold"), "", table)


def _figures(case: CaseChange, comparison: Comparison) -> tuple[str, ...]:
    verdict = short_verdict(case.finding, comparison.threshold)
    return (
        formatting.seconds(case.old_s),
        formatting.seconds(case.new_s),
        change_words(case),
        trials_words(case),
        verdict,
    )
