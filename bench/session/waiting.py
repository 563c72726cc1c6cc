"""Whether a workload computes or waits, seen from one pass of the baseline."""

from pathlib import Path

from bench.backends._registry import backends, module_of
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Measured, Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.scratch import guarded
from bench.schema import BASELINE, Bound

WITHIN_S = 30.0
BUSY = 0.5  # share of a core from which a pass counts as computing


def bound_of(path: Path, workload: str, executable: str) -> Bound:
    """`io` if a pass waits most of the time; `cpu` if not, or if it fails or takes too long to tell.

    The pass is made in a fresh interpreter, like any other. Raises RecordError, NoTemporaryFolder.
    """
    request = Request(str(path), workload, {}, module_of(backends()[BASELINE]), {}, 1, warmups=0)
    with guarded() as scratch:
        outcome = run_trial(TrialSettings(executable, request, {}, scratch), TimeLimit(WITHIN_S))
    return Bound.IO if any(map(waits, outcome.measured)) else Bound.CPU


def waits(measured: Measured) -> bool:
    """Whether a pass left its core of its own accord, and used less than half of it.

    On a busy machine a pass that computes gets little of a core too, but then the core is taken from it.
    """
    if measured.cpu_user_s is None or measured.cpu_system_s is None:
        return False
    idle = measured.cpu_user_s + measured.cpu_system_s < BUSY * measured.elapsed_s
    return idle and (measured.switches_voluntary or 0) >= (measured.switches_involuntary or 0)
