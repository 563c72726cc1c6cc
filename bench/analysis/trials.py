"""Group samples into trials: the unit of all statistics is the trial, never the pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from bench.results.load import Run
from bench.schema import CASE_COLUMNS, Bound, ScalingKind, Status
from bench.schema import BackendConfig as BackendConfig
from bench.schema import CaseId as CaseId
from bench.schema import Subject as Subject

Numbers = NDArray[np.int64]

ROUND = ["run", "round"]
GROUP = [*ROUND, "group"]  # with the case, what identifies a trial
SWITCHES = ["switches_voluntary", "switches_involuntary"]
MEASURED = ["startup_s", "elapsed_s", "shutdown_s", "peak_rss_bytes", "parallelism", "cpu_s", "switches", *SWITCHES]
EXTREMES = ["first_pace", "slowest_later_pace", "foreign_cpu"]


@dataclass(frozen=True, eq=False)
class Passes:
    """The timed passes of the ok trials of a case, one element of each array per pass.

    `rounds`, `groups` and `cycles` are numbers: two passes of a run have the same one if they are of the same round,
    the same group, or the same cycle of a group. `logs` are the logarithms of the times in seconds, or under weak
    scaling of the times per item, `reference_logs` those of the reference passes in the same cycles, NaN if unknown.
    """

    rounds: Numbers
    groups: Numbers
    cycles: Numbers
    logs: NDArray[np.float64]
    reference_logs: NDArray[np.float64]

    def where(self, chosen: Any) -> "Passes":
        """The passes that a mask or a slice chooses."""
        return Passes(
            self.rounds[chosen],
            self.groups[chosen],
            self.cycles[chosen],
            self.logs[chosen],
            self.reference_logs[chosen],
        )


@dataclass(frozen=True, eq=False)
class CaseTrials:
    """All trials of one case: `table` has one row per trial, in the order measured.

    Its columns are the medians over the trial's timed passes, the number of these (`passes`), the largest
    `foreign_cpu`, and the `group_number`, as in `Passes`. `first_pace` is the time of the first pass,
    `slowest_later_pace` the longest of the others: for computing work relative to the reference pass of the same cycle,
    if that is known of all of them.
    """

    case: CaseId
    table: DataFrame
    passes: Passes

    @cached_property
    def ok(self) -> DataFrame:
        """The trials whose samples are all ok."""
        return self.table[self.table["status"] == Status.OK]

    @cached_property
    def failed(self) -> DataFrame:
        """The trials with a sample that is not ok."""
        return self.table[self.table["status"] != Status.OK]

    @cached_property
    def seconds(self) -> "Series[float]":
        """The ok trials' median times in seconds, by the number of their group."""
        return self._ok_by_group["elapsed_s"]

    @cached_property
    def pool_seconds(self) -> "Series[float]":
        """The ok trials' pools' start and stop in seconds, by group; NaN if one of them is unknown."""
        return self._ok_by_group["startup_s"] + self._ok_by_group["shutdown_s"]

    @cached_property
    def cold_seconds(self) -> "Series[float]":
        """The ok trials' times with their pools' start and stop."""
        return self.seconds + self.pool_seconds

    @cached_property
    def _ok_by_group(self) -> DataFrame:
        return self.ok[["group_number", "startup_s", "elapsed_s", "shutdown_s"]].set_index("group_number")


@lru_cache(maxsize=2)  # the summaries and the verdicts of a run need the same, and a comparison has two runs
def trials_by_case(run: Run) -> Mapping[CaseId, CaseTrials]:
    """Every case of a run with its trials, in the order first measured."""
    samples = run.samples
    cases, groups = _numbered(samples, CASE_COLUMNS), _numbered(samples, GROUP)
    trials = _paired_numbers(cases, groups)
    table = _trials(samples, trials).assign(group_number=groups[_first_rows(trials)])
    ok = (table["status"] == Status.OK).to_numpy(dtype=bool)[trials]
    passes, cases_of_passes = _passes(samples, groups).where(ok), cases[ok]
    tables = _split(table, cases[_first_rows(trials)])
    measured = zip(tables, _chosen(cases_of_passes, len(tables)), strict=True)
    by_case = (CaseTrials(case_in(rows), rows, passes.where(chosen)) for rows, chosen in measured)
    return {one.case: one for one in by_case}


def case_of(summary: CaseId) -> CaseId:
    """The identity of a case, without its results."""
    return CaseId(**{name: value for name, value in asdict(summary).items() if name in CASE_COLUMNS})


def case_in(table: DataFrame) -> CaseId:
    """The case that all rows of a table belong to."""
    return CaseId(**{name: known(table[name].iloc[0]) for name in CASE_COLUMNS})


def known(value: Any) -> Any:
    """A cell as plain Python; None if it is unknown."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _numbered(samples: DataFrame, columns: Sequence[str]) -> Numbers:
    """For each row the number of its combination of values, in the order of the first row with each."""
    numbers = np.zeros(len(samples), dtype=np.int64)
    for name in columns:
        cells = samples[name]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            codes: NDArray[np.integer] = cells.cat.codes.to_numpy(dtype=np.int64) + 1  # unknown is -1
        else:
            codes = pd.factorize(cells, use_na_sentinel=False)[0]
        numbers = _paired_numbers(numbers, codes)
    return numbers


def _paired_numbers(one: Numbers, other: NDArray[np.integer]) -> Numbers:
    """For each row the number of its pair of numbers, likewise; far below 2**63, as no number exceeds that of rows."""
    return np.asarray(pd.factorize(one * (other.max(initial=0) + 1) + other)[0], dtype=np.int64)


def _first_rows(numbers: Numbers) -> NDArray[np.intp]:
    """The first row of each number."""
    return np.unique(numbers, return_index=True)[1]


def _chosen(numbers: Numbers, count: int) -> Iterator[Numbers]:
    """For each number from 0 the rows that have it."""
    order = np.argsort(numbers, kind="stable")
    ends = np.cumsum(np.bincount(numbers, minlength=count))[:-1]
    yield from np.split(order, ends)


def _split(table: DataFrame, numbers: Numbers) -> list[DataFrame]:
    """For each number from 0 the rows of a table that have it."""
    return [table.iloc[rows] for rows in _chosen(numbers, int(numbers.max()) + 1)]


def _passes(samples: DataFrame, groups: Numbers) -> Passes:
    rounds = _numbered(samples, ROUND)
    values = _numbered(samples, ["value"])
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(samples["elapsed_s"].to_numpy(dtype=float))
        if (weak := (samples["scaling"] == ScalingKind.WEAK).to_numpy(dtype=bool)).any():
            logs[weak] -= np.log(samples["items"].to_numpy(dtype=float, na_value=np.nan))[weak]
        reference_logs = np.log(samples["reference_s"].to_numpy(dtype=float))
    reference_logs[~np.isfinite(reference_logs)] = np.nan
    return Passes(rounds, groups, _paired_numbers(groups, values), logs, reference_logs)


def _trials(samples: DataFrame, trials: Numbers) -> DataFrame:
    """One row per trial: the aggregate of its samples, and the status of the first one that is not ok, if any."""
    seconds, value = samples["elapsed_s"], samples["value"]
    pace = _pace(samples, trials)
    cpu_s = samples["cpu_user_s"] + samples["cpu_system_s"]
    switches = {name: samples[name].to_numpy(dtype=float, na_value=np.nan) for name in SWITCHES}
    descriptive = [*CASE_COLUMNS, *GROUP, "status", "reason", "gil", "items"]
    measured = samples[descriptive].assign(
        **samples[["startup_s", "elapsed_s", "shutdown_s", "foreign_cpu"]],
        peak_rss_bytes=samples["peak_rss_bytes"].to_numpy(dtype=float, na_value=np.nan),
        cpu_s=cpu_s,
        **switches,
        switches=sum(switches.values()),
        parallelism=cpu_s / seconds,
        passes=seconds.notna().astype(int),
        first_pace=pace.where(value == 0),
        slowest_later_pace=pace.where(value > 0),
    )
    rows = _first_rows(trials)
    if len(rows) == len(samples):
        return measured  # each trial has one sample
    aggregations = {**dict.fromkeys(MEASURED, "median"), **dict.fromkeys(EXTREMES, "max"), "passes": "sum"}
    aggregated = measured.groupby(trials).agg(aggregations)
    failed = np.flatnonzero((samples["status"] != Status.OK).to_numpy(dtype=bool))
    failed_trials, first = np.unique(trials[failed], return_index=True)
    rows[failed_trials] = failed[first]
    return measured[descriptive].iloc[rows].reset_index(drop=True).join(aggregated)


def _pace(samples: DataFrame, trials: Numbers) -> "Series[float]":
    """The time of each pass, relative to the reference pass if that makes the passes of a trial more comparable."""
    seconds, reference = samples["elapsed_s"], samples["reference_s"]
    unknown = ~(reference > 0).to_numpy(dtype=bool)
    complete = np.bincount(trials, weights=unknown)[trials] == 0
    return (seconds / reference).where(complete & (samples["bound"] == Bound.CPU).to_numpy(dtype=bool), seconds)
