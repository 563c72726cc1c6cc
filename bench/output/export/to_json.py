"""The run's environment and the cases of `bench show --json`, as one object."""

from collections.abc import Sequence

from bench.analysis.case_summary import CaseSummary
from bench.output.export.base import Exported, json_text
from bench.output.export.plain_json import as_json, without_nan
from bench.results.load import Run


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """An object with the run's name, its environment.json, and all cases."""
    whole = {"run": run.name, "environment": without_nan(run.environment), "cases": as_json(run, summaries)}
    return Exported(json_text(whole))
