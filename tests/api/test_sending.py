"""What of a function, its items and its check reaches the trials, under every backend and start method."""

import functools
import io
import math
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.api.code_origin import imported, missing_module_file, own_folders
from bench.api.pickling import CodeSent
from bench.api.sending import Sender
from bench.collect.sent_workload import Imported, Pickled, Sent
from bench.errors import CannotSend, UsageError
from bench.machine.interpreters import probe
from tests.api.conftest import EVERYWHERE, Quick, statuses
from tests.support import sendable
from tests.support.paths import ROOT
from tests.support.sendable import AsyncCall, Scale, add, double, double_later, fails_on_three, is_doubled, is_tripled

SCRIPT = """
import dataclasses, bench
offset = 1
@dataclasses.dataclass(frozen=True)
class Point:
    x: int
def moved(point):
    return Point(point.x + offset)
def check(items, results):
    assert results == [Point(item.x + 1) for item in items], results
everywhere = ["threading", "multiprocessing:fork", "multiprocessing:spawn", "multiprocessing:forkserver", "asyncio"]
result = bench.measure(moved, [Point(1), Point(2)], backends=everywhere, workers=2, rounds=1, bound="cpu", check=check)
print(*(case.status for case in result))
print(*(case.reason for case in result if case.reason))
"""


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(double, id="function"),
        pytest.param(double_later, id="coroutine function"),
        pytest.param(lambda item: 2 * item, id="lambda"),
        pytest.param(functools.partial(add, other=0), id="partial"),
        pytest.param(functools.partial(double_later), id="partial of a coroutine function"),
        pytest.param(Scale(2).times, id="method"),
        pytest.param(AsyncCall(), id="object with a coroutine function as its call"),
        pytest.param(math.sqrt, id="built-in function"),
    ],
)
class TestCallables:
    """Callables of every kind."""

    def test_run_in_spawned_processes(self, function: Any, quick: Quick) -> None:
        assert set(statuses(quick(function, [1, 4], backends="multiprocessing:spawn")).values()) == {"ok"}

    @pytest.mark.slow
    def test_run_under_every_backend_and_start_method(self, function: Any, quick: Quick) -> None:
        assert set(statuses(quick(function, [1, 4], backends=EVERYWHERE)).values()) == {"ok"}


def test_closure_keeps_its_values(quick: Quick) -> None:
    factor = 2
    assert quick(lambda item: factor * item, [1, 2], check=is_doubled).ok


def test_function_that_prints_measures_as_usual(quick: Quick) -> None:
    assert quick(print, [1, 2]).ok  # what is tested


@pytest.mark.parametrize(("check", "status"), [(is_doubled, "ok"), (is_tripled, "wrong")])
def test_check_is_sent_too(check: Any, status: str, quick: Quick) -> None:
    assert set(statuses(quick(double, [1, 2], check=check)).values()) == {status}


def test_failure_names_the_item_and_the_line_of_the_function(quick: Quick) -> None:
    result = quick(fails_on_three, [1, 2, 3, 4], backends=["threading", "multiprocessing:spawn"])
    (line,) = {case.reason for case in result}
    assert line is not None
    assert line.startswith("item 3: ValueError: no luck (sendable.py:")


def test_failure_by_value_names_the_line_too(quick: Quick) -> None:
    def fails(item: int) -> int:
        raise ValueError(item)

    expected = f"(test_sending.py:{fails.__code__.co_firstlineno + 1})"
    assert all(expected in str(case.reason) for case in quick(fails, [1]))


def test_hang_names_the_line(quick: Quick) -> None:
    def hangs(item: int) -> None:
        threading.Event().wait()

    result = quick(hangs, [1], timeout=1)
    assert {case.status for case in result} == {"timeout"}
    assert all("test_sending.py:" in str(case.reason) for case in result)


def test_script_without_a_main_guard_measures_its_own_classes(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["ok"] * 6, done.stdout
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("items", "worked_on"),
    [
        pytest.param(range(3), 3, id="range"),
        pytest.param((item for item in range(4)), 4, id="generator"),
        pytest.param(lambda: [1, 2], 2, id="function that makes them"),
        pytest.param({1: "a"}, 1, id="keys"),
    ],
)
def test_items_may_be_any_iterable_or_a_function(items: Any, worked_on: int, quick: Quick) -> None:
    assert set(quick(double, items, check=is_doubled).samples["items"]) == {worked_on}


def test_items_are_new_in_each_pass(quick: Quick) -> None:
    assert quick(lambda item: item.append(0) or len(item), [[0]], check=lambda items, results: results == [2]).ok


@pytest.mark.parametrize(
    ("function", "items", "reason"),
    [
        (sendable.pairs, [1], "pairs is a generator function: calling it does no work, so return a value"),
        (add, [1], "missing a required argument: 'other'.*functools.partial"),
        (double, None, r"double needs the items to work on: bench.measure\(double, items\)"),
        (double, [], "there are no items to work on"),
        (double, [threading.Lock()], "item <unlocked .*> cannot be sent .*give a function that makes the items"),
        (3, [1], "3 is neither a function nor the name of a workload"),
        (sendable.CountDown(start=1, count=1), None, "give its class"),
        (sendable.CountDown, [1], "CountDown is a workload, which has its own items"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_way_out(
    function: Any, items: Any, reason: str, quick: Quick, here: Path
) -> None:
    with pytest.raises(UsageError, match=reason):
        quick(function, items, output="run")
    assert list(here.iterdir()) == []


def test_closure_over_an_open_file_is_refused_and_names_the_variable(tmp_path: Path, quick: Quick) -> None:
    with (tmp_path / "log.txt").open("w") as log, pytest.raises(CannotSend) as refused:
        quick(lambda item: log.write(str(item)), [1])
    assert "lambda uses log, which cannot be sent to a trial" in str(refused.value)
    assert "make it inside the function, or in client()" in str(refused.value)


def test_open_file_in_a_method_is_refused(tmp_path: Path, quick: Quick) -> None:
    with (tmp_path / "log.txt").open("w") as log, pytest.raises(CannotSend, match="is an open file"):
        quick(log.write, ["a"])


def test_text_in_memory_is_not_an_open_file(quick: Quick) -> None:
    text = io.StringIO("abc")
    assert quick(lambda item: text.getvalue(), [1]).ok


def test_without_cloudpickle_a_lambda_is_refused_and_says_how_to_install_it(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(CannotSend) as refused:
        quick(lambda item: item, [1])
    assert "since it is a lambda" in str(refused.value)
    assert "pip install 'concurrency-bench[cloudpickle]'; or define it at the top level of a module" in str(
        refused.value
    )


def test_without_cloudpickle_what_can_be_imported_is_measured(quick: Quick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    assert quick(functools.partial(add, other=1), [Scale(1).factor, 2]).ok


def test_another_version_is_refused_for_code_by_value_alone(tmp_path: Path) -> None:
    this = probe(sys.executable)
    other = replace(this, version="3.9.1", executable="/opt/python3.9")
    sender = Sender(tmp_path)
    sender.send_code("double", double, "function")
    sender.refuse_other_versions([other])
    sender.send_code("lambda", lambda item: item, "check")
    sender.refuse_other_versions([this])
    with pytest.raises(
        CannotSend, match=r"lambda is sent by value, as bytecode of .* /opt/python3.9, Python 3.9.1, cannot"
    ):
        sender.refuse_other_versions([this, other])


def test_importable_code_is_sent_by_its_name(tmp_path: Path) -> None:
    assert Sender(tmp_path).send_code("double", double, "function") == Imported("tests.support.sendable", "double")
    assert list(tmp_path.iterdir()) == []


def test_code_that_another_object_hides_is_not_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sendable, "double", add)
    assert imported(double) is None


def test_own_folders_are_those_of_the_project_alone() -> None:
    folders = own_folders()
    assert str(ROOT) in folders
    assert not [folder for folder in folders if "site-packages" in folder or folder.endswith("lib-dynload")]


def test_module_that_is_not_found_by_its_name_is_sent_with_its_file(tmp_path: Path, forget_imports: None) -> None:
    path = tmp_path / "hidden.py"
    path.write_text("def triple(item):\n    return 3 * item\n")
    sent = Sent("workload", str(tmp_path / "workload.py"), module_files={"hidden": str(path)})
    sent._load(Imported("hidden", "triple"))
    module = sys.modules["hidden"]
    assert missing_module_file(module) == str(path)
    assert missing_module_file(sendable) is None
    assert missing_module_file(math) is None
    code = CodeSent()
    code.note(module.triple)
    assert code.module_files == {"hidden": str(path)}


def test_missing_module_file_is_an_import_error(tmp_path: Path, forget_imports: None) -> None:
    sent = Sent("workload", str(tmp_path / "workload.py"), module_files={"gone": str(tmp_path / "gone.py")})
    with pytest.raises(FileNotFoundError):
        sent._load(Pickled("function.pickle"))
    assert "gone" not in sys.modules
