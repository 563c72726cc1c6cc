"""What the page says, put together for the template: nothing here is HTML, and nothing in it is trusted."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from bench.analysis.case_summary import CaseSummary
from bench.analysis.load import SAMPLES, Run
from bench.analysis.side_by_side import side_by_side
from bench.analysis.speedup import summarise
from bench.analysis.stopping import asked_of
from bench.analysis.verdict import verdicts
from bench.present import words
from bench.present.bounds import bounds, ceiling_notes
from bench.present.caution_lines import caution_lines
from bench.present.charts.view import View
from bench.present.labels import apart, by_subject, way_labels
from bench.present.sentences import failures, remarks
from bench.present.table import subject_facts
from bench.present.trial_remarks import trial_remarks
from bench.report.answers import Answer, answers
from bench.report.case_grid import case_grid
from bench.report.grid import Grid
from bench.report.interpreters_grid import Compared, compared
from bench.report.pictures import Missing, Picture, pictures
from bench.report.surroundings import Again, Fact, again, facts


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


@dataclass(frozen=True)
class Section:
    """All that the page says of one run. `key` is its own in the page; `samples` is a link from where the page lies."""

    key: str
    name: str
    facts: str
    works: tuple[Work, ...]
    pictures: Sequence[Picture]
    missing: Sequence[Missing]
    cases: Grid
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    environment: Sequence[Fact]
    again: Again
    samples: str


def section(run: Run, key: str, beside: Path) -> Section:
    """What there is to say of a run, on a page that will lie in the folder `beside`."""
    summaries = summarise(run)
    labels = way_labels(summaries)
    drawn, missing = pictures(View.of(run, summaries))
    return Section(
        key=key,
        name=words.clean(run.name),
        facts=_facts(run),
        works=tuple(_works(run, summaries)),
        pictures=drawn,
        missing=missing,
        cases=case_grid(summaries),
        failures=tuple(
            f"{words.clean(subject.workload)}: {told}"
            for subject, cases in by_subject(summaries).items()
            for told in failures(cases, labels)
        ),
        warnings=(*ceiling_notes(run), *(line.plain for line in caution_lines(run) if line.plain)),
        environment=facts(run),
        again=again(run),
        samples=_link(run.folder / SAMPLES, beside),
    )


def _facts(run: Run) -> str:
    """Where and with what, in one line."""
    model = run.machine.get("cpu_model")
    told = [str(model)] if isinstance(model, str) else []
    told += [words.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    told += [f"Python {words.listed(run.pythons)}", words.counted(run.rounds, "round")]
    return words.clean(", ".join(told))


def _works(run: Run, summaries: Sequence[CaseSummary]) -> list[Work]:
    sides = side_by_side(run, summaries)
    beside = {(side.workload, side.params): one for side, one in zip(sides, compared(sides), strict=True)}
    found = answers(summaries, verdicts(run, summaries))
    cases, labels, asked = by_subject(summaries), way_labels(summaries), asked_of(run)

    def told(answer: Answer) -> Told:
        own = cases[answer.subject]
        notes = (*bounds(own, labels), *remarks(own), *trial_remarks(own, labels, asked))
        return Told(answer, ", ".join(apart(answer.subject, cases)), subject_facts(answer.subject, own), notes)

    def work(answer: Answer) -> tuple[str, str]:
        return answer.subject.workload, answer.subject.params

    def place(answer: Answer) -> tuple[str, str, int]:
        return *work(answer), run.pythons.index(answer.subject.python)

    return [
        Work(words.clean(name), words.settings(params), tuple(map(told, alike)), beside.get((name, params)))
        for (name, params), alike in groupby(sorted(found, key=place), key=work)
    ]


def _link(path: Path, beside: Path) -> str:
    """A relative link, with nothing in it that a browser could take for a scheme."""
    return quote(os.path.relpath(path.resolve(), beside.resolve()))
