"""Scaling laws as JSON for other programs."""

from collections.abc import Sequence
from typing import Any

from bench.analysis.estimate import point_of
from bench.analysis.scaling.laws import Coefficient, LawFit
from bench.analysis.scaling.run_scaling import Scaling
from bench.output.export.plain_json import without_nan
from bench.output.wording.labels import Labels, subject_name
from bench.output.wording.scaling_text import refusal


def scaling_json(scalings: Sequence[Scaling], labels: Labels) -> list[dict[str, Any]]:
    """What `bench scaling --json` prints: one object per backend of each workload, and law; unknown is null.

    - `workload`, with its parameters or interpreter if there are several, and `backend`, with the options that tell it
      from others. Of a table, `workload` is the name of its file, and `backend` is null.
    - `law`: `amdahl` or `usl`. `alpha`, `beta` (null for Amdahl's law) and `gamma`, each with its standard error
      (`alpha_se`, `beta_se`, `gamma_se`); `gamma` in items per second, or in the table's unit.
    - `peak_workers`, with its 95 % interval from `peak_low` to `peak_high`, which is null if there is no upper end.
    - `residual_standard_error`, in the unit of `gamma`. `points`: the number of throughputs.
    - `refused`: why the law says nothing, or less than it could; null if it is not refused.
    """
    subjects = list(dict.fromkeys(one.subject for one in scalings if one.subject))
    objects = []
    for scaling in scalings:
        about = {
            "workload": subject_name(scaling.subject, subjects) if scaling.subject else scaling.name,
            "backend": labels[scaling.config] if scaling.config else None,
        }
        objects += [{**about, **without_nan(_fields(fit))} for fit in scaling.fits]
    return objects


def _fields(fit: LawFit) -> dict[str, Any]:
    return {
        "law": fit.law,
        **_coefficient("alpha", fit.alpha),
        **_coefficient("beta", fit.beta),
        **_coefficient("gamma", fit.gamma),
        "peak_workers": point_of(fit.peak),
        "peak_low": fit.peak.low if fit.peak else None,
        "peak_high": fit.peak.high if fit.peak else None,
        "residual_standard_error": fit.residual_standard_error,
        "points": fit.points,
        "refused": refusal(fit),
    }


def _coefficient(name: str, coefficient: Coefficient | None) -> dict[str, float | None]:
    return {name: point_of(coefficient), f"{name}_se": coefficient.error if coefficient else None}
