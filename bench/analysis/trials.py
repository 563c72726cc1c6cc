"""Group samples into trials: the unit of all statistics is the trial, never the pass."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from bench.results.load import Run
from bench.schema import CASE_COLUMNS, Status
from bench.schema import BackendConfig as BackendConfig
from bench.schema import CaseId as CaseId
from bench.schema import Subject as Subject

ROUND = ["run", "round"]
MEASURED = ["startup_s", "elapsed_s", "shutdown_s", "peak_rss_bytes", "parallelism", "cpu_s", "switches"]
EXTREMES = ["first_s", "slowest_later_s", "foreign_cpu"]


@dataclass(frozen=True)
class CaseTrials:
    """All trials of one case: `table` has one row per trial, in the order measured.

    Its columns are the medians over the trial's timed passes, the number of these (`passes`), the time of the first
    (`first_s`), the longest time of the others (`slowest_later_s`), and the largest `foreign_cpu`.
    """

    case: CaseId
    table: DataFrame

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
        """The ok trials' times in seconds, by run and round."""
        return self._ok_by_round["elapsed_s"]

    @cached_property
    def pool_seconds(self) -> "Series[float]":
        """The ok trials' pools' start and stop in seconds, by run and round; NaN if one of them is unknown."""
        return self._ok_by_round["startup_s"] + self._ok_by_round["shutdown_s"]

    @cached_property
    def cold_seconds(self) -> "Series[float]":
        """The ok trials' times with their pools' start and stop."""
        return self.seconds + self.pool_seconds

    @cached_property
    def _ok_by_round(self) -> DataFrame:
        return self.ok[[*ROUND, "startup_s", "elapsed_s", "shutdown_s"]].set_index(ROUND)


@lru_cache(maxsize=2)  # the summaries and the verdicts of a run need the same, and a comparison has two runs
def trials_by_case(run: Run) -> Mapping[CaseId, CaseTrials]:
    """Every case of a run with its trials, in the order first measured."""
    groups = _trials(run.samples).groupby(CASE_COLUMNS, dropna=False, sort=False, observed=True)
    cases = (CaseTrials(case_in(table), table) for _, table in groups)
    return {trials.case: trials for trials in cases}


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


def _trials(samples: DataFrame) -> DataFrame:
    """One row per trial: the aggregate of its samples, and the status of the first one that is not ok, if any."""
    seconds, value = samples["elapsed_s"], samples["value"]
    cpu_s = samples["cpu_user_s"] + samples["cpu_system_s"]
    switches = samples["switches_voluntary"] + samples["switches_involuntary"]
    descriptive = [*CASE_COLUMNS, *ROUND, "status", "reason", "gil", "items"]
    measured = samples[descriptive].assign(
        **samples[["startup_s", "elapsed_s", "shutdown_s", "foreign_cpu"]],
        peak_rss_bytes=samples["peak_rss_bytes"].to_numpy(dtype=float, na_value=np.nan),
        cpu_s=cpu_s,
        switches=switches.to_numpy(dtype=float, na_value=np.nan),
        parallelism=cpu_s / seconds,
        passes=seconds.notna().astype(int),
        first_s=seconds.where(value == 0),
        slowest_later_s=seconds.where(value > 0),
    )
    if not samples.duplicated([*CASE_COLUMNS, *ROUND]).any():
        return measured  # each trial has one sample, as is usual
    trial = measured.groupby([*CASE_COLUMNS, *ROUND], dropna=False, sort=False, observed=True).ngroup().rename("trial")
    aggregations = {**dict.fromkeys(MEASURED, "median"), **dict.fromkeys(EXTREMES, "max"), "passes": "sum"}
    aggregated = measured.groupby(trial).agg(aggregations)
    worst_first = measured.assign(trial=trial, fine=samples["status"] == Status.OK).sort_values("fine", kind="stable")
    one_each = worst_first.drop_duplicates("trial").set_index("trial").sort_index()
    return one_each[descriptive].join(aggregated)
