"""What the page says, put together for the template: nothing here is HTML, and nothing in it is trusted."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.analysis.summary import summarise
from bench.output.charts.view import View
from bench.output.html.case_grid import case_grid
from bench.output.html.embedded_charts import MissingChart, Picture, pictures
from bench.output.html.environment_section import Again, Fact, again, facts
from bench.output.html.html_table import HtmlTable
from bench.output.html.workload_section import Work, works
from bench.output.wording import formatting
from bench.output.wording.bounds import ceiling_notes
from bench.output.wording.case_text import failures
from bench.output.wording.labels import backend_labels, by_subject
from bench.output.wording.warnings_text import warning_lines
from bench.results.load import Run
from bench.schema import SAMPLES_CSV


@dataclass(frozen=True)
class Section:
    """All that the page says of one run. `key` is its own in the page; `samples` is a link from where the page lies."""

    key: str
    name: str
    facts: str
    works: tuple[Work, ...]
    pictures: Sequence[Picture]
    missing: Sequence[MissingChart]
    cases: HtmlTable
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    environment: Sequence[Fact]
    again: Again
    samples: str


def section(run: Run, key: str, beside: Path) -> Section:
    """What there is to say of a run, on a page that will lie in the folder `beside`."""
    summaries = summarise(run)
    labels = backend_labels(summaries)
    drawn, missing = pictures(View.of(run, summaries))
    return Section(
        key=key,
        name=formatting.clean(run.name),
        facts=_facts(run),
        works=tuple(works(run, summaries)),
        pictures=drawn,
        missing=missing,
        cases=case_grid(summaries),
        failures=tuple(
            f"{formatting.clean(subject.workload)}: {told}"
            for subject, cases in by_subject(summaries).items()
            for told in failures(cases, labels)
        ),
        warnings=(*ceiling_notes(run), *(line.plain for line in warning_lines(run) if line.plain)),
        environment=facts(run),
        again=again(run),
        samples=_link(run.folder / SAMPLES_CSV, beside),
    )


def _facts(run: Run) -> str:
    """Where and with what, in one line."""
    model = run.machine.get("cpu_model")
    told = [str(model)] if isinstance(model, str) else []
    told += [formatting.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    told += [f"Python {formatting.listed(run.pythons)}", formatting.counted(run.rounds, "round")]
    return formatting.clean(", ".join(told))


def _link(path: Path, beside: Path) -> str:
    """A relative link, with nothing in it that a browser could take for a scheme."""
    return quote(os.path.relpath(path.resolve(), beside.resolve()))
