"""Whether a workload computes or waits, seen from one pass of the baseline."""

from pathlib import Path

from bench.backends._registry import backends, module_of
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.scratch import guarded
from bench.schema import BASELINE, Bound

WITHIN_S = 30.0
BUSY = 0.5  # share of a core from which a pass counts as computing


def bound_of(path: Path, workload: str, executable: str) -> Bound:
    """`io` if a pass leaves its core idle most of the time; `cpu` if not, or if it fails or takes too long to tell.

    The pass is made in a fresh interpreter, like any other. Raises RecordError, NoTemporaryFolder.
    """
    request = Request(str(path), workload, {}, module_of(backends()[BASELINE]), {}, 1, warmups=0)
    with guarded() as scratch:
        outcome = run_trial(TrialSettings(executable, request, {}, scratch), TimeLimit(WITHIN_S))
    for one in outcome.measured:
        if one.cpu_user_s is not None and one.cpu_system_s is not None:
            return Bound.IO if one.cpu_user_s + one.cpu_system_s < BUSY * one.elapsed_s else Bound.CPU
    return Bound.CPU
