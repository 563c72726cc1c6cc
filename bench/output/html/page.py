"""Assemble the contents of the page for the template: plain text that the template escapes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.analysis.summary import summarise
from bench.output.charts.view import View
from bench.output.html.advice_section import AdviceSection, advice_section
from bench.output.html.case_grid import case_grid
from bench.output.html.embedded_charts import EmbeddedChart, MissingChart, embedded_charts
from bench.output.html.environment_section import Fact, Repetition, environment_facts, repetition
from bench.output.html.html_table import HtmlTable
from bench.output.html.workload_section import WorkloadSection, workload_sections
from bench.output.wording import formatting
from bench.output.wording.bounds import ceiling_notes
from bench.output.wording.case_text import failures
from bench.output.wording.labels import backend_labels, by_subject
from bench.output.wording.warnings_text import warning_lines
from bench.results.load import Run
from bench.schema import SAMPLES_CSV


@dataclass(frozen=True)
class RunSection:
    """The contents of the page for one run. `key` is unique in the page; `samples` is a link relative to the page."""

    key: str
    name: str
    facts: str
    advice: AdviceSection | None
    workloads: tuple[WorkloadSection, ...]
    charts: Sequence[EmbeddedChart]
    missing_charts: Sequence[MissingChart]
    cases: HtmlTable
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    environment: Sequence[Fact]
    repetition: Repetition
    samples: str


def run_section(run: Run, key: str, folder: Path) -> RunSection:
    """The section of a run, in a page that will be written to `folder`."""
    summaries = summarise(run)
    labels = backend_labels(summaries)
    drawn, missing = embedded_charts(View.of(run, summaries))
    return RunSection(
        key=key,
        name=formatting.clean(run.name),
        facts=_facts(run),
        advice=advice_section(run),
        workloads=tuple(workload_sections(run, summaries)),
        charts=drawn,
        missing_charts=missing,
        cases=case_grid(summaries),
        failures=tuple(
            f"{formatting.clean(subject.workload)}: {failure}"
            for subject, cases in by_subject(summaries).items()
            for failure in failures(cases, labels)
        ),
        warnings=(*ceiling_notes(run), *(line.plain for line in warning_lines(run) if line.plain)),
        environment=environment_facts(run),
        repetition=repetition(run),
        samples=_link(run.folder / SAMPLES_CSV, folder),
    )


def _facts(run: Run) -> str:
    """The machine, the interpreters and the number of rounds, in one line."""
    model = run.machine.get("cpu_model")
    parts = [str(model)] if isinstance(model, str) else []
    parts += [formatting.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    parts += [f"Python {formatting.listed(run.interpreters)}", formatting.counted(run.rounds, "round")]
    return formatting.clean(", ".join(parts))


def _link(path: Path, folder: Path) -> str:
    """A relative link, quoted so that a browser cannot read a scheme into it."""
    return quote(os.path.relpath(path.resolve(), folder.resolve()))
