"""Markdown that shows text from a run's files as it is."""

import re
from collections.abc import Iterable, Iterator

from bench.output.wording import formatting

ACTIVE = re.compile(r"([\\`*_{}\[\]<>|#!~&@]|^[-+])")  # what is active anywhere, or where a line begins


def row(cells: Iterable[str]) -> str:
    """A row of a table, of cells that are escaped already."""
    return f"| {' | '.join(cells)} |"


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines that begin with `! ` as a list, the others by themselves."""
    for line in lines:
        yield f"- {escaped(line[2:])}" if line.startswith("! ") else escaped(line)
        yield ""


def plain(text: str) -> str:
    """Text from a file, cleaned and escaped."""
    return escaped(formatting.clean(text))


def escaped(text: str) -> str:
    """Text in which nothing is Markdown, HTML, or a mention of a person."""
    return ACTIVE.sub(r"\\\1", text)
