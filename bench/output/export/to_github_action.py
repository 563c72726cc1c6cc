"""A list for benchmark-action/github-action-benchmark with `tool: customSmallerIsBetter`."""

import statistics
from collections.abc import Sequence
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.output.export.base import Exported, NamedCase, json_text, ok_cases
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.results.load import Run


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """The ok cases: the median trial in milliseconds, `range` the trials' standard deviation."""
    cases, remarks = ok_cases(run, summaries)
    return Exported(json_text([_entry(run, case) for case in cases]), tuple(remarks))


def _entry(run: Run, case: NamedCase) -> dict[str, Any]:
    entry = {
        "name": case.name,
        "unit": "ms",  # the same for all cases, so that a chart over time has one scale
        "value": (case.summary.median_s or 0.0) * 1e3,
        "extra": "\n".join(_facts(run, case)),
    }
    if len(case.seconds) > 1:
        entry["range"] = f"± {statistics.stdev(case.seconds) * 1e3:.6f}"
    return entry


def _facts(run: Run, case: NamedCase) -> list[str]:
    summary = case.summary
    speedup = "" if summary.speedup is None else f"speedup: {speedup_words(summary)}"
    facts = [
        speedup,
        f"trials: {summary.trials}",
        f"Python {formatting.clean(summary.interpreter)}",
        formatting.clean(run.name),
    ]
    return [fact for fact in facts if fact]
