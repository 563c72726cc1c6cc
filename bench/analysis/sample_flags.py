"""Every sample with its flags, to inspect the raw data."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from bench.analysis.outliers import are_outliers
from bench.analysis.trials import GROUP, trials_by_case
from bench.results.load import Run
from bench.schema import CASE_COLUMNS, CONTAMINATED_FROM, Status


def flagged_samples(run: Run) -> DataFrame:
    """The samples in the order started, with three more columns.

    `relative` is the time over the median of the ok samples of its case, NaN unless ok. `outlier`: whether its trial is
    far from the others of its case. `contaminated`: whether other programs used more than a tenth of the cores
    meanwhile.
    """
    samples = run.samples.sort_values(["started_at", "round", "group", "value", "position"], kind="stable")
    ok = samples["status"] == Status.OK
    seconds = samples["elapsed_s"].where(ok)
    medians = seconds.groupby([samples[name] for name in CASE_COLUMNS], dropna=False).transform("median")
    return samples.assign(
        relative=(seconds / medians).astype(float),
        outlier=ok & _in_outliers(samples, run),
        contaminated=ok & (samples["foreign_cpu"] > CONTAMINATED_FROM).fillna(False).astype(bool),
    )


def _in_outliers(samples: DataFrame, run: Run) -> "pd.Series[bool]":
    trial = [*CASE_COLUMNS, *GROUP]
    outliers = []
    for trials in trials_by_case(run).values():
        marked = are_outliers(trials.ok["elapsed_s"].to_numpy(dtype=float))
        outliers.append(trials.ok.loc[marked, trial])
    keys = pd.concat(outliers) if outliers else DataFrame(columns=trial)
    merged = samples[trial].merge(keys.drop_duplicates(), on=trial, how="left", indicator=True)
    return pd.Series(np.asarray(merged["_merge"] == "both"), index=samples.index)
