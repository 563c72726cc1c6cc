"""The code of an advice: that it runs as it stands, and gives the results of a loop."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.analysis.advice.advice_record import CALLS, EXPRESSION, JSON_LINES, JSON_LIST, LINES, Target
from bench.analysis.race.course import Racer
from bench.output.wording.advice_code import advised_code
from tests.support.races import LOOP, racer

MODULE = """\
import asyncio

WORDS = ["one", "three"]


class Text:
    @staticmethod
    def size(text):
        return len(text)


def size(text):
    return len(text)


async def size_later(text):
    await asyncio.sleep(0)
    return len(text)


def seven():
    return 7


async def seven_later():
    return 7
"""
RACERS = [LOOP, racer("threading", 2), Racer("multiprocessing", '{"chunksize": 3}', 2), racer("asyncio", 2)]
BLOCKING = RACERS[:3]


def target(folder: Path, function: str, kind: str = EXPRESSION, items: str = '["one", "three"]') -> Target:
    (folder / "texts.py").write_text(MODULE)
    return Target("texts:size", "size", "texts", function, str(folder), kind, items, native="later" in function)


def results(folder: Path, code: str) -> str:
    """What a script computes, started as it stands in the folder of the module."""
    (folder / "script.py").write_text(code + '\nif __name__ == "__main__":\n    print(results)\n')
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.returncode, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("one", BLOCKING, ids=lambda one: str(one.backend))
@pytest.mark.parametrize("function", ["size", "Text.size"])
def test_a_function_is_run_as_advised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: Racer, function: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert results(tmp_path, advised_code(target(tmp_path, function), one)) == "[3, 5]"


@pytest.mark.parametrize("one", RACERS, ids=lambda one: str(one.backend))
def test_a_coroutine_function_is_run_as_advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: Racer) -> None:
    monkeypatch.chdir(tmp_path)
    assert results(tmp_path, advised_code(target(tmp_path, "size_later"), one)) == "[3, 5]"


@pytest.mark.parametrize("one", RACERS, ids=lambda one: str(one.backend))
def test_a_function_without_items_is_called_so_many_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: Racer
) -> None:
    monkeypatch.chdir(tmp_path)
    function = "seven_later" if one.backend == "asyncio" else "seven"
    assert results(tmp_path, advised_code(target(tmp_path, function, CALLS, "3"), one)) == "[7, 7, 7]"


def test_names_of_the_module_in_the_items_are_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    used = replace(target(tmp_path, "size", items="WORDS"), names=("WORDS",))
    code = advised_code(used, racer("threading", 2))
    assert "from texts import WORDS, size" in code
    assert "pool.map(size, WORDS)" in code
    assert results(tmp_path, code) == "[3, 5]"


@pytest.mark.parametrize(
    ("kind", "text"), [(LINES, "one\nthree\n"), (JSON_LIST, '["one", "three"]'), (JSON_LINES, '"one"\n\n"three"\n')]
)
@pytest.mark.parametrize("one", [racer("threading", 2), racer("multiprocessing", 2)], ids=lambda one: str(one.backend))
def test_items_of_a_file_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: str, one: Racer
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "items").write_text(text)
    assert results(tmp_path, advised_code(target(tmp_path, "size", kind, str(tmp_path / "items")), one)) == "[3, 5]"


def test_a_module_of_another_folder_is_found(tmp_path: Path) -> None:
    code = advised_code(target(tmp_path, "size"), racer("threading", 2))
    assert f"sys.path.insert(0, {str(tmp_path)!r})" in code
    assert results(tmp_path, code) == "[3, 5]"


def test_a_workload_has_a_sketch_with_names_to_replace() -> None:
    assert advised_code(Target("http-delay", "http-delay"), racer("threading", 8)) == (
        "from concurrent.futures import ThreadPoolExecutor\n\n"
        "with ThreadPoolExecutor(max_workers=8) as pool:\n"
        "    results = list(pool.map(work, items))\n"
    )


def test_a_backend_without_known_code_is_an_error() -> None:
    with pytest.raises(ValueError, match="no code is known for dask"):
        advised_code(Target("work", "work"), racer("dask", 2))
