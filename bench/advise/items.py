"""The items that a function is to be tried on: an expression, a file, or a number of calls without any."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from bench.analysis.advice.advice_record import CALLS, EXPRESSION, JSON_LINES, JSON_LIST, LINES
from bench.errors import UsageError

CALLS_WITHOUT_ITEMS = 64  # of a function that takes none
KINDS = {".json": JSON_LIST, ".jsonl": JSON_LINES}
READING = {
    LINES: "{text}.splitlines()",
    JSON_LIST: "json.loads({text})",
    JSON_LINES: "[json.loads(line) for line in {text}.splitlines() if line.strip()]",
}


@dataclass(frozen=True)
class ItemsOption:
    """Where the items come from, as the user said it: a Python expression, or a file."""

    expression: str | None = None
    file: Path | None = None


@dataclass(frozen=True)
class ItemsSource:
    """The kind of items, see `Target`, what they are made of, and the Python expression that makes them in a trial."""

    kind: str
    text: str
    code: str


def items_source(option: ItemsOption, name: str, function: Any) -> ItemsSource:
    """What the items of a function are. Raises UsageError."""
    if option.expression is not None and option.file is not None:
        raise UsageError("--items and --items-from are two ways to give the items: use one")
    if option.expression is not None:
        return _expression(option.expression)
    if option.file is not None:
        return _file(option.file)
    if _takes_nothing(function):
        text = str(CALLS_WITHOUT_ITEMS)
        return ItemsSource(CALLS, text, f"range({text})")
    raise UsageError(f"{name} needs items to work on: --items 'range(100)', or --items-from FILE with one per line")


def names_used(source: ItemsSource, module: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the module that an expression uses."""
    if source.kind != EXPRESSION:
        return ()
    found = {node.id for node in ast.walk(ast.parse(source.text, mode="eval")) if isinstance(node, ast.Name)}
    return tuple(sorted(name for name in found if name in module and not name.startswith("__")))


def _expression(text: str) -> ItemsSource:
    try:
        compile(text.strip(), "--items", "eval")
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"--items {text!r}: not a Python expression: {error}") from error
    return ItemsSource(EXPRESSION, text.strip(), f"eval({text.strip()!r}, dict(vars(module)))")


def _file(path: Path) -> ItemsSource:
    """The items of a file: a list in .json, one value per line in .jsonl, and else each line is a text."""
    kind = KINDS.get(path.suffix.lower(), LINES)
    try:
        found = _loaded(kind, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    if not found:
        raise UsageError(f"{path}: has no items")
    absolute = str(path.absolute())
    return ItemsSource(kind, absolute, READING[kind].format(text=f"Path({absolute!r}).read_text('utf-8')"))


def _loaded(kind: str, text: str) -> list[Any]:
    """The items in the text of a file. Raises ValueError with the line."""
    if kind == LINES:
        return text.splitlines()
    if kind == JSON_LINES:
        return [_json(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError(f"holds a JSON {type(found).__name__}, not a list of items")
    return found


def _json(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from error


def _takes_nothing(function: Any) -> bool:
    """Whether it can be called without arguments, and cannot do anything with an item."""
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):  # some built-in functions do not tell
        return False
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
    return not any(one.kind in positional or one.default is Parameter.empty for one in parameters)
