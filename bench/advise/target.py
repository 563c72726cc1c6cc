"""From what a user typed to a workload that trials can load: a function in a module or a file, or a workload."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from bench.advise.items import ItemsOption, items_source, names_used
from bench.advise.workload_text import FunctionText, workload_text
from bench.analysis.advice.advice_record import CALLS, Target
from bench.api.targets import Work, WorkloadText, imports_kept, prepare, refuse_uncallable
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import select_workloads
from bench.collect.workload import MARK, Workload, is_coroutine_function
from bench.errors import UsageError, WorkloadFileError
from bench.process.failure_reason import reason
from bench.schema import Interpreter


@dataclass(frozen=True)
class FoundTarget:
    """A target with the workload that trials load, and the files that it is made of."""

    target: Target
    workload: WorkloadDescription
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Place:
    """A name in a module, which needs a folder on the import path, and its file if that was given."""

    module: str
    name: str
    folder: Path
    file: Path | None = None


def find_target(typed: str, items: ItemsOption, folder: Path, interpreter: Interpreter) -> FoundTarget:
    """What is to be advised on; the workload file of a function goes into the run's folder. Raises UsageError."""
    place = _place(typed)
    if place is None or not place.name.replace(".", "").isidentifier():  # a workload's name may have dashes
        return _workload(typed, typed, items, interpreter)
    module, found = _imported(place)
    defined = getattr(found, MARK, found)
    has_items = items.expression is not None or items.file is not None
    if isinstance(defined, type) and issubclass(defined, Workload) and not (has_items and defined is not found):
        return _workload(typed, f"{module.__file__}::{defined.__name__}", items, interpreter)
    if not callable(found):
        raise UsageError(f"{typed}: {place.name} is not a function but of type {type(found).__name__}")
    source = items_source(items, place.name, found)
    if source.kind != CALLS:
        refuse_uncallable(place.name, found)
    native = is_coroutine_function(found)
    text = FunctionText(place.module, place.name, str(place.folder), source, native)
    prepared = prepare(Work(WorkloadText(workload_text(text, found.__doc__))), folder, [interpreter])
    (workload,) = prepared.workloads
    target = Target(
        typed=typed,
        workload=workload.name,
        module=place.module,
        function=place.name,
        folder=str(place.folder),
        items_kind=source.kind,
        items=source.text,
        names=names_used(source, vars(module)),
        native=native,
    )
    files = [Path(workload.path), *([Path(module.__file__)] if module.__file__ else [])]
    return FoundTarget(target, workload, tuple(files))


def _place(typed: str) -> _Place | None:
    """Where `file.py::name` or `package.module:function` is; None for the name of a workload."""
    path, double, name = typed.partition("::")
    if double:
        file = Path(path)
        if not file.is_file():
            raise UsageError(f"{path}: no such file")
        if not name or file.suffix != ".py" or not file.stem.isidentifier():
            raise UsageError(f"{typed}: expected FILE.py::NAME, with a file name that can be imported")
        return _Place(file.stem, name, file.resolve().parent, file.resolve())
    module, colon, name = typed.partition(":")
    if not colon:
        return None
    if not name or not all(part.isidentifier() for part in module.split(".")):
        raise UsageError(f"{typed}: expected PACKAGE.MODULE:FUNCTION, FILE.py::NAME, or a workload")
    return _Place(module, name, Path.cwd())


def _workload(typed: str, selected: str, items: ItemsOption, interpreter: Interpreter) -> FoundTarget:
    if items.expression is not None or items.file is not None:
        raise UsageError(f"{typed} is a workload, which has its own items: leave --items out")
    with imports_kept():
        found = select_workloads([selected], [interpreter.executable])
    if len(found) > 1:
        names = ", ".join(f"{typed}::{one.name}" for one in found)
        raise UsageError(f"{typed} has several workloads: choose one of {names}")
    return FoundTarget(Target(typed, found[0].name), found[0], (Path(found[0].path),))


def _imported(place: _Place) -> tuple[Any, Any]:
    """The module, and what has the name in it; what it prints goes to stderr. Raises UsageError."""
    with _on_path(place.folder), redirect_stdout(sys.stderr):
        try:
            module = importlib.import_module(place.module)
        except (Exception, SystemExit) as error:
            raise WorkloadFileError(f"{place.module}: cannot be imported: {reason(error, '')}") from error
    if place.file is not None and place.file != Path(module.__file__ or "").resolve():
        where = module.__file__ or "the interpreter itself"
        raise UsageError(f"{place.file}: {place.module} is also a module of {where}: rename the file")
    try:
        return module, attrgetter(place.name)(module)
    except AttributeError as error:
        raise UsageError(f"{place.module} has no {place.name}: {error}") from error


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    """Import from a folder first, as `python -m` and scripts do."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
