"""`bench advise` on the command line: answers without a race, a short race, JSON, errors."""

import json
from pathlib import Path

import pytest

from bench.analysis.advice.advice_record import KEY
from tests.support.command import bench, bench_process
from tests.support.races import SimulatedRace, course, waits_with_slots, write_race

MODULE = """
import time

def increment(number):
    return number + 1

def fails(number):
    return 1 // (number - 3)

def slow(number):
    time.sleep(2)
"""
FIELDS = [
    "target", "answer", "reason", "best", "loop", "pays_from", "memory_per_worker", "as_good", "out", "ruled_out",
    "look", "controls", "items", "batch", "sentences", "code", "run", "seconds",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(MODULE)
    return tmp_path


def test_a_function_that_fails_is_said_at_once(folder: Path) -> None:
    done = bench(folder, "advise", "mine:fails", "--items", "range(10)")
    assert done.returncode == 1
    text = " ".join(done.stdout.split())
    assert text == (
        "mine:fails fails: item 3: ZeroDivisionError: integer division or modulo by zero (mine.py:8) (first look); it "
        "must work before it is sped up."
    )
    assert done.stderr == "looking at mine:fails\n"
    assert not list((folder / "results").iterdir())


def test_items_that_take_too_long_for_a_race_say_how_long_one_would_take(folder: Path) -> None:
    done = bench(folder, "advise", "mine.py::slow", "--items", "range(10)", "--max-time", "20", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert [*answer] == FIELDS
    assert (answer["answer"], answer["reason"], answer["run"]) == ("can't tell", "it takes too long", None)
    assert "--max-time 19" in answer["sentences"][0]


@pytest.mark.slow
def test_a_race_is_a_run_with_an_answer(folder: Path) -> None:
    options = ["--items", "range(20)", "--max-time", "8", "--json", "-o", "run"]
    done = bench_process(folder, "advise", "mine.py::increment", *options)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [*answer] == FIELDS
    assert answer["answer"] in ("leave", "can't tell")
    assert answer["items"] == answer["batch"] == 20
    assert answer["sentences"] and answer["code"] is None
    assert "round 1, search: a loop, 2 and 4 threads, 2 and 4 processes" in done.stderr
    environment = json.loads((folder / "run/environment.json").read_text())
    assert environment["finished_at"] is not None
    assert environment[KEY]["rounds"]
    assert str(folder / "mine.py") in environment["workload_files"]
    again = bench(folder, "run", "--resume", "run")
    assert again.returncode == 0
    assert answer["sentences"][0] in " ".join(again.stdout.split())


def test_a_race_shows_its_advice_in_show_and_report(tmp_path: Path) -> None:
    write_race(tmp_path / "run", SimulatedRace(course("threading", counts=(2, 4)), waits_with_slots(4)).run())
    shown = bench(tmp_path, "show", "run")
    assert shown.stdout.startswith("Advice: Run work.py::work with 4 threads: ")
    assert bench(tmp_path, "report", "run").returncode == 0
    page = (tmp_path / "run/report.html").read_text()
    assert "The advice" in page
    assert "with ThreadPoolExecutor(max_workers=4) as pool:" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine:increment"], "increment needs items to work on"),
        (["mine:none", "--items", "[1]"], "mine has no none"),
        (["nothing-of-this-name"], "unknown workload 'nothing-of-this-name'"),
        (["mine:increment", "--items", "[1"], "not a Python expression"),
        (["mine:increment", "--items", "[1]", "--max-time", "1"], "max-time"),
    ],
)
def test_a_wrong_call_is_one_message_and_leaves_nothing(folder: Path, arguments: list[str], message: str) -> None:
    done = bench(folder, "advise", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "results").exists() or not list((folder / "results").iterdir())
