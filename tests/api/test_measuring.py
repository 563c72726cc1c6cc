"""`bench.measure`: what it takes, where it runs, and the run that it leaves."""

import asyncio
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import bench
from bench.api.run_options import RunOptions, effort_of
from bench.errors import BenchError, ParameterError, UnknownName
from bench.measure.group import GroupRunner
from bench.measure.plan import Effort
from bench.measure.record.interrupted_run import is_finished, open_interrupted
from bench.schema import Case
from bench.session.next_round import NextRound
from tests.api.conftest import Quick, statuses
from tests.support.command import bench as command
from tests.support.sendable import CountDown, decorated, double, double_later

FILE = """
from bench import workload
@workload(items=[1, 2])
def first(item): return item
@workload(items=[1, 2])
def second(item): return item
"""


def test_workload_by_name_with_parameters(quick: Quick) -> None:
    result = quick("sqrt-sum", n=1000, tasks=3)
    assert result.ok
    assert {case.workload for case in result} == {"sqrt-sum"}
    assert json.loads(result.cases[0].summary.params) == {"n": 1000, "tasks": 3}


@pytest.mark.parametrize(("target", "names"), [("work.py", {"first", "second"}), ("work.py::second", {"second"})])
def test_workloads_of_a_file(target: str, names: set[str], quick: Quick, here: Path) -> None:
    (here / "work.py").write_text(FILE)
    assert {case.workload for case in quick(target)} == names


def test_changed_workload_file_is_loaded_anew(quick: Quick, here: Path) -> None:
    for count in (1, 2):
        (here / "work.py").write_text(
            f"from bench import workload\n@workload(items=[1] * {count})\ndef w{count}(i): pass\n"
        )
        assert {case.workload for case in quick("work.py")} == {f"w{count}"}


def test_workload_class_with_parameters(quick: Quick) -> None:
    result = quick(CountDown, start=5, backends=["threading", "multiprocessing:spawn"])
    assert result.ok
    assert {case.workload for case in result} == {"count-down"}
    assert set(result.samples["items"]) == {2}


def test_class_that_cannot_be_imported_is_sent_by_value(quick: Quick) -> None:
    class Steps(bench.Workload):
        name = "steps-by-value"
        size: int = 2

        def items(self) -> range:
            return range(self.size)

        def work(self, item: int, client: Any) -> int:
            return item

    result = quick(Steps, size=4, backends=["threading", "multiprocessing:spawn"])
    assert result.ok
    assert set(result.samples["items"]) == {4}
    assert {case.workload for case in result} == {"steps-by-value"}


def test_decorated_function_is_its_workload_and_with_items_a_function(quick: Quick) -> None:
    own, other = quick(decorated), quick(decorated, [1, 2, 3], bound=None)
    assert [set(result.samples["items"]) for result in (own, other)] == [{2}, {3}]
    assert {case.summary.bound for result in (own, other) for case in result} == {"io"}


@pytest.mark.parametrize("name", ["items", "check", "bound"])
def test_workload_has_its_own_items_and_check(name: str, quick: Quick) -> None:
    given = {"items": [1], "check": lambda items, results: True, "bound": "io"}[name]
    with pytest.raises(ParameterError, match=f"{name}: a workload has its own"):
        bench.measure("sqrt-sum", **{name: given})  # type: ignore[arg-type]  # one of the three


def test_parameter_of_a_function_is_refused(quick: Quick) -> None:
    with pytest.raises(ParameterError, match=r"worker: neither an option of measure\(\) nor a parameter"):
        quick(double, [1], worker=3)


def test_unknown_parameter_of_a_workload_is_refused(quick: Quick) -> None:
    with pytest.raises(UnknownName, match="unknown parameter 'size'"):
        quick("sqrt-sum", size=3)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"workers": 0}, "workers=0: expected positive integers"),
        ({"workers": []}, r"workers=\[\]: expected positive integers"),
        ({"workers": [1, 2.0]}, r"workers=\[1, 2.0\]: expected positive integers"),
        ({"rounds": 0}, "rounds=0: expected a positive integer"),
        ({"rounds": True}, "rounds=True: expected a positive integer"),
        ({"precision": 0}, "precision=0: expected a percentage from 0.1 to 1000"),
        ({"max_time": float("nan")}, "max_time=nan: expected 1 or more"),
        ({"timeout": 0}, "timeout=0: expected 0.1 or more"),
        ({"backends": "thread"}, "unknown backend 'thread': did you mean threading"),
        ({"scaling": "great"}, "unknown scaling 'great'"),
        ({"bound": "gpu"}, "unknown bound 'gpu'"),
        ({"python": "/nowhere/python"}, "no such program"),
    ],
)
def test_options_are_validated_before_anything_is_measured(options: dict[str, Any], reason: str, here: Path) -> None:
    with pytest.raises(BenchError, match=reason):
        bench.measure(double, [1], output="run", **options)
    assert list(here.iterdir()) == []


def test_weak_scaling_gives_each_worker_count_a_batch_of_its_own(quick: Quick) -> None:
    result = quick(double, [1, 2], workers=[1, 3], scaling="weak")
    items = {case.workers: case.summary.items for case in result if case.backend == "threading"}
    assert items == {1: 2, 3: 6}
    facts = json.loads((result.folder / "environment.json").read_text())
    assert facts["command"][-2:] == ["--scaling", "weak"]


def test_parameter_that_is_not_plain_is_refused(quick: Quick) -> None:
    with pytest.raises(ParameterError, match=r"n=\[1\]: a parameter is a number, a text"):
        quick("sqrt-sum", n=[1])


def test_options_as_a_command() -> None:
    options = RunOptions(("threading",), (1, 8), (), ("n=3",), effort_of(5, 20, None, trace=True), None)
    assert options.effort == Effort(precision=0.05, budget_s=20, trace=True)
    words = "run file.py -b threading -w 1,8 -p n=3 --precision 5 --max-time 20 --trace"
    assert options.command("file.py") == words.split()


@pytest.mark.parametrize(
    ("function", "bound"),
    [
        pytest.param(double_later, "io", id="coroutine function"),
        pytest.param(lambda item: time.sleep(0.05), "io", id="waits"),
        pytest.param(lambda item: sum(range(2_000_000)), "cpu", id="computes", marks=pytest.mark.slow),
        pytest.param(lambda item: 1 / 0, "cpu", id="fails"),
    ],
)
def test_bound_of_a_function_is_found_out(function: Any, bound: str, quick: Quick) -> None:
    assert {case.summary.bound for case in quick(function, [1, 2], bound=None)} == {bound}


def test_works_in_a_thread(quick: Quick) -> None:
    results = []
    thread = threading.Thread(target=lambda: results.append(quick(double, [1, 2])))
    thread.start()
    thread.join()
    assert results[0].ok


def test_works_while_an_event_loop_is_running(quick: Quick) -> None:
    async def inside() -> bool:
        return quick(double_later, [1, 2], backends=["asyncio", "threading"]).ok

    assert asyncio.run(inside())


def test_run_is_temporary_and_goes_with_its_last_result(quick: Quick) -> None:
    result = quick(double, [1, 2])
    folder = result.folder
    part = result.only("double")
    del result
    gc.collect()
    assert (folder / "samples.csv").is_file()
    del part
    gc.collect()
    assert not folder.parent.exists()


def test_saved_run_stays_and_can_be_loaded(quick: Quick, here: Path) -> None:
    result = quick(double, [1, 2])
    assert result.save() == Path("results") / result.name
    assert repr(bench.load_run(result.name)) == repr(result)
    with pytest.raises(bench.errors.RecordError, match="cannot be saved there"):
        result.save("results")


def test_run_in_a_folder_is_a_run_like_any_other(quick: Quick, here: Path) -> None:
    result = quick(double, [1, 2], output="results/mine")
    assert result.folder == (here / "results/mine").resolve()
    assert bench.load_run("latest").folder == result.folder
    facts = json.loads((result.folder / "environment.json").read_text())
    assert str(result.folder / "workload.py") in facts["workload_files"]
    assert str(result.folder / "items.pickle") in facts["workload_files"]
    again = command(here, *facts["command"], "-o", "again")
    assert again.returncode == 0, again.stderr
    assert statuses(bench.load_run("again")) == statuses(result)


def interrupt_after(rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user press Ctrl-C before this round."""
    decide = NextRound.__call__

    def interrupted(self: NextRound, done: int, spent_s: Any) -> Sequence[Case]:
        if done == rounds:
            raise KeyboardInterrupt
        return decide(self, done, spent_s)

    monkeypatch.setattr(NextRound, "__call__", interrupted)


def test_interruption_returns_what_there_is_and_the_run_can_be_resumed(
    quick: Quick, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_after(2, patch)
        result = quick(double, [1, 2], rounds=3, output="run")
    assert (result.complete, result.run.rounds) == (False, 2)
    assert f"to resume it: bench run --resume {result.folder}" in " ".join(repr(result).split())
    done = command(here, "run", "--resume", "run")
    assert done.returncode == 0, done.stderr
    assert is_finished(here / "run")
    assert bench.load_run("run").run.rounds == 3


def test_interrupted_run_whose_function_has_changed_is_not_resumed(
    quick: Quick, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_after(1, monkeypatch)
    quick(lambda item: item, [1, 2], rounds=2, output="run")
    (here / "run/function.pickle").write_bytes(b"")
    with pytest.raises(bench.errors.CannotResume, match=r"function\.pickle was"):
        open_interrupted(here / "run")


def test_interruption_before_the_first_sample_is_passed_on(
    quick: Quick, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(GroupRunner, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        quick(double, [1, 2], output="run")


def test_folder_that_is_not_empty_is_refused(quick: Quick, here: Path) -> None:
    (here / "run").mkdir()
    (here / "run/file").touch()
    with pytest.raises(bench.errors.UsageError, match="is not empty"):
        quick(double, [1], output="run")
    assert (here / "run/file").is_file()


def test_module_that_measures_when_it_is_imported_does_not_start_runs_within_trials(here: Path) -> None:
    (here / "mine.py").write_text(
        "import bench\n"
        "def same(item): return item\n"
        "result = bench.measure(same, [1], backends='threading', workers=1, rounds=1, bound='cpu')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "import mine; print(mine.result)"], capture_output=True, text=True, check=True, cwd=here
    )
    assert "measure() is called where the trials of another run come by" in " ".join(done.stdout.split())
