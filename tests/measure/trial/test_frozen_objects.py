"""The harness's own objects are kept out of garbage collections, but in a free-threaded build."""

import sys
from pathlib import Path

import pytest

from bench.backends._registry import backends, module_of
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from tests.support.free_threaded import find_free_threaded

WORKLOAD = """
import gc
from bench import workload

@workload(items=[0], check=lambda items, results: (results[0] > 0) is {frozen})
def frozen(item):
    return gc.get_freeze_count()
"""


def _status(executable: str, frozen: bool, folder: Path) -> str:
    """How a trial ends that expects some objects, or none, to be frozen."""
    path = folder / "frozen.py"
    path.write_text(WORKLOAD.format(frozen=frozen))
    request = Request(str(path), "frozen", {}, module_of(backends()["sequential"]), {}, 1, warmups=0)
    outcome = run_trial(TrialSettings(executable, request, {}), TimeLimit(60), passes=1)
    return str(outcome.failed.status) if outcome.failed else "ok"


@pytest.mark.skipif("t" in sys.abiflags, reason="this build is free-threaded")
def test_objects_of_the_harness_are_frozen(tmp_path: Path) -> None:
    assert _status(sys.executable, True, tmp_path) == "ok"
    assert _status(sys.executable, False, tmp_path) == "wrong"


def test_nothing_is_frozen_in_a_free_threaded_build(tmp_path: Path) -> None:
    assert _status(find_free_threaded().executable, False, tmp_path) == "ok"
