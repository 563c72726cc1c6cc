"""`bench compare --markdown`."""

from collections.abc import Iterator

from bench.analysis.compare import CaseChange, Comparison
from bench.output.export.markdown_syntax import escaped, paragraphs, plain, row
from bench.output.wording import formatting
from bench.output.wording.comparison_text import (
    all_labels,
    change_words,
    environment_lines,
    notes,
    subject_words,
    title,
    trials_words,
    verdict_words,
)
from bench.output.wording.labels import Labels, by_subject

HEADINGS = ("case", "old", "new", "new / old [95 % interval]", "trials", "verdict")


def comparison_markdown(comparison: Comparison) -> str:
    """The table that `bench compare` prints, with each verdict in full."""
    return "\n".join(_lines(comparison, all_labels(comparison)))


def _lines(comparison: Comparison, labels: Labels) -> Iterator[str]:
    yield f"**{plain(title(comparison))}**"
    yield ""
    yield from paragraphs(environment_lines(comparison))
    for subject, cases in by_subject(comparison.cases).items():
        about = subject_words(subject, comparison)
        yield f"**{plain(subject.workload)}**" + (f" ({escaped(about)})" if about else "")
        yield ""
        yield row(HEADINGS)
        yield row(["---", *["---:"] * 2, "---", "---:", "---"])
        for case in cases:
            yield row([escaped(cell) for cell in _cells(case, comparison, labels)])
        yield ""
    yield from paragraphs([*notes(comparison, labels)])


def _cells(case: CaseChange, comparison: Comparison, labels: Labels) -> list[str]:
    return [
        f"{labels[case.config]} x{case.workers}",
        formatting.seconds(case.old_s),
        formatting.seconds(case.new_s),
        change_words(case),
        trials_words(case),
        verdict_words(case.finding, comparison.threshold),
    ]
