from pathlib import Path

import pytest

from bench.collect.loader import workloads_in
from bench.errors import WorkloadFileError
from tests.conftest import WriteFile

TWO_OF_ONE_NAME = """
    from bench import workload

    @workload(items=range(3))
    def http_delay(item): ...

    @workload(items=range(3), name="http-delay")
    def other(item): ...
"""
METHODS = """
    def items(self): return [1]
    def work(self, item, client): return item
"""


def refusal(path: Path) -> str:
    with pytest.raises(WorkloadFileError) as caught:
        workloads_in(path)
    return str(caught.value)


def test_two_workloads_with_the_same_name_are_refused(write_file: WriteFile) -> None:
    assert refusal(write_file("work.py", TWO_OF_ONE_NAME)).endswith("work.py: two workloads are named http-delay")


def test_class_that_is_not_a_workload_is_reported_with_its_file(write_file: WriteFile) -> None:
    path = write_file("work.py", "from bench import Workload\nclass Half(Workload):\n    def items(self): return [1]\n")
    assert refusal(path) == f"{path}: Half has no work() method"


def test_syntax_error_is_reported_with_file_and_line(write_file: WriteFile) -> None:
    path = write_file("work.py", "x = 1\nif x\n    pass\n")
    assert refusal(path).startswith(f"{path}:2: SyntaxError: expected ':'")


def test_wrong_indentation_is_reported_with_file_and_line(write_file: WriteFile) -> None:
    path = write_file("work.py", "def f():\nreturn 1\n")
    assert refusal(path).startswith(f"{path}:2: IndentationError: ")


def test_syntax_error_in_an_imported_file_is_reported_with_that_file(write_file: WriteFile) -> None:
    helper = write_file("broken_helper.py", "\n\n1 +\n")
    assert refusal(write_file("work.py", "import broken_helper\n")).startswith(f"{helper}:3: SyntaxError: ")


@pytest.mark.parametrize(
    ("content", "place"), [(b"x = 1\ny = '\xff'\n", ":2: SyntaxError: "), (b"x = 1\ny = '\x00'\n", ": ")]
)
def test_invalid_bytes_in_the_source_are_reported_with_the_file(
    write_file: WriteFile, content: bytes, place: str
) -> None:
    path = write_file("work.py", "")
    path.write_bytes(content)
    assert refusal(path).startswith(f"{path}{place}")


@pytest.mark.parametrize("text", ["import ast\nast.literal_eval('1 +')\n", "x = 1\nraise SyntaxError('no luck')\n"])
def test_syntax_error_outside_any_file_is_reported_with_the_line_that_ran(write_file: WriteFile, text: str) -> None:
    message = refusal(path := write_file("work.py", text))
    assert message.startswith(f"{path}: cannot be loaded: SyntaxError: ")
    assert message.endswith(" (work.py:2)")


def test_error_in_the_file_is_reported_with_its_line(write_file: WriteFile) -> None:
    path = write_file("work.py", "x = 1\ny = x / 0\n")
    assert refusal(path) == f"{path}: cannot be loaded: ZeroDivisionError: division by zero (work.py:2)"


def test_missing_import_is_reported_with_the_line_that_imports_it(write_file: WriteFile) -> None:
    path = write_file("work.py", "\nimport no_such_module_anywhere\n")
    assert refusal(path).endswith("(work.py:2): this Python lacks the package no_such_module_anywhere")


def test_file_that_exits_does_not_end_the_program(write_file: WriteFile) -> None:
    path = write_file("work.py", "import sys\nsys.exit(3)\n")
    assert refusal(path) == f"{path}: cannot be loaded: SystemExit: 3 (work.py:2)"


def test_interrupt_during_loading_is_not_an_error_of_the_file(write_file: WriteFile) -> None:
    with pytest.raises(KeyboardInterrupt):
        workloads_in(write_file("work.py", "raise KeyboardInterrupt\n"))


def test_missing_file_is_reported(here: Path) -> None:
    assert refusal(here / "gone.py") == f"{here / 'gone.py'}: no such file"


def test_file_that_opens_a_missing_file_is_not_reported_as_missing(write_file: WriteFile) -> None:
    assert "gone.txt' (work.py:1)" in refusal(write_file("work.py", "open('gone.txt')\n"))


def test_file_that_is_not_python_is_refused(write_file: WriteFile) -> None:
    assert refusal(write_file("work.txt", "hello")).endswith("work.txt: not a Python file")


def test_parameter_of_unsupported_type_is_reported_with_the_file(write_file: WriteFile) -> None:
    path = write_file("work.py", "from bench import Workload\nclass Listed(Workload):\n    rows: list = []\n" + METHODS)
    assert refusal(path).startswith(f"{path}: Listed.rows: ")
