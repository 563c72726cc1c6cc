import dataclasses
import json
import multiprocessing
import platform
import sys
from importlib import metadata
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.machine import interpreters
from bench.machine.interpreters import choose, probe


def test_interpreter_reports_version_and_start_methods_default_first() -> None:
    interpreter = probe(sys.executable)
    assert interpreter.executable == sys.executable
    assert interpreter.version.removesuffix("t") == platform.python_version()
    assert interpreter.implementation == sys.implementation.name
    assert sorted(interpreter.start_methods) == sorted(multiprocessing.get_all_start_methods())
    assert interpreter.start_methods[0] == multiprocessing.get_all_start_methods()[0]


def test_packages_are_reported_with_versions_in_order_of_name() -> None:
    found = probe(sys.executable).packages
    assert found["numpy"] == metadata.version("numpy")
    assert list(found) == sorted(found, key=str.lower)


@pytest.mark.parametrize("script", ["echo hello", "exit 1", "echo '{'"])
def test_program_that_is_not_an_interpreter_is_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(UsageError, match="does not work as a Python interpreter"):
        choose([str(_program(tmp_path, script))])


def test_interpreter_that_does_not_answer_in_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "PROBE_TIMEOUT_S", 0.2)
    with pytest.raises(UsageError, match=r"did not report its version within 0.2 s; try: .*python -c 'print\(1\)'"):
        choose([str(_program(tmp_path, "exec sleep 1000"))])


def test_too_old_interpreter_is_refused(tmp_path: Path) -> None:
    old = """echo '{"version": "3.9.1", "version_info": [3, 9], "start_methods": []}'"""
    with pytest.raises(UsageError, match=r"is Python 3\.9\.1; trials need 3.11 or newer"):
        choose([str(_program(tmp_path, old))])


@pytest.mark.parametrize("name", ["no-such-python", "./python"])
def test_missing_interpreter_is_refused(here: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"--python {name}: no such program"):
        choose([name])


def test_current_interpreter_is_the_default() -> None:
    assert [one.executable for one in choose([])] == [sys.executable]


def test_interpreter_requested_twice_is_used_once() -> None:
    assert len(choose([sys.executable, sys.executable])) == 1


class TestLabels:
    @pytest.fixture
    def other(self, tmp_path: Path) -> str:
        """Another executable of the same version."""
        return str(_program(tmp_path, f'exec {sys.executable} "$@"'))

    def test_label_is_the_version_by_default(self) -> None:
        (one,) = choose([sys.executable])
        assert one.label == one.version

    def test_two_interpreters_of_one_version_are_told_apart_by_labels(self, other: str) -> None:
        chosen = choose([f"old={other}", f"new={sys.executable}"])
        assert [(one.label, one.executable) for one in chosen] == [("old", other), ("new", sys.executable)]
        assert len({one.version for one in chosen}) == 1

    def test_one_of_the_two_may_do_without_a_label(self, other: str) -> None:
        assert [one.label for one in choose([sys.executable, f"old={other}"])] == [probe(sys.executable).version, "old"]

    def test_same_interpreter_may_have_two_labels(self) -> None:
        chosen = choose([f"one={sys.executable}", f"two={sys.executable}"])
        assert [(one.label, one.executable) for one in chosen] == [("one", sys.executable), ("two", sys.executable)]

    def test_without_labels_two_of_one_version_are_refused_with_the_way_out(self, other: str) -> None:
        with pytest.raises(UsageError, match=r"would both be called .*: tell them apart with labels, --python old="):
            choose([sys.executable, other])

    def test_label_of_two_interpreters_is_refused(self, other: str) -> None:
        with pytest.raises(UsageError, match="would both be called mine"):
            choose([f"mine={sys.executable}", f"mine={other}"])

    @pytest.mark.parametrize("label", ["", "two words", "x" * 41, "a\x1b", "é"])
    def test_invalid_label_is_refused(self, label: str) -> None:
        with pytest.raises(UsageError, match="a label is made of letters, digits and"):
            choose([f"{label}={sys.executable}"])

    def test_label_without_a_path_is_refused(self) -> None:
        with pytest.raises(UsageError, match="followed by a path"):
            choose(["old="])

    def test_path_may_hold_an_equals_sign_after_a_slash(self, here: Path) -> None:
        (here / "a=b").symlink_to(sys.executable)
        assert [one.executable for one in choose(["./a=b"])] == [str(here / "a=b")]
        assert [(one.label, one.executable) for one in choose(["x=./a=b"])] == [("x", str(here / "a=b"))]


def test_link_is_not_resolved_because_it_may_leave_a_virtual_environment(here: Path) -> None:
    (here / "mine").symlink_to(sys.executable)
    assert [one.executable for one in choose(["./mine"])] == [str(here / "mine")]


class TestGil:
    @pytest.fixture
    def free_threaded(self, tmp_path: Path) -> str:
        """A program that answers as a free-threaded build does."""
        facts = {**dataclasses.asdict(probe(sys.executable)), "version": "3.14.2t", "version_info": [3, 14]}
        del facts["executable"], facts["label"], facts["gil"]
        return str(_program(tmp_path, f"echo '{json.dumps(facts)}'"))

    def test_one_build_with_and_without_the_gil_gets_two_labels_and_is_started_so(self, free_threaded: str) -> None:
        chosen = choose([f"{free_threaded}:gil=0", f"{free_threaded}:gil=1", free_threaded])
        assert [one.label for one in chosen] == ["3.14.2t-gil0", "3.14.2t-gil1", "3.14.2t"]
        assert [one.environment for one in chosen] == [{"PYTHON_GIL": "0"}, {"PYTHON_GIL": "1"}, {}]
        assert {one.executable for one in chosen} == {free_threaded}

    def test_label_goes_before_the_path(self, free_threaded: str) -> None:
        (one,) = choose([f"free={free_threaded}:gil=0"])
        assert (one.label, one.gil) == ("free", "0")

    def test_one_label_for_both_states_is_refused(self, free_threaded: str) -> None:
        with pytest.raises(UsageError, match="would both be called mine"):
            choose([f"mine={free_threaded}:gil=0", f"mine={free_threaded}:gil=1"])

    def test_build_whose_gil_cannot_be_set_is_refused(self) -> None:
        if sys.version_info >= (3, 13) and not sys._is_gil_enabled():
            pytest.skip("this build can run without the GIL")
        with pytest.raises(UsageError, match=r"is not a free-threaded build \(such as python3\.14t\)"):
            choose([f"{sys.executable}:gil=0"])

    @pytest.mark.parametrize("state", ["", "2", "off"])
    def test_other_state_is_refused(self, state: str) -> None:
        with pytest.raises(UsageError, match=r"must be gil=0 \(without the GIL\) or gil=1 \(with it\)"):
            choose([f"{sys.executable}:gil={state}"])


def _program(folder: Path, script: str) -> Path:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program
