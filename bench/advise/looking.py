"""Have a first look at a workload, in a fresh interpreter."""

import json
from collections.abc import Mapping
from pathlib import Path

from bench.analysis.advice.look import Look
from bench.backends import _examining
from bench.backends._registry import module_of
from bench.collect.description import WorkloadDescription
from bench.errors import TrialFailed
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.scratch import guarded
from bench.schema import Value

STEP_S = 1.0  # for each part of the look
REPORT = "look.json"


def look_at(
    workload: WorkloadDescription, params: Mapping[str, Value], executable: str, limit_s: float, step_s: float = STEP_S
) -> Look:
    """What a trial sees of a workload that has not been measured yet.

    Raises TrialFailed if the work fails, or does not end within the limit in seconds; RecordError, NoTemporaryFolder.
    """
    with guarded() as scratch:
        scratch.mkdir(mode=0o700, exist_ok=True)
        report = scratch / REPORT
        request = Request(
            path=str(workload.path),
            workload=workload.name,
            params=params,
            backend=module_of(_examining.Examining),
            options={"report": str(report), "seconds": step_s},
            workers=1,
            warmups=0,
        )
        settings = TrialSettings(executable, request, workload.environment, scratch)
        outcome = run_trial(settings, TimeLimit(limit_s), passes=0)
        if outcome.failed is not None:
            raise TrialFailed(outcome.failed.status, outcome.failed.reason)
        return Look.from_json(json.loads(Path(report).read_text(encoding="utf-8")))
