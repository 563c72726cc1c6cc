"""Targets: functions in modules and files, workloads; and what is wrong with them."""

import sys
from pathlib import Path

import pytest

from bench.advise.items import ItemsOption
from bench.advise.target import find_target
from bench.advise.workload_text import BATCH
from bench.collect.loader import Source
from bench.errors import BenchError, UsageError
from bench.machine.interpreters import choose
from bench.schema import Interpreter
from tests.conftest import WriteFile

MODULE = '''
SIZE = 3


def size(text):
    """Measure a "text"."""
    return len(text)


async def size_later(text):
    return len(text)


def yields(text):
    yield text


def two(one, other):
    return one


class Text:
    @staticmethod
    def size(text):
        return len(text)
'''
WORKLOADS = """
from bench import Workload, workload

@workload(items=["a", "bb"])
def sizes(item):
    return len(item)

class Others(Workload):
    def items(self):
        return [1]
    def work(self, item, client):
        return item
"""
ITEMS = ItemsOption('["a", "bb", "ccc"]')


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    (own,) = choose([])
    return own


@pytest.fixture
def folder(write_file: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for a run, beside modules to import."""
    write_file("texts.py", MODULE)
    write_file("package/__init__.py", "")
    write_file("package/deep.py", MODULE)
    write_file("elsewhere/far.py", MODULE)
    write_file("mine.py", WORKLOADS)
    run = tmp_path / "run"
    run.mkdir()
    return run


@pytest.mark.parametrize("typed", ["texts:size", "texts.py::size", "package.deep:size", "elsewhere/far.py::size"])
def test_functions_are_found_in_modules_and_files(typed: str, folder: Path, interpreter: Interpreter) -> None:
    found = find_target(typed, ITEMS, folder, interpreter)
    assert (found.target.typed, found.target.function, found.target.native) == (typed, "size", False)
    assert found.workload.summary == "Measure a 'text'."
    workload = Source(str(found.workload.path), found.workload.name, {BATCH: 2}).build()
    items = [*workload.items()]
    assert items == ["a", "bb"]
    assert [workload.work(item, None) for item in items] == [1, 2]
    assert [path.name for path in found.files][1] in ("texts.py", "deep.py", "far.py")


def test_a_method_of_a_class_is_a_function(folder: Path, interpreter: Interpreter) -> None:
    found = find_target("texts:Text.size", ITEMS, folder, interpreter)
    assert (found.target.function, found.workload.name) == ("Text.size", "Text-size")


def test_a_coroutine_function_has_both_forms(folder: Path, interpreter: Interpreter) -> None:
    found = find_target("texts:size_later", ITEMS, folder, interpreter)
    assert found.target.native and found.workload.native


def test_names_in_the_items_are_those_of_the_module(folder: Path, interpreter: Interpreter) -> None:
    found = find_target("texts:size", ItemsOption('["a" * SIZE]'), folder, interpreter)
    assert found.target.names == ("SIZE",)
    assert [*Source(str(found.workload.path), found.workload.name, {BATCH: 0}).build().items()] == ["aaa"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("mine.py::sizes", "sizes"), ("mine:sizes", "sizes"), ("mine:Others", "others"), ("sqrt-sum", "sqrt-sum")],
)
def test_workloads_are_found_by_name_file_and_module(
    typed: str, name: str, folder: Path, interpreter: Interpreter
) -> None:
    found = find_target(typed, ItemsOption(), folder, interpreter)
    assert (found.workload.name, found.target.module, found.target.typed) == (name, None, typed)


def test_a_workload_function_with_other_items_is_a_function(folder: Path, interpreter: Interpreter) -> None:
    found = find_target("mine:sizes", ITEMS, folder, interpreter)
    assert (found.target.function, found.target.items) == ("sizes", ITEMS.expression)


def test_what_a_module_prints_does_not_mix_with_the_answer(
    folder: Path, interpreter: Interpreter, write_file: WriteFile, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file("chatty.py", "print('hello')\ndef size(text): return len(text)\n")
    find_target("chatty:size", ITEMS, folder, interpreter)
    assert "hello" not in capsys.readouterr().out


def test_a_module_that_exits_or_has_the_name_of_another_is_one_message(
    folder: Path, interpreter: Interpreter, write_file: WriteFile
) -> None:
    write_file("exits.py", "import sys\nsys.exit(3)\n")
    with pytest.raises(UsageError, match="exits: cannot be imported: SystemExit: 3"):
        find_target("exits:size", ITEMS, folder, interpreter)
    write_file("json.py", MODULE)
    with pytest.raises(UsageError, match=r"json is also a module of .*json/__init__\.py: rename the file"):
        find_target("json.py::size", ITEMS, folder, interpreter)


@pytest.mark.parametrize(
    ("typed", "items", "message"),
    [
        ("none.py::size", ITEMS, "none.py: no such file"),
        ("texts.py::", ITEMS, "expected FILE.py::NAME"),
        ("texts:", ITEMS, "expected PACKAGE.MODULE:FUNCTION"),
        ("a b:size", ITEMS, "expected PACKAGE.MODULE:FUNCTION"),
        ("no_such_module:size", ITEMS, "no_such_module: cannot be imported: ModuleNotFoundError"),
        ("texts:none", ITEMS, "texts has no none"),
        ("texts:SIZE", ITEMS, "SIZE is not a function but of type int"),
        ("texts:size", ItemsOption(), "size needs items"),
        ("texts:yields", ITEMS, "yields is a generator function"),
        ("texts:two", ITEMS, "cannot be called with an item alone"),
        ("mine:Others", ITEMS, "is a workload, which has its own items"),
        ("no-such-workload", ItemsOption(), "unknown workload"),
    ],
)
def test_what_is_wrong_is_one_message(
    typed: str, items: ItemsOption, message: str, folder: Path, interpreter: Interpreter
) -> None:
    before = list(sys.path)
    with pytest.raises(BenchError) as caught:
        find_target(typed, items, folder, interpreter)
    assert isinstance(caught.value, UsageError)
    assert message in str(caught.value)
    assert sys.path == before
