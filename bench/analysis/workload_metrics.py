"""A workload's own metrics: the mean over the trials of each case, with its interval."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from bench.analysis.estimate import CONFIDENCE, Estimate
from bench.analysis.trials import GROUP, CaseId, case_in
from bench.results.load import Run
from bench.schema import CASE_COLUMNS, MIN_ROUNDS, Status


@dataclass(frozen=True)
class Metric:
    """A metric of one case: the mean over its ok trials of each trial's mean; `unit` is empty if it is not known."""

    name: str
    unit: str
    value: Estimate


def metrics_by_case(run: Run) -> dict[CaseId, tuple[Metric, ...]]:
    """The metrics of every case whose workload has some, in the order declared."""
    rows = run.samples[(run.samples["status"] == Status.OK) & run.samples["metrics"].notna()]
    if rows.empty:
        return {}
    values = pd.DataFrame([json.loads(cell) for cell in rows["metrics"]], index=rows.index, dtype=float)
    units = _units(run)
    found: dict[CaseId, tuple[Metric, ...]] = {}
    for _, own in rows.groupby(CASE_COLUMNS, dropna=False, sort=False, observed=True):
        case = case_in(own)
        trials = values.loc[own.index].groupby([own[name] for name in GROUP]).mean()
        declared: Mapping[str, str] = units.get(case.workload, {})
        names = [*declared, *(str(name) for name in trials if name not in declared)]
        found[case] = tuple(
            Metric(name, declared.get(name, ""), mean_estimate(trials[name].dropna().to_numpy()))
            for name in names
            if name in trials and trials[name].notna().any()
        )
    return found


def mean_estimate(values: NDArray[np.float64]) -> Estimate:
    """The mean with Student's 95 % interval, from 3 values on; it stays at or above 0 if no value is below."""
    mean = float(values.mean())
    if len(values) < MIN_ROUNDS:
        return Estimate(mean, None, None)
    half = float(special.stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * values.std(ddof=1) / np.sqrt(len(values)))
    low = mean - half
    return Estimate(mean, low if values.min() < 0 else max(low, 0.0), mean + half)


def _units(run: Run) -> Mapping[str, Mapping[str, str]]:
    """The units of each workload's metrics by name, as far as environment.json has them."""
    cases = run.environment.get("cases")
    units: dict[str, dict[str, str]] = {}
    for case in cases if isinstance(cases, list) else []:
        declared = case.get("metrics") if isinstance(case, dict) else None
        if isinstance(declared, dict):
            known = {name: unit for name, unit in declared.items() if isinstance(unit, str)}
            units.setdefault(str(case.get("workload")), known)
    return units
