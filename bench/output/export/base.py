"""The parts that exports are made of, and the remarks on what they leave out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import CaseId, CaseTrials, case_of, trials_by_case
from bench.errors import UsageError
from bench.output.export.case_names import case_names
from bench.output.wording import formatting
from bench.results.load import Run


@dataclass(frozen=True)
class Exported:
    """The text of a file, and remarks for the user, one line each."""

    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedCase:
    """An ok case with its name in the files of other tools."""

    name: str
    summary: CaseSummary
    trials: CaseTrials

    @property
    def case(self) -> CaseId:
        """The identity of the case."""
        return self.trials.case

    @property
    def seconds(self) -> list[float]:
        """The time of each trial, in the order measured."""
        return [float(value) for value in self.trials.seconds]


def first_rounds(run: Run, count: int) -> tuple[Run, list[str]]:
    """The run after its first `count` rounds, and a remark on what is left out. Raises UsageError if none is left."""
    first = run.samples[run.samples["round"] < count]
    if first.empty:
        raise UsageError(
            f"{formatting.clean(run.name)}: has no samples in its first {formatting.counted(count, 'round')}"
        )
    left_out = len(run.samples) - len(first)
    if left_out:
        return replace(run, samples=first), [
            f"left out: {formatting.counted(left_out, 'sample')} of later rounds (--rounds)"
        ]
    return run, []


def ok_cases(run: Run, summaries: Sequence[CaseSummary]) -> tuple[list[NamedCase], list[str]]:
    """The cases with only ok trials, and a remark on each of the others. Raises UsageError if no case is ok."""
    names, trials = case_names(summaries), trials_by_case(run)
    cases = [NamedCase(names[case_of(one)], one, trials[case_of(one)]) for one in summaries if one.ok]
    remarks = [f"left out: {names[case_of(one)]}: {_failure(one)}" for one in summaries if not one.ok]
    if not cases:
        raise UsageError(f"{formatting.clean(run.name)}: no case is ok, so there is nothing to export; " + remarks[0])
    return cases, remarks


def json_text(value: Any) -> str:
    """JSON for a file; non-ASCII characters are escaped, since a name may contain what UTF-8 cannot encode."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def _failure(case: CaseSummary) -> str:
    count = f"{case.failed} of {formatting.counted(case.trials + case.failed, 'trial')}"
    return f"{case.status} in {count}: {formatting.clean(case.reason or 'no reason was recorded')}"
