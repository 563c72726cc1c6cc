"""Where messages and data are printed, and the exit statuses. rich takes long to import: only printing imports it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

ALL_WELL, NOT_OK, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def people() -> "Console":
    """The console for messages to people: stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, emoji=False)


def data() -> "Console":
    """The console for the data that was asked for: stdout."""
    from rich.console import Console

    return Console(highlight=False, emoji=False)


def say(text: str) -> None:
    """Print a message for people on stderr, verbatim."""
    people().print(text, markup=False, soft_wrap=True)


def give(text: str) -> None:
    """Print a line of the data that was asked for on stdout, verbatim."""
    data().print(text, markup=False, soft_wrap=True)


def give_json(value: object) -> None:
    """Print data as JSON on stdout; all but ASCII is escaped, so that it cannot control a terminal."""
    import json

    data().print_json(json.dumps(value), ensure_ascii=True)
