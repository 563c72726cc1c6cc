"""Where words go, and what the exit status says."""

import json

from rich.console import Console

ALL_WELL, NOT_OK, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130

people = Console(stderr=True, highlight=False, emoji=False)
data = Console(highlight=False, emoji=False)


def say(text: str) -> None:
    """A message for people: on stderr, as it is."""
    people.print(text, markup=False, soft_wrap=True)


def give(text: str) -> None:
    """A line of the data that was asked for: on stdout, as it is."""
    data.print(text, markup=False, soft_wrap=True)


def give_json(value: object) -> None:
    """The data that was asked for, as JSON; all but ASCII is escaped, so that a terminal obeys nothing in it."""
    data.print_json(json.dumps(value), ensure_ascii=True)
