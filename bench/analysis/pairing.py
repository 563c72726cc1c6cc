"""Pair the trials of two cases of a run: cycle by cycle, since a machine changes its speed within seconds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analysis.intervals import Ratio, ratio_of
from bench.analysis.trials import CaseTrials, Numbers

Logs = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrialLogs:
    """A logarithm per trial, with the numbers of its round and its group; see `trials.Passes`."""

    rounds: Numbers
    groups: Numbers
    logs: Logs


def mean_logs(trials: CaseTrials) -> TrialLogs:
    """Of each ok trial the mean logarithm of its times."""
    passes = trials.passes
    return _mean_per_group(passes.rounds, passes.groups, passes.logs)


def logs_over_reference(trials: CaseTrials) -> TrialLogs:
    """Of each ok trial the mean logarithm of its times over those of the reference passes in the same cycles.

    Trials without a known reference are left out.
    """
    passes = trials.passes.where(~np.isnan(trials.passes.reference_logs))
    return _mean_per_group(passes.rounds, passes.groups, passes.logs - passes.reference_logs)


def paired_logs(slower: CaseTrials, faster: CaseTrials) -> TrialLogs:
    """Of each pair of ok trials in one group the mean logarithm of `slower` over `faster` in the cycles of both."""
    one, other = slower.passes, faster.passes
    _, here, there = np.intersect1d(one.cycles, other.cycles, assume_unique=True, return_indices=True)
    return _mean_per_group(one.rounds[here], one.groups[here], one.logs[here] - other.logs[there])


def speedup_of(case: CaseTrials, baseline: CaseTrials) -> Ratio | None:
    """The baseline's time over the case's, from the cycles that both have; None if there is none."""
    return ratio_of(paired_logs(baseline, case).logs)


def time_ratio(slower: CaseTrials, faster: CaseTrials) -> Ratio | None:
    """`slower` over `faster`: see `time_logs`; None if there are no pairs."""
    return ratio_of(time_logs(slower, faster))


def time_logs(slower: CaseTrials, faster: CaseTrials) -> Logs:
    """Of each pair of trials the logarithm of `slower` over `faster`: from the cycles of both.

    If they never shared a group, from the rounds of both.
    """
    shared = paired_logs(slower, faster).logs
    return shared if len(shared) else _round_by_round(mean_logs(slower), mean_logs(faster))


def ratio_of_speedups(one: TrialLogs, other: TrialLogs) -> Ratio | None:
    """One speedup over another, given their logarithms: paired by group, or by round if no group has both."""
    _, here, there = np.intersect1d(one.groups, other.groups, assume_unique=True, return_indices=True)
    return ratio_of(one.logs[here] - other.logs[there] if len(here) else _round_by_round(one, other))


def _round_by_round(one: TrialLogs, other: TrialLogs) -> Logs:
    """The differences of the means over the trials of each round."""
    rounds, mine = _means(one.rounds, one.logs)
    others, theirs = _means(other.rounds, other.logs)
    _, here, there = np.intersect1d(rounds, others, assume_unique=True, return_indices=True)
    return mine[here] - theirs[there]


def _mean_per_group(rounds: Numbers, groups: Numbers, logs: Logs) -> TrialLogs:
    numbers, means = _means(groups, logs)
    first = np.unique(groups, return_index=True)[1]
    return TrialLogs(rounds[first], numbers, means)


def _means(keys: Numbers, logs: Logs) -> tuple[Numbers, Logs]:
    """The distinct keys with the means of their logarithms."""
    numbers, places = np.unique(keys, return_inverse=True)
    return numbers, np.bincount(places, weights=logs) / np.bincount(places)
