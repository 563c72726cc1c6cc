"""From what `bench.measure` is given to workloads that trials can load."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

from bench.api.code_origin import functions_within
from bench.api.sending import Sender
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import in_file, select_workloads
from bench.collect.loader import MODULE_PREFIX, dashed
from bench.collect.parameters import choice
from bench.collect.sent_workload import SentObject, function_workload, own_class
from bench.collect.validation import problem
from bench.collect.workload import (
    MARK,
    NO_GENERATORS,
    Workload,
    is_coroutine_function,
    is_generator,
)
from bench.errors import ParameterError, UsageError, WorkloadFileError
from bench.process.code_files import add_code_files
from bench.schema import Bound, Interpreter
from bench.session.waiting import bound_of

WORKLOAD_FILE = "workload.py"

CELL_FILE = "cell.py"

Target = str | Callable[..., Any] | type[Workload]
Items = Iterable[Any] | Callable[[], Iterable[Any]]
Check = Callable[[list[Any], list[Any]], object]


@dataclass(frozen=True)
class WorkloadText:
    """The text of a workload file that is not yet in a file."""

    text: str


@dataclass(frozen=True)
class Work:
    """What is to be measured: a target, and for a function its items, check and bound if they are given."""

    target: Target | WorkloadText
    items: Items | None = None
    check: Check | None = None
    bound: str | None = None


@dataclass(frozen=True)
class Prepared:
    """Workloads that trials can load, the name that the command knows them by, and the files that they are made of."""

    workloads: list[WorkloadDescription]
    name: str
    files: tuple[Path, ...] = ()


def prepare(work: Work, folder: Path, interpreters: Sequence[Interpreter]) -> Prepared:
    """Prepare what is to be measured; what trials must be sent is written into the run's folder. Raises UsageError."""
    target: Any = work.target
    if isinstance(target, WorkloadText):
        path = folder / CELL_FILE
        path.write_text(target.text, encoding="utf-8")
        with imports_kept():
            return Prepared(in_file(path, [one.executable for one in interpreters]), str(path))
    if isinstance(target, str):
        _refuse_extras(work, "a workload has its own")
        with imports_kept():
            return Prepared(select_workloads([target], [one.executable for one in interpreters]), target)
    defined = getattr(target, MARK, target)
    if work.items is None and _is_workload(defined):
        _refuse_extras(work, "a workload has its own")
        return _Sending(folder, interpreters).of_class(target, defined)
    if _is_workload(target):
        raise UsageError(f"{target.__name__} is a workload, which has its own items: leave them out")
    if not callable(target):
        hint = ": give its class" if isinstance(target, Workload) else ""
        raise UsageError(f"{target!r} is neither a function nor the name of a workload{hint}")
    return _Sending(folder, interpreters).of_function(target, work)


def parameter_free(target: Target) -> bool:
    """Whether it is a function, which has no parameters besides its item."""
    return callable(target) and not _is_workload(getattr(target, MARK, target))


@contextmanager
def imports_kept() -> Iterator[None]:
    """Forget workload files afterwards, so that a changed one is loaded anew, and the folders that they import from."""
    path, modules = list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in [name for name in sys.modules if name.startswith(MODULE_PREFIX) and name not in modules]:
            del sys.modules[name]


class _Sending:
    """Writes the workload file of a function or a class, and what it loads."""

    def __init__(self, folder: Path, interpreters: Sequence[Interpreter]) -> None:
        self._path = folder / WORKLOAD_FILE
        self._interpreters = interpreters
        self._sender = Sender(folder)

    def of_class(self, target: Any, cls: type[Workload]) -> Prepared:
        if message := problem(cls):
            raise WorkloadFileError(message)
        own = own_class(cls, "")
        own.name = vars(own).get("name") or dashed(cls.__name__)
        sent = self._sender.send_code(own.name, target, "class")
        self._write(own.name, f"sent.workload({sent!r})")
        return self._prepared(own)

    def of_function(self, function: Callable[..., Any], work: Work) -> Prepared:
        name = function_name(function)
        refuse_uncallable(name, function)
        if work.items is None:
            raise UsageError(f"{name} needs the items to work on: bench.measure({name}, items)")
        sent = [self._sender.send_code(name, function, "function"), self._sender.send_items(work.items)]
        if work.check is not None:
            sent.append(self._sender.send_code("the check", work.check, "check"))
        self._sender.refuse_other_versions(self._interpreters)
        bound = self._bound(name, function, work, sent)
        self._write_function(name, sent, bound)
        return self._prepared(function_workload(function, list, None, name=name, bound=bound, module=""))

    def _bound(self, name: str, function: Callable[..., Any], work: Work, sent: Sequence[SentObject]) -> Bound:
        """The bound that was given, or of a coroutine function that it waits, or else what one pass shows."""
        given = work.bound or getattr(getattr(function, MARK, None), "bound", None)
        if given is not None:
            return choice("bound", Bound, given)
        if is_coroutine_function(function):
            return Bound.IO
        self._write_function(name, sent, Bound.CPU)
        return bound_of(self._path, name, self._interpreters[0].executable)

    def _write_function(self, name: str, sent: Sequence[SentObject], bound: Bound) -> None:
        self._write(name, f"sent.function({', '.join(map(repr, sent))}, name={name!r}, bound={str(bound)!r})")

    def _write(self, name: str, call: str) -> None:
        code, folders = self._sender.code, self._sender.import_from
        text = (
            f'"""{name}, as it was given to bench.measure(), which wrote this: a workload file like any other."""\n\n'
            f"from bench.collect.sent_workload import Imported, Pickled, Sent\n\n"
            f"sent = Sent(\n    __name__,\n    __file__,\n    import_from={folders!r},\n"
            f"    module_files={code.module_files!r},\n    code_files={code.code_files!r},\n)\nworkload = {call}\n"
        )
        self._path.write_text(text, encoding="utf-8")
        add_code_files(str(self._path), code.code_files)

    def _prepared(self, cls: type[Workload]) -> Prepared:
        self._sender.refuse_other_versions(self._interpreters)
        own = [path for file in self._sender.code.code_files if (path := Path(file)).is_file()]
        described = WorkloadDescription.of(self._path, cls)
        return Prepared([described], str(self._path), (self._path, *self._sender.files, *own))


def function_name(function: Callable[..., Any]) -> str:
    """The name of the workload that is made of a function."""
    *_, inner = functions_within(function)
    name = getattr(inner, "__name__", None) or type(inner).__name__
    return "".join(char if char.isalnum() else "-" for char in name).strip("-") or "function"


def refuse_uncallable(name: str, function: Callable[..., Any]) -> None:
    """Raise UsageError for what cannot be called with an item alone, or does no work when it is called."""
    if is_generator(function) or is_generator(getattr(type(function), "__call__", None)):  # noqa: B004  # what it is
        raise UsageError(f"{name} is a generator function: {NO_GENERATORS}")
    try:
        parameters = signature(function)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return
    try:
        parameters.bind(None)
    except TypeError as error:
        raise UsageError(
            f"{name}{parameters} cannot be called with an item alone ({error}): "
            "bind its other arguments with functools.partial"
        ) from None


def _refuse_extras(work: Work, why: str) -> None:
    given = [name for name in ("items", "check", "bound") if getattr(work, name) is not None]
    if given:
        raise ParameterError(f"{' and '.join(given)}: {why}; leave {'it' if len(given) == 1 else 'them'} out")


def _is_workload(target: object) -> bool:
    return isinstance(target, type) and issubclass(target, Workload)
