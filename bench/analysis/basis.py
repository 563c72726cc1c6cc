"""What the times of two runs are compared relative to: nothing, the reference pass, or the baseline."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np

from bench.analysis.pairing import Logs, logs_over_reference, paired_logs
from bench.analysis.trials import CaseTrials
from bench.results.load import Run

TOLERATED = 1.5  # times the variance as measured; see docs/methodology.md for what that is good for


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


def safer_basis(cases: Iterable[Sequence[CaseTrials]]) -> Basis:
    """Relative to the reference pass, unless the trials of a case vary much more so within a run than as measured.

    A machine that was slower during one of the runs shows in neither's spread, so the reference pass is the safer basis
    even if it adds a little noise. If it adds much, times do not depend on the machine's speed: waiting takes as long
    on a slower machine. Each case is given by its trials in both runs. Only the spread within each of them
    counts, never the difference between the runs, so that the choice cannot favour a verdict.
    """
    measured = relative = 0.0
    for case in cases:
        for trials in case:
            logs, over_reference = logs_of(trials, Basis.MEASURED), logs_of(trials, Basis.REFERENCE)
            if len(logs) != len(over_reference):
                return Basis.MEASURED  # the reference of some trials is unknown
            measured += _squares(logs)
            relative += _squares(over_reference)
    return Basis.REFERENCE if relative <= TOLERATED * measured else Basis.MEASURED


def _squares(logs: Logs) -> float:
    """The sum of the squared distances from the mean."""
    return float(np.square(logs - logs.mean()).sum()) if len(logs) else 0.0
