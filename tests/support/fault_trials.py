"""Trials of the workloads in faults/, each with everything it left behind."""

import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bench.backends._registry import backends, module_of
from bench.collect.parameters import parse_all
from bench.measure.trial.live_trials import LiveTrials
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.process_tree import carriers
from bench.process.scratch import guarded
from bench.schema import Status
from tests.support import paths
from tests.support.backend_params import this_interpreter

FAULTS = sorted(paths.FAULTS.glob("*.py"))
BACKENDS = [name for name, cls in backends().items() if not cls.unavailable(this_interpreter())]
TIMEOUT_S = 3.0
PATIENCE_S = 30.0
QUICK_AT_ONCE = 3
ENGINES_AT_ONCE = 2  # which keep all cores busy while they start
ENDLESS_AT_ONCE = 8  # which mostly wait


@dataclass(frozen=True)
class FaultTrial:
    """The result of one fault under one backend; `seconds` is from the launch to the end of cleanup."""

    fault: str
    backend: str
    outcome: Outcome
    seconds: float
    left: frozenset[str]

    @property
    def status(self) -> Status:
        """The status of the row that states how the trial ended."""
        return self.outcome.failed.status if self.outcome.failed else Status.OK

    @property
    def reason(self) -> str:
        """Why it failed; empty if it is ok."""
        return self.outcome.failed.reason if self.outcome.failed else ""


def all_trials(paths: Iterable[Path] = FAULTS) -> Iterator[FaultTrial]:
    """Every fault under every backend, several trials at once, in the order of the faults."""
    with (
        guarded() as scratch,
        ThreadPoolExecutor(QUICK_AT_ONCE) as quick,
        ThreadPoolExecutor(ENDLESS_AT_ONCE) as endless,
        ThreadPoolExecutor(ENGINES_AT_ONCE) as engines,
    ):
        futures = [
            (engines if allowance_s(backend) else endless if _is_endless(path) else quick).submit(
                fault_trial, path, backend, scratch
            )
            for path, backend in product(paths, BACKENDS)
        ]
        yield from (future.result() for future in futures)


def fault_trial(path: Path, backend: str, scratch: Path) -> FaultTrial:
    """Run one trial, with a short time limit if the fault is that it does not end."""
    cls = backends()[backend]
    options = cls.resolve(parse_all({}, cls.known_options(), backend), this_interpreter())
    (workers,) = cls.worker_counts((2,))
    workers *= int(str(options.get("each", 1)))  # two processes of a hybrid
    request = Request(str(path), path.stem.replace("_", "-"), {}, module_of(cls), options, workers, warmups=0)
    own = scratch / f"{path.stem}-{backend}"
    began = time.monotonic()
    pass_s = TIMEOUT_S if _is_endless(path) else PATIENCE_S
    limit, pass_limit = TimeLimit(pass_s + allowance_s(backend)), TimeLimit(pass_s)
    with LiveTrials() as alive:
        trial = alive.start(TrialSettings(sys.executable, request, {}, own), limit)
        if not trial.over:
            alive.make_pass(trial, pass_limit)
        alive.stop(trial, limit)
    seconds = time.monotonic() - began
    left = {f"process {pid}" for pid in carriers(own)} | {f"file {left}" for left in own.iterdir()}
    return FaultTrial(path.stem, backend, trial.outcome, seconds, frozenset(left))


def allowance_s(backend: str) -> float:
    """What an engine has to start and to stop, beyond the time limit of a pass."""
    return backends()[backend].start_allowance_s


def _is_endless(path: Path) -> bool:
    text = path.read_text()
    return any(sign in text for sign in ("1000)", "while True", "os.fork()", "range(3, 64)"))
