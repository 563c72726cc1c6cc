"""The table of `bench claims`: each claim with its verdict and why, and the figures behind them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.analysis.crossing import Threshold
from bench.analysis.evidence import ClaimResult, ClaimVerdict
from bench.output.wording import formatting
from bench.output.wording.evidence_text import figure_text, threshold_text

STYLES = {ClaimVerdict.HOLDS: "green", ClaimVerdict.DOES_NOT_HOLD: "bold red", ClaimVerdict.CANT_TELL: "yellow"}


def claims_table(results: Sequence[ClaimResult], with_evidence: bool = False) -> RenderableType:
    """One row per claim, with the claim's sentence and why; then how many have each verdict."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("claim, and why", overflow="fold")
    for result in results:
        verdict = result.judgement.verdict
        table.add_row(Text(result.id), Text(verdict, style=STYLES[verdict]), _lines(result, with_evidence))
    return Group(table, Text(), Text(verdict_counts(results), style="bold"))


def thresholds_list(thresholds: Sequence[Threshold]) -> RenderableType:
    """One line per threshold of the decision flowchart."""
    return Group(Text(), *(Text(formatting.clean(threshold_text(threshold))) for threshold in thresholds))


def verdict_counts(results: Sequence[ClaimResult]) -> str:
    """How many have each verdict: `12 hold, 10 do not hold, 8 can't tell.`."""
    counts = Counter(result.judgement.verdict for result in results)
    hold, do_not = counts[ClaimVerdict.HOLDS], counts[ClaimVerdict.DOES_NOT_HOLD]
    return (
        f"{hold} {'holds' if hold == 1 else 'hold'}, {do_not} {'does' if do_not == 1 else 'do'} not hold, "
        f"{counts[ClaimVerdict.CANT_TELL]} can't tell."
    )


def _lines(result: ClaimResult, with_evidence: bool) -> Text:
    lines = Text(formatting.clean(result.claim))
    lines.append(f"\n-> {formatting.clean(result.judgement.why)}", style="dim")
    if with_evidence:
        lines.append("".join(f"\n   {line}" for line in _evidence(result)))
    return lines


def _evidence(result: ClaimResult) -> Iterator[str]:
    yield from (formatting.clean(figure_text(figure)) for figure in result.evidence.figures)
    yield from (formatting.clean(f"({condition})") for condition in result.evidence.conditions)
