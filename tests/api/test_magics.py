"""`%load_ext bench`: %%bench and %bench, in IPython and in a notebook."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from bench.api.magics import split_options
from bench.api.one_line import one_line_work
from bench.errors import UsageError

QUICK = "-b threading -w 2 --rounds 1"
CELL = """
from bench import workload

@workload(items=range(4))
def triangular(item):
    return sum(range(item))
"""


@pytest.mark.parametrize(
    ("line", "options", "rest"),
    [
        ("", "", ""),
        ("-b threading -w 1,2", "-b threading -w 1,2", ""),
        ("-b multiprocessing:spawn fetch(x) for x in y", "-b multiprocessing:spawn", "fetch(x) for x in y"),
        ("--rounds=3 --trace -p 'text=a b' -x for x in y", "--rounds=3 --trace -p 'text=a b'", "-x for x in y"),
        ("f(x,  'a  b') for x in y", "", "f(x,  'a  b') for x in y"),
        ("--rounds", "", "--rounds"),
    ],
)
def test_options_end_where_the_expression_begins(line: str, options: str, rest: str) -> None:
    assert split_options(line) == (options, rest)


def double(item: int) -> int:
    return 2 * item


async def double_later(item: int) -> int:
    await asyncio.sleep(0)
    return 2 * item


NAMES: dict[str, Any] = {"double": double, "double_later": double_later, "numbers": [1, 2, 3]}


@pytest.mark.parametrize("text", ["double(n) for n in numbers", "double(n) for n in numbers if n > 1"])
def test_a_call_with_the_item_is_the_function_itself(text: str) -> None:
    work = one_line_work(text, NAMES)
    assert work.target is double
    assert work.items == [number for number in [1, 2, 3] if number > 1 or "if" not in text]


def test_an_awaited_call_is_the_coroutine_function_itself() -> None:
    assert one_line_work("await double_later(n) for n in numbers", NAMES).target is double_later


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("double(n) + 1 for n in numbers", [3, 5, 7]),
        ("a * b for a, b in zip(numbers, numbers)", [1, 4, 9]),
        ("[double(k) for k in range(n)] for n in numbers", [[0], [0, 2], [0, 2, 4]]),
    ],
)
def test_any_other_expression_becomes_a_function_of_the_item(text: str, results: list[object]) -> None:
    work: Any = one_line_work(text, NAMES)
    assert [work.target(item) for item in work.items] == results


def test_an_expression_that_awaits_becomes_a_coroutine_function() -> None:
    work: Any = one_line_work("1 + await double_later(n) for n in numbers", NAMES)
    assert asyncio.run(work.target(3)) == 7


def test_without_a_loop_it_is_the_name_of_a_workload() -> None:
    assert one_line_work("sqrt-sum", NAMES).target == "sqrt-sum"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected EXPRESSION for ITEM in ITEMS"),
        ("f(n) for n in", "invalid syntax; expected EXPRESSION"),
        ("[n for n in numbers]", "expected EXPRESSION"),
        ("f(a) for a in numbers for b in numbers", "expected EXPRESSION"),
        ("nothing(n) for n in numbers", "nothing: NameError: name 'nothing' is not defined"),
        ("double(n) for n in nothing", "NameError"),
    ],
)
def test_mistakes_are_explained(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        one_line_work(text, NAMES)


def ipython(folder: Path, *lines: str) -> str:
    """What a session prints that gets these lines."""
    (folder / "session.ipy").write_text("\n".join(lines))
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "session.ipy"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "IPYTHONDIR": str(folder)},
    )
    return done.stdout + done.stderr


def test_line_magic_measures_and_keeps_the_result(tmp_path: Path) -> None:
    printed = ipython(
        tmp_path,
        "%load_ext bench",
        "def double(item): return 2 * item",
        f"%bench {QUICK} -o kept double(item) for item in range(4)",
        "print('kept:', kept.ok, *[case.backend for case in kept])",
    )
    assert "kept: True sequential threading" in printed


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("%bench -w 0 abs(n) for n in [1]", "invalid worker count"),
        ("%bench --rounds", "--rounds: not an option, or its value is missing; %bench -h lists the options"),
        ("%bench --rounds x abs(n) for n in [1]", "invalid int value: 'x'"),
        ("%bench -h", "%%bench [options], above the text of a workload file"),
    ],
)
@pytest.mark.slow
def test_mistakes_give_a_message_without_a_traceback(line: str, explained: str, tmp_path: Path) -> None:
    printed = ipython(tmp_path, "%load_ext bench", line)
    assert explained in printed
    assert "Traceback" not in printed


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """A notebook after its execution; cells may fail."""
    folder = tmp_path_factory.mktemp("notebook")
    sources = [
        "%load_ext bench\nimport bench, time\ndef fetch(item): time.sleep(0.001); return item",
        f"%%bench {QUICK} -o kept\n{CELL}",
        "print(_.answer == kept.answer, 'def triangular' in kept.folder.joinpath('cell.py').read_text())",
        "bench.measure(fetch, range(4), workers=2, backends='threading', rounds=1)",
        "bench.measure(lambda n: 1 / n, [1, 0], workers=2, backends='threading', rounds=1)['threading'].reason",
        f"%%bench {QUICK}\nfrom bench import workload\n@workload(items=kept)\ndef work(item): return item",
    ]
    made: NotebookNode = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(made, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return made


def output(notebook: NotebookNode, cell: int) -> str:
    return str(notebook.cells[cell].outputs)


@pytest.mark.slow
def test_cell_magic_shows_the_result_and_keeps_it(notebook: NotebookNode) -> None:
    assert "text/html" in output(notebook, 1)
    assert "triangular" in output(notebook, 1)
    assert "True True" in output(notebook, 2)


@pytest.mark.slow
def test_notebook_shows_one_line_of_progress_and_then_the_result(notebook: NotebookNode) -> None:
    progress, result = notebook.cells[3].outputs
    assert progress["data"] == {"text/plain": "measured 2 trials"}
    assert "bench-result" in result["data"]["text/html"]
    assert "data:image/png;base64," in result["data"]["text/html"]
    assert "fetch:" in result["data"]["text/plain"]


@pytest.mark.slow
def test_failure_in_a_notebook_names_the_cell(notebook: NotebookNode) -> None:
    *_, shown = notebook.cells[4].outputs
    assert shown["data"]["text/plain"] == "'item 0: ZeroDivisionError: division by zero (In[5]:1)'"


@pytest.mark.slow
def test_cell_that_uses_names_of_the_notebook_is_told_that_it_stands_alone(notebook: NotebookNode) -> None:
    shown = output(notebook, 5)
    assert "name 'kept' is not defined (cell.py:2); a %%bench cell is a file of its own" in shown
    assert "Traceback" not in shown
