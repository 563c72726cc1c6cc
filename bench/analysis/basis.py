"""What the times of two runs are compared relative to: nothing, the reference pass, or the baseline."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np

from bench.analysis.pairing import Logs, logs_over_reference, paired_logs
from bench.analysis.trials import CaseTrials
from bench.results.load import Run

ROUNDING = 1e-9  # a smaller share of the variance is no difference


class Basis(StrEnum):
    """What times are compared relative to."""

    MEASURED = "as measured"
    REFERENCE = "relative to the reference pass"
    BASELINE = "relative to the baseline"
    PAIRED = "paired by cycle"  # within one run


def logs_of(trials: CaseTrials, basis: Basis, baseline: CaseTrials | None = None) -> Logs:
    """The logarithm of each ok trial's time: of its median if as measured, else the mean over its cycles.

    Without a baseline, none are relative to it.
    """
    if basis is Basis.REFERENCE:
        return logs_over_reference(trials).logs
    if basis is Basis.BASELINE:
        return paired_logs(trials, baseline).logs if baseline else np.empty(0)
    return np.log(trials.seconds.to_numpy(dtype=float))


def same_reference(old: Run, new: Run) -> bool:
    """Whether the reference passes of both runs did the same work in the same version of Python."""
    facts = [run.environment.get("reference") for run in (old, new)]
    return isinstance(facts[0], dict) and bool(facts[0]) and facts[0] == facts[1]


def steadier_basis(cases: Iterable[Sequence[CaseTrials]]) -> Basis:
    """The basis on which trials of a case vary less within a run: as measured, or relative to the reference pass.

    Each case is given by its trials in both runs. Only the spread within each of them counts, never the difference
    between the runs: the choice cannot favour a verdict. Waiting does not take longer on a slower machine, for example,
    so dividing by the reference only adds noise to it.
    """
    measured = relative = 0.0
    for case in cases:
        for trials in case:
            logs, over_reference = logs_of(trials, Basis.MEASURED), logs_of(trials, Basis.REFERENCE)
            if len(logs) != len(over_reference):
                return Basis.MEASURED  # the reference of some trials is unknown
            measured += _squares(logs)
            relative += _squares(over_reference)
    return Basis.REFERENCE if relative < measured * (1 - ROUNDING) else Basis.MEASURED


def _squares(logs: Logs) -> float:
    """The sum of the squared distances from the mean."""
    return float(np.square(logs - logs.mean()).sum()) if len(logs) else 0.0
