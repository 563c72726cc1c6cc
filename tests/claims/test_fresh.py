"""Functions in fresh interpreters: what comes back, and what happens if nothing does."""

import json
import os
import platform
import signal
import sys
from pathlib import Path

import pytest

from bench.claims._fresh import FreshCall
from bench.errors import TrialFailed
from bench.process.process_tree import carriers
from bench.schema import Status

CALL = FreshCall(sys.executable)


def failure(call: FreshCall, function: object, **arguments: object) -> TrialFailed:
    with pytest.raises(TrialFailed) as failed:
        call.result(function, arguments)  # type: ignore[arg-type]  # any function of a module
    return failed.value


def test_a_result_comes_from_another_process() -> None:
    assert CALL.result(os.getpid, {}) != os.getpid()


def test_arguments_reach_the_function() -> None:
    assert CALL.result(json.dumps, {"obj": [1, 2], "indent": None}) == "[1, 2]"


def test_a_function_that_does_not_return_is_ended(tmp_path: Path) -> None:
    call = FreshCall(sys.executable, tmp_path / "scratch", timeout_s=0.5)
    failed = failure(call, signal.pause)
    assert failed.status is Status.TIMEOUT
    assert "more than 0.5 s" in failed.reason
    assert not carriers(tmp_path / "scratch")


def test_an_error_is_the_reason() -> None:
    failed = failure(CALL, json.loads, s="{")
    assert failed.status is Status.ERROR
    assert failed.reason.startswith("json.decoder.JSONDecodeError")


def test_a_crash_is_described() -> None:
    failed = failure(CALL, os.abort)
    assert (failed.status, "SIGABRT" in failed.reason) == (Status.CRASHED, True)


def test_an_interpreter_that_does_not_exist_is_named() -> None:
    failed = failure(FreshCall("/nowhere/python"), platform.machine)
    assert failed.status is Status.CRASHED
    assert "/nowhere/python cannot be started" in failed.reason
