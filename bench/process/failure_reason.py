"""Why something failed, in one line that a person can act on."""

import importlib.util
import re
import signal
import traceback
from collections.abc import Iterator
from types import TracebackType

from bench.process.code_files import code_files

LONGEST = 500
SUBINTERPRETER_REFUSED = re.compile(r"module (\S+) does not support loading in subinterpreters")
PASSWORD = re.compile(r"(?<=://)([^/?#@\s:]*:)(?!\d{1,5}/)[^@\s]+(?=@)")
"""The user and the password in a URL, but not a port before a path that has an @ in it."""

_HINTS = {
    signal.SIGKILL: "the kernel does this when memory runs out",
    signal.SIGSEGV: "a fault in native code, or too deep recursion there",
    signal.SIGBUS: "a fault in native code, or no space left for shared memory",
    signal.SIGXCPU: "a limit on CPU time was reached",
}


def reason(error: BaseException, path: str) -> str:
    """`Type: message (file.py:12)`; the place is the last line of the workload's own file that was running.

    An exception group is described by its first leaf and the number of others; cancelled siblings are left out.
    """
    first, *others = list(_leaves(error)) or [error]
    message = _message(first)
    text = f"{type(first).__name__}: {message}" if message else type(first).__name__
    place = _place(first.__traceback__ or error.__traceback__, path)
    more = f" (and {len(others)} more error{'s' if len(others) > 1 else ''})" if others else ""
    return one_line(text) + place + more


def describe_exit(code: int) -> str:
    """How a process ended, from its exit code as subprocess reports it: negative for a signal."""
    if code >= 0:
        return f"exited with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # a real-time signal: few of these have names
        return f"was killed by signal {-code}"
    hint = _HINTS.get(signal.Signals(-code))
    return f"was killed by {name}{f' ({hint})' if hint else ''}"


def missing_package(error: BaseException) -> str | None:
    """The package that is not installed here, if that is the error; else None."""
    package = (getattr(error, "name", None) or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return package if package and importlib.util.find_spec(package) is None else None


def main_interpreter_only(error: BaseException) -> str | None:
    """The extension module that refuses to be imported in a subinterpreter, if that is the error; else None."""
    refused = SUBINTERPRETER_REFUSED.search(str(error)) if isinstance(error, ImportError) else None
    return refused.group(1) if refused else None


def one_line(text: str, longest: int = LONGEST) -> str:
    """Text without line breaks, control characters, passwords in URLs, or excess length."""
    start = PASSWORD.sub(r"\1***", text[: 4 * longest])  # a message may be megabytes long
    flat = " ".join("".join(char if char.isprintable() else " " for char in start).split())
    return flat if len(flat) <= longest and len(text) <= 4 * longest else flat[: longest - 3] + "..."


def short_repr(item: object) -> str:
    """An item for a message: its repr, shortened; repr may itself raise."""
    try:
        return one_line(repr(item), 60)
    except BaseException as error:
        return f"<{type(item).__name__} whose repr raises {type(error).__name__}>"


def _message(error: BaseException) -> str:
    try:
        return str(error)[: 8 * LONGEST]
    except BaseException as other:
        return f"no message, since __str__ raises {type(other).__name__}"


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _leaves(member)
    elif type(error).__name__ != "CancelledError":
        yield error


def _place(trace: TracebackType | None, path: str) -> str:
    names = code_files(path)
    lines = [
        f"{names[frame.filename]}:{frame.lineno}" for frame in traceback.extract_tb(trace) if frame.filename in names
    ]
    return f" ({lines[-1]})" if lines else ""
