import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.process.failure_reason import LONGEST, describe_exit, one_line, reason, short_repr


def caught(failing: Callable[[], object]) -> BaseException:
    try:
        failing()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def compiled(text: str, path: str) -> Callable[[], object]:
    """A function `fail` as a workload's file at this path would define it."""
    names: dict[str, Callable[[], object]] = {}
    exec(compile(text, path, "exec"), names)
    return names["fail"]


def test_reason_is_the_type_and_the_message() -> None:
    assert reason(ValueError("no luck"), "work.py") == "ValueError: no luck"


def test_reason_without_message_is_the_type() -> None:
    assert reason(ValueError(), "work.py") == "ValueError"


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not now")


def test_error_whose_message_raises_is_reported_by_its_type() -> None:
    assert reason(Mute(), "work.py") == "Mute: no message, since __str__ raises RuntimeError"


def test_location_is_the_last_line_in_the_workload_file() -> None:
    text = "import json\ndef fail():\n    return inner()\ndef inner():\n    return json.loads('{')\n"
    error = caught(compiled(text, "/somewhere/work.py"))
    assert reason(error, "/somewhere/work.py").endswith(" (work.py:5)")


def test_error_outside_the_workload_file_has_no_location() -> None:
    error = caught(compiled("def fail():\n    raise ValueError('no luck')\n", "/somewhere/else.py"))
    assert reason(error, "/somewhere/work.py") == "ValueError: no luck"


def test_multiline_message_becomes_one_line() -> None:
    assert reason(ValueError("one\r\n  two\n\n\tthree"), "work.py") == "ValueError: one two three"


def test_exception_group_is_reported_by_its_first_leaf_and_the_number_of_others() -> None:
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [KeyError("a")]), OSError("b"), ValueError("c")])
    assert reason(group, "work.py") == "KeyError: 'a' (and 2 more errors)"
    assert reason(ExceptionGroup("two", [OSError("b"), ValueError("c")]), "work.py") == "OSError: b (and 1 more error)"
    assert reason(ExceptionGroup("one", [OSError("b")]), "work.py") == "OSError: b"


def test_cancelled_siblings_of_a_failure_are_omitted() -> None:
    group = BaseExceptionGroup("", [asyncio.CancelledError(), ValueError("no luck"), asyncio.CancelledError()])
    assert reason(group, "work.py") == "ValueError: no luck"


def test_group_of_only_cancellations_is_reported_as_a_group() -> None:
    group = BaseExceptionGroup("all gone", [asyncio.CancelledError()])
    assert reason(group, "work.py").startswith("BaseExceptionGroup: all gone")


def test_location_of_a_group_is_that_of_its_leaf() -> None:
    text = "async def one():\n    raise ValueError('no luck')\nimport asyncio\nasync def main():\n"
    text += "    async with asyncio.TaskGroup() as group:\n        group.create_task(one())\n"
    text += "def fail():\n    asyncio.run(main())\n"
    assert reason(caught(compiled(text, "/w/work.py")), "/w/work.py") == "ValueError: no luck (work.py:2)"


@given(st.text(), st.integers(3, LONGEST))
def test_one_line_is_printable_and_within_the_limit(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert len(line) <= longest
    assert line.isprintable() or line == ""
    assert len(line.splitlines()) <= 1


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=50))
def test_printable_word_is_unchanged(word: str) -> None:
    assert one_line(word) == word


def test_terminal_control_sequences_are_neutralized() -> None:
    assert one_line("\x1b[31mred\x1b[0m\x07 \u202etxt\x00") == "[31mred [0m txt"


def test_truncated_text_ends_in_dots() -> None:
    assert one_line("x" * 1000, 10) == "x" * 7 + "..."
    assert one_line("x" * 10, 10) == "x" * 10
    assert one_line("a" + " " * 4 * LONGEST + "b") == "a..."


def test_item_is_shown_by_its_shortened_repr() -> None:
    assert short_repr({"a": 1}) == "{'a': 1}"
    assert len(short_repr(list(range(1000)))) == 60


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("not now")


class Misspoken:
    def __repr__(self) -> str:
        return 7  # type: ignore[return-value]  # what goes wrong


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Unspeakable(), "<Unspeakable whose repr raises RuntimeError>"),
        ([Unspeakable()], "<list whose repr raises RuntimeError>"),
        (Misspoken(), "<Misspoken whose repr raises TypeError>"),
    ],
)
def test_item_whose_repr_raises_is_shown_by_its_type(item: object, text: str) -> None:
    assert short_repr(item) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "exited with status 0"),
        (3, "exited with status 3"),
        (-15, "was killed by SIGTERM"),
        (-9, "was killed by SIGKILL (the kernel does this when memory runs out)"),
        (-11, "was killed by SIGSEGV (a fault in native code, or too deep recursion there)"),
        (-40, "was killed by signal 40"),
    ],
)
def test_exit_of_a_process_is_described_by_its_status_or_signal(code: int, text: str) -> None:
    assert describe_exit(code) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no server at http://me:secret@host:80/x", "no server at http://me:***@host:80/x"),
        ("postgresql://me:se/cret@host/db refused", "postgresql://me:***@host/db refused"),
        ("http://host:8080/path@x", "http://host:8080/path@x"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
    ],
)
def test_passwords_in_urls_are_masked(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert reason(ValueError(text), "work.py") == f"ValueError: {shown}"
