"""Markdown that shows text from a run's files literally."""

import re
from collections.abc import Iterable, Iterator

from bench.output.wording import formatting

ACTIVE = re.compile(r"([\\`*_{}\[\]<>|#!~&@]|^[-+])")  # special anywhere, or at the start of a line


def row(cells: Iterable[str]) -> str:
    """A row of a table, from cells that are already escaped."""
    return f"| {' | '.join(cells)} |"


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines that begin with `! ` as list items, the others as paragraphs."""
    for line in lines:
        yield f"- {escaped(line[2:])}" if line.startswith("! ") else escaped(line)
        yield ""


def plain(text: str) -> str:
    """Text from a file, cleaned and escaped."""
    return escaped(formatting.clean(text))


def escaped(text: str) -> str:
    """Text without active Markdown, HTML or mentions of users."""
    return ACTIVE.sub(r"\\\1", text)
