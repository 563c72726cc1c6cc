"""A result as the output of a notebook's cell: the answer, the cases and a chart, light or dark like the notebook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.verdict import Verdict
from bench.output.charts.registry import kind_named
from bench.output.charts.theme import DARK, LIGHT
from bench.output.charts.view import View
from bench.output.html.build import TEMPLATES, environment
from bench.output.html.embedded_charts import chart_image
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable, number, word
from bench.output.wording import formatting
from bench.output.wording.case_text import (
    disturbed_workloads,
    failures,
    recommended_case,
    remarks,
    subject_facts,
    trial_remarks,
    verdict_sentence,
)
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels, backend_labels, by_subject, subject_name
from bench.output.wording.warnings_text import warning_lines

CHART = "speedup"
COLUMNS = (
    HtmlColumn("Backend", numeric=False),
    HtmlColumn("Workers"),
    HtmlColumn("Median time"),
    HtmlColumn("Speedup", "[95 % interval]"),
    HtmlColumn("Trials"),
    HtmlColumn("Efficiency"),
    HtmlColumn("Cores busy"),
)


@dataclass(frozen=True)
class CellPart:
    """One workload in one interpreter; `best` is the row of the case to use, if there is one."""

    name: str
    facts: str
    sentence: str
    grid: HtmlTable
    best: int | None
    lines: Sequence[str]


def result_html(view: View, verdicts: Iterable[Verdict], notes: Sequence[str]) -> str:
    """The output of a cell; styles apply only within it."""
    labels, subjects = backend_labels(view.summaries), by_subject(view.summaries)
    conclusions = {verdict.subject: verdict for verdict in verdicts}
    parts = [
        _part(subject_name(subject, subjects), conclusions[subject], cases, labels)
        for subject, cases in subjects.items()
    ]
    warned = [line.plain for line in warning_lines(view.run, disturbed_workloads(view.summaries)) if line.plain]
    chart = kind_named(CHART)
    return (
        environment()
        .get_template("notebook_cell.html.j2")
        .render(
            style=Markup(TEMPLATES.joinpath("notebook_cell.css").read_text(encoding="utf-8")),
            run=view.run,
            parts=parts,
            notes=[*warned, *notes],
            light=chart_image(chart, view, LIGHT),
            dark=chart_image(chart, view, DARK),
            alt=chart.alt(view),
        )
    )


def _part(name: str, verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> CellPart:
    best = recommended_case(verdict, cases)
    lines = [*failures(cases, labels), *remarks(cases), *trial_remarks(cases, labels, None)]
    grid = HtmlTable(f"Cases of {name}", COLUMNS, [_row(case, labels) for case in cases])
    row = next((place for place, case in enumerate(cases) if case is best), None)
    return CellPart(
        name, subject_facts(verdict.subject, cases), verdict_sentence(verdict, cases, labels), grid, row, lines
    )


def _row(case: CaseSummary, labels: Labels) -> list[HtmlCell]:
    about = [word(labels[case.config]), number(str(case.workers), case.workers)]
    if not case.ok:
        trials = number(f"{case.trials}/{case.trials + case.failed}", case.trials)
        return [*about, HtmlCell(""), word(case.status, not_ok=True), trials, HtmlCell(""), HtmlCell("")]
    busy = formatting.UNKNOWN if case.parallelism is None else f"{case.parallelism:.2f}"
    return [
        *about,
        number(formatting.seconds(case.median_s), case.median_s),
        number(speedup_words(case), point_of(case.speedup)),
        number(str(case.trials), case.trials),
        number(formatting.percent(point_of(case.efficiency)), point_of(case.efficiency)),
        number(busy, case.parallelism),
    ]
