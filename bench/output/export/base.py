"""What an export is made of, and what it leaves out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import CaseId, CaseTrials, case_of, trials_by_case
from bench.errors import UsageError
from bench.output.export.case_names import case_names
from bench.output.wording import formatting
from bench.results.load import Run


@dataclass(frozen=True)
class Exported:
    """The text of a file, and what a person must be told of it, a line each."""

    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedCase:
    """An ok case under the name that other tools know it by."""

    name: str
    summary: CaseSummary
    trials: CaseTrials

    @property
    def case(self) -> CaseId:
        """The case alone."""
        return self.trials.case

    @property
    def seconds(self) -> list[float]:
        """The time of each trial, in the order measured."""
        return [float(value) for value in self.trials.seconds]


def ok_cases(run: Run, summaries: Sequence[CaseSummary]) -> tuple[list[NamedCase], list[str]]:
    """The cases whose every trial is ok, and a line for each of the others. Raises UsageError where none is ok."""
    names, trials = case_names(summaries), trials_by_case(run)
    found = [NamedCase(names[case_of(one)], one, trials[case_of(one)]) for one in summaries if one.ok]
    remarks = [f"left out: {names[case_of(one)]}: {_failure(one)}" for one in summaries if not one.ok]
    if not found:
        raise UsageError(f"{formatting.clean(run.name)}: no case is ok, so there is nothing to export; " + remarks[0])
    return found, remarks


def json_text(value: Any) -> str:
    """JSON for a file; letters beyond ASCII are escaped, since a name may hold what UTF-8 cannot say."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def _failure(case: CaseSummary) -> str:
    of = f"{case.failed} of {formatting.counted(case.trials + case.failed, 'trial')}"
    return f"{case.status} in {of}: {formatting.clean(case.reason or 'no reason was recorded')}"
