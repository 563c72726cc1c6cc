"""Trials of the bundled workloads with parameters as a user types them, and passes of one in this process."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.backends._base import Job
from bench.backends._registry import backends, module_of
from bench.collect.discovery import bundled_folder, find_workloads
from bench.collect.loader import Source
from bench.collect.parameters import parse_all
from bench.collect.workload import Workload
from bench.measure.trial.batch import Batch, set_up
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import BASELINE, Value
from tests.support.backend_params import this_interpreter

TIMEOUT_S = 60


class Prepared(NamedTuple):
    """A workload that is set up, and passes over it."""

    workload: Workload
    env: Any
    batch: Batch


def request(name: str, typed: Mapping[str, str], backend: str, workers: int = 3) -> Request:
    """The request of a trial of a bundled workload under a backend with its default options."""
    description = find_workloads([bundled_folder()])[name]
    params = parse_all(typed, description.parameters, name)
    cls = backends()[backend]
    options = cls.resolve(parse_all({}, cls.known_options(), backend), this_interpreter())
    (workers,) = cls.worker_counts((workers,))
    return Request(str(description.path), name, params, module_of(cls), options, workers, warmups=1)


def trial(asked: Request, scratch: Path | None = None, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Make two passes in a fresh interpreter."""
    return run_trial(TrialSettings(sys.executable, asked, {}, scratch), TimeLimit(timeout_s), passes=2)


def skip_what_a_subinterpreter_refuses(outcome: Outcome) -> None:
    """Skip the test if the outcome names a module of the workload that cannot be imported in a subinterpreter."""
    if outcome.failed is not None and outcome.failed.reason.endswith("cannot be imported in a subinterpreter"):
        assert outcome.failed.status == "skipped"
        pytest.skip(outcome.failed.reason)


@contextmanager
def prepared(name: str, typed: Mapping[str, str], backend: str = BASELINE, workers: int = 3) -> Iterator[Prepared]:
    """Set up a bundled workload in this process, with a pool of a backend."""
    asked = request(name, typed, backend, workers)
    params: dict[str, Value] = dict(asked.params)
    source = Source(asked.path, name, params)
    workload = source.build()
    with set_up(workload, asked.path) as env:
        job = Job(workload, source, env, asked.workers)
        with backends()[backend](**asked.options).pool(job) as pool:
            yield Prepared(workload, env, Batch(job, pool))
