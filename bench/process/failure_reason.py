"""Why something failed, in one line that a person can act on."""

import importlib.util
import signal
import traceback
from collections.abc import Iterator
from types import TracebackType

LONGEST = 500

_HINTS = {
    signal.SIGKILL: "the kernel does so where memory runs out",
    signal.SIGSEGV: "a fault in native code, or recursion in it that is too deep",
    signal.SIGBUS: "a fault in native code, or no room left for shared memory",
    signal.SIGXCPU: "a limit on CPU time was reached",
}


def reason(error: BaseException, path: str) -> str:
    """`Type: message (file.py:12)`; the place is the last line of the workload's own file that was running.

    An exception group is told by its first leaf and the number of the others; cancelled siblings are left out.
    """
    first, *others = list(_leaves(error)) or [error]
    message = _message(first)
    text = f"{type(first).__name__}: {message}" if message else type(first).__name__
    place = _place(first.__traceback__ or error.__traceback__, path)
    more = f" (and {len(others)} more error{'s' if len(others) > 1 else ''})" if others else ""
    return one_line(text) + place + more


def fate(code: int) -> str:
    """How a process ended, from what subprocess and multiprocessing call its exit code: negative for a signal."""
    if code >= 0:
        return f"exited with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # one of the many real-time signals, few of which have a name
        return f"was killed by signal {-code}"
    hint = _HINTS.get(signal.Signals(-code))
    return f"was killed by {name}{f' ({hint})' if hint else ''}"


def lacking(error: BaseException) -> str | None:
    """The package that an error says is not installed here; None for any other error."""
    package = (getattr(error, "name", None) or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return package if package and importlib.util.find_spec(package) is None else None


def one_line(text: str, longest: int = LONGEST) -> str:
    """Text without line breaks, control characters or excess length."""
    start = text[: 4 * longest]  # a message may be megabytes long
    flat = " ".join("".join(char if char.isprintable() else " " for char in start).split())
    return flat if len(flat) <= longest and len(start) == len(text) else flat[: longest - 3] + "..."


def shown(item: object) -> str:
    """An item for a message: its repr, shortened; repr may itself raise."""
    try:
        return one_line(repr(item), 60)
    except BaseException as error:
        return f"<{type(item).__name__} whose repr raises {type(error).__name__}>"


def _message(error: BaseException) -> str:
    try:
        return str(error)[: 8 * LONGEST]
    except BaseException as other:
        return f"its message cannot be told, for __str__ raises {type(other).__name__}"


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _leaves(member)
    elif type(error).__name__ != "CancelledError":
        yield error


def _place(trace: TracebackType | None, path: str) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == path]
    return f" ({path.rpartition('/')[2]}:{lines[-1]})" if lines else ""
