"""Items of a function: expressions, files, calls; and what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.advise.items import ItemsOption, items_source, names_used
from bench.analysis.advice.advice_record import CALLS, EXPRESSION, JSON_LINES, JSON_LIST, LINES
from bench.errors import UsageError


def work(item: object) -> object:
    return item


def nothing() -> None:
    return None


def test_an_expression_is_evaluated_with_the_names_of_the_module() -> None:
    source = items_source(ItemsOption(" [SIZE] * 2 "), "work", work)
    assert (source.kind, source.text) == (EXPRESSION, "[SIZE] * 2")
    module = type("Module", (), {"SIZE": 3})
    assert eval(source.code, {"module": module}) == [3, 3]
    assert names_used(source, {"SIZE": 3, "other": 4}) == ("SIZE",)


@pytest.mark.parametrize(
    ("name", "text", "kind", "items"),
    [
        ("urls.txt", "a\nb c\n", LINES, ["a", "b c"]),
        ("items.json", '[1, {"a": 2}]', JSON_LIST, [1, {"a": 2}]),
        ("items.jsonl", '1\n\n{"a": 2}\n', JSON_LINES, [1, {"a": 2}]),
    ],
)
def test_files_are_read_by_their_suffix(tmp_path: Path, name: str, text: str, kind: str, items: list[Any]) -> None:
    (tmp_path / name).write_text(text)
    source = items_source(ItemsOption(file=tmp_path / name), "work", work)
    assert (source.kind, source.text) == (kind, str(tmp_path / name))
    assert eval(source.code, {"Path": Path, "json": __import__("json")}) == items
    assert names_used(source, {"Path": Path}) == ()


def test_a_function_that_takes_nothing_is_called_again_and_again() -> None:
    assert items_source(ItemsOption(), "nothing", nothing).kind == CALLS


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (ItemsOption(), "work needs items to work on: --items 'range(100)'"),
        (ItemsOption("range(3)", Path("x")), "use one"),
        (ItemsOption("range(3"), "--items 'range(3': not a Python expression"),
        (ItemsOption("x = 3"), "not a Python expression"),
        (ItemsOption("\0"), "not a Python expression"),
        (ItemsOption(file=Path("none.txt")), "none.txt: cannot be read: No such file"),
    ],
)
def test_wrong_items_are_one_message(option: ItemsOption, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        items_source(option, "work", work)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "has no items"),
        ("a.json", b"{}", "holds a JSON dict, not a list"),
        ("a.json", b"[1", "a.json: Expecting"),
        ("a.jsonl", b"1\nx\n", "line 2: Expecting value"),
        ("a.txt", b"\xff", "not UTF-8 text"),
    ],
)
def test_a_wrong_file_is_one_message(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError) as caught:
        items_source(ItemsOption(file=tmp_path / name), "work", work)
    assert message in str(caught.value)


@given(text=st.text(max_size=50))
def test_any_expression_is_taken_or_refused(text: str) -> None:
    try:
        source = items_source(ItemsOption(text), "work", work)
    except UsageError:
        return
    compile(source.code, "code", "eval")
    assert names_used(source, {}) == ()
