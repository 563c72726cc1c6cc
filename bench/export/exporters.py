"""Which file makes which format."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.analysis.case_summary import CaseSummary
from bench.analysis.load import Run
from bench.errors import UsageError
from bench.export import (
    bencher_file,
    github_action_file,
    json_file,
    markdown_file,
    pyperf_file,
    pytest_benchmark_file,
)
from bench.export.exported import Exported
from bench.export.formats import Format
from bench.present import words

EXPORTERS: dict[Format, Callable[[Run, Sequence[CaseSummary]], Exported]] = {
    Format.PYPERF: pyperf_file.export,
    Format.PYTEST_BENCHMARK: pytest_benchmark_file.export,
    Format.BENCHER: bencher_file.export,
    Format.GITHUB_ACTION: github_action_file.export,
    Format.MARKDOWN: markdown_file.export,
    Format.JSON: json_file.export,
}


def first_rounds(run: Run, count: int) -> tuple[Run, list[str]]:
    """The run as it was after so many rounds, and what is to be said of that. Raises UsageError where none is left."""
    kept = run.samples[run.samples["round"] < count]
    if kept.empty:
        raise UsageError(f"{words.clean(run.name)}: has no sample of its first {words.counted(count, 'round')}")
    left_out = len(run.samples) - len(kept)
    if left_out:
        return replace(run, samples=kept), [f"left out: {words.counted(left_out, 'sample')} of later rounds (--rounds)"]
    return run, []
