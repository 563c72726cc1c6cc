"""The claims that were tried, for their own page and for the report of runs on the same machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.analysis.crossing import Threshold
from bench.analysis.evidence import ClaimResult
from bench.analysis.saved_claims import SavedClaims, parse_claims
from bench.output.charts.chart_files import rendered
from bench.output.charts.flowchart import draw_flowchart
from bench.output.charts.theme import DARK, LIGHT
from bench.output.html.embedded_charts import DOTS_PER_INCH, Image, image
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable
from bench.output.wording import formatting
from bench.output.wording.evidence_text import axis_text, threshold_text, value_text
from bench.results.claims_file import claims_files, read_claims
from bench.results.load import Run


@dataclass(frozen=True)
class ClaimEntry:
    """One claim: its verdict, why, when it would hold, and its figures, if there are any."""

    id: str
    claim: str
    verdict: str
    why: str
    criterion: str
    conditions: tuple[str, ...]
    figures: HtmlTable | None


@dataclass(frozen=True)
class FlowchartImage:
    """The flowchart in both themes, what it says in words, and the figures behind each threshold."""

    light: Image
    dark: Image
    alt: str
    grids: tuple[HtmlTable, ...]


@dataclass(frozen=True)
class ClaimsSection:
    """Claims with where and when they were tried; `problem` says why they could not be read, if so."""

    facts: str
    entries: tuple[ClaimEntry, ...] = ()
    flowchart: FlowchartImage | None = None
    problem: str = ""


def claims_section(saved: SavedClaims) -> ClaimsSection:
    """The contents for claims that were tried."""
    facts = f"Tried on {saved.place}, {saved.started_at}"
    flowchart = _flowchart(saved) if saved.thresholds else None
    return ClaimsSection(formatting.clean(facts), tuple(map(_entry, saved.results)), flowchart)


def claims_beside(runs: Sequence[Run]) -> ClaimsSection | None:
    """The newest claims beside these runs that were tried on the machine of one of them; None if there are none."""
    for path in dict.fromkeys(path for run in runs for path in claims_files(run.folder.parent)):
        try:
            saved = parse_claims(read_claims(path))
        except ValueError as error:
            return ClaimsSection("", problem=formatting.clean(f"{_named(path)} {error}"))
        if any(saved.is_of(run.machine) for run in runs):
            return claims_section(saved)
    return None


def _named(path: Path) -> str:
    """The file with its folder."""
    return f"{path.parent.name}/{path.name}"


def _entry(result: ClaimResult) -> ClaimEntry:
    figures = [
        [HtmlCell(figure.name), HtmlCell(value_text(figure)), HtmlCell(str(figure.trials or ""))]
        for figure in result.evidence.figures
    ]
    columns = [HtmlColumn(heading, numeric=False) for heading in ("figure", "value, 95 % interval", "trials")]
    return ClaimEntry(
        id=result.id,
        claim=result.claim,
        verdict=result.judgement.verdict,
        why=result.judgement.why,
        criterion=result.criterion,
        conditions=result.evidence.conditions,
        figures=HtmlTable(f"Evidence: {result.id}", columns, figures) if figures else None,
    )


def _flowchart(saved: SavedClaims) -> FlowchartImage:
    light, dark = (image(rendered(draw_flowchart(saved, theme), "png", DOTS_PER_INCH)) for theme in (LIGHT, DARK))
    alt = "; ".join(threshold_text(threshold) for threshold in saved.thresholds)
    return FlowchartImage(light, dark, f"Decision flowchart. {alt}.", tuple(map(_grid, saved.thresholds)))


def _grid(threshold: Threshold) -> HtmlTable:
    """The curve behind a threshold."""
    columns = [HtmlColumn(heading, numeric=False) for heading in (threshold.name, "ratio, 95 % interval")]
    rows = [
        [HtmlCell(axis_text(threshold, point.x)), HtmlCell(formatting.estimated_times(point.ratio))]
        for point in threshold.points
    ]
    return HtmlTable(f"{threshold_text(threshold)} ({threshold.conditions})", columns, rows)
