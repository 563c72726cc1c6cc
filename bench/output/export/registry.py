"""Which file makes which format."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.analysis.case_summary import CaseSummary
from bench.errors import UsageError
from bench.output.export import bencher, github_action, markdown, plain_json, pyperf, pytest_benchmark
from bench.output.export.base import Exported
from bench.output.export.formats import Format
from bench.output.wording import formatting
from bench.results.load import Run

EXPORTERS: dict[Format, Callable[[Run, Sequence[CaseSummary]], Exported]] = {
    Format.PYPERF: pyperf.export,
    Format.PYTEST_BENCHMARK: pytest_benchmark.export,
    Format.BENCHER: bencher.export,
    Format.GITHUB_ACTION: github_action.export,
    Format.MARKDOWN: markdown.export,
    Format.JSON: plain_json.export,
}


def first_rounds(run: Run, count: int) -> tuple[Run, list[str]]:
    """The run as it was after so many rounds, and what is to be said of that. Raises UsageError where none is left."""
    kept = run.samples[run.samples["round"] < count]
    if kept.empty:
        raise UsageError(
            f"{formatting.clean(run.name)}: has no sample of its first {formatting.counted(count, 'round')}"
        )
    left_out = len(run.samples) - len(kept)
    if left_out:
        return replace(run, samples=kept), [
            f"left out: {formatting.counted(left_out, 'sample')} of later rounds (--rounds)"
        ]
    return run, []
