"""First looks in fresh interpreters: what holds of the functions with a known answer, on any machine."""

from pathlib import Path

import pytest

from bench.advise.items import ItemsOption
from bench.advise.looking import look_at
from bench.advise.target import find_target
from bench.analysis.advice.advice import AdviceKind
from bench.analysis.advice.look import Look
from bench.errors import TrialFailed
from bench.machine.interpreters import choose
from tests.advise.known_answers import FUNCTIONS, KNOWN_ANSWERS, KnownAnswer

(HERE,) = choose([])
BY_NAME = {known.target: known for known in KNOWN_ANSWERS}
COMPUTING = ["computing:add_squares", "hashing:digest", "tiny.py::increment"]
WAITING = ["waiting.py::fetch", "awaiting:fetch", "unpicklable:hold", "locked:update", "four_slots.py::four-slots"]


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget_imports: None) -> Path:
    monkeypatch.chdir(FUNCTIONS)
    return tmp_path


def look(known: KnownAnswer, folder: Path, step_s: float = 0.2) -> Look:
    found = find_target(known.target, ItemsOption(known.items), folder, HERE)
    params = {name: parameter.default for name, parameter in found.workload.parameters.items()}
    return look_at(found.workload, params, HERE.executable, 60, step_s)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPUTING)
def test_computing_is_seen_to_compute(name: str, run_folder: Path) -> None:
    found = look(BY_NAME[name], run_folder)
    assert found.computes
    if Path("/proc/thread-self/schedstat").exists():
        assert found.releases_gil is (name == "hashing:digest")


@pytest.mark.slow
@pytest.mark.parametrize("name", WAITING)
def test_waiting_is_seen_to_wait(name: str, run_folder: Path) -> None:
    found = look(BY_NAME[name], run_folder)
    assert not found.computes
    assert found.native is (name == "awaiting:fetch")
    assert (found.unsendable is None) is (name != "unpicklable:hold")


def test_a_function_that_fails_is_seen_to_fail_with_its_line(run_folder: Path) -> None:
    known = BY_NAME["failing:divide"]
    assert known.kind is AdviceKind.FAILS
    with pytest.raises(TrialFailed, match=r"item 3: ZeroDivisionError: division by zero \(failing\.py:6\)"):
        look(known, run_folder, step_s=0.01)


def test_large_items_are_seen_to_be_costly_to_send(run_folder: Path) -> None:
    found = look(BY_NAME["large_arguments:last_letter"], run_folder, step_s=0.01)
    assert found.item_bytes is not None and found.item_bytes > 4_000_000
    assert found.sending_is_costly


def test_ten_functions_have_a_known_answer_of_every_kind() -> None:
    assert len(KNOWN_ANSWERS) >= 10
    assert {known.kind for known in KNOWN_ANSWERS} == {AdviceKind.RUN, AdviceKind.LEAVE, AdviceKind.FAILS}
    assert {path.stem for path in FUNCTIONS.glob("*.py")} >= {
        known.target.split(":")[0].split(".")[0] for known in KNOWN_ANSWERS
    }
