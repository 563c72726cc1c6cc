"""The table of two runs as Markdown, for a pull request or a report."""

import re
from collections.abc import Iterator

from bench.analysis.comparison import CaseChange, Comparison
from bench.present import words
from bench.present.comparison import all_labels, subject_words
from bench.present.comparison_sentences import notes, surroundings
from bench.present.comparison_words import change_words, trials_words, verdict_words
from bench.present.labels import by_subject
from bench.present.sentences import Labels

HEADINGS = ("case", "old", "new", "new / old [95 % interval]", "trials", "verdict")
ACTIVE = re.compile(r"([\\`*_{}\[\]<>|#!~&@])")


def comparison_markdown(comparison: Comparison) -> str:
    """The same as the table that `bench compare` prints, with each verdict in full."""
    return "\n".join(_lines(comparison, all_labels(comparison)))


def _lines(comparison: Comparison, labels: Labels) -> Iterator[str]:
    yield f"**Old run {_plain(comparison.old)}, new run {_plain(comparison.new)}**"
    yield ""
    yield from _paragraphs(surroundings(comparison))
    for subject, cases in by_subject(comparison.cases).items():
        about = subject_words(subject, comparison)
        yield f"**{_plain(subject.workload)}**" + (f" ({_escaped(about)})" if about else "")
        yield ""
        yield _row(HEADINGS)
        yield _row(["---", *["---:"] * 2, "---", "---:", "---"])
        for case in cases:
            yield _row([_escaped(cell) for cell in _cells(case, comparison, labels)])
        yield ""
    yield from _paragraphs([*notes(comparison, labels)])


def _cells(case: CaseChange, comparison: Comparison, labels: Labels) -> list[str]:
    return [
        f"{labels[case.way]} x{case.workers}",
        words.seconds(case.old_s),
        words.seconds(case.new_s),
        change_words(case),
        trials_words(case),
        verdict_words(case.finding, comparison.threshold),
    ]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines that begin with `!` as a list, the others by themselves."""
    for line in lines:
        yield f"- {_escaped(line[2:])}" if line.startswith("! ") else _escaped(line)
        yield ""


def _row(cells: "list[str] | tuple[str, ...]") -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _escaped(words.clean(text))


def _escaped(text: str) -> str:
    """Text in which nothing is Markdown, HTML, or a mention of a person."""
    return ACTIVE.sub(r"\\\1", text)
