"""A workload of what another process has sent: code by module and name or by value, and items by value.

The workload file in a run's folder that `bench.measure` writes calls this. Pickled objects lie beside that file.
"""

import importlib
import importlib.util
import pickle
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import Any

from bench.collect.workload import (
    MARK,
    CoroutineForm,
    FunctionForm,
    Workload,
    accept_any,
    is_coroutine_function,
    summary,
)
from bench.process.bootstrap import in_trial
from bench.process.code_files import add_code_files


@dataclass(frozen=True)
class Imported:
    """An object of a module."""

    module: str
    name: str


@dataclass(frozen=True)
class Pickled:
    """An object in a file of the run's folder, followed there by the top-level code that was pickled by value."""

    file: str


SentObject = Imported | Pickled


@dataclass(frozen=True)
class Sent:
    """What the workload file `path`, as the module `module`, has been sent to make workloads of.

    `import_from` are folders that other modules may be imported from; `module_files` has the files of modules that
    would not be found there. `code_files` are the files with the code that was sent, each with the name to show for it.
    """

    module: str
    path: str
    import_from: Sequence[str] = ()
    module_files: Mapping[str, str] = field(default_factory=dict)
    code_files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sys.path += [folder for folder in self.import_from if folder not in sys.path]
        add_code_files(self.path, self.code_files)

    def function(
        self, function: SentObject, items: SentObject, check: SentObject | None = None, *, name: str, bound: str
    ) -> type[Workload]:
        """A workload in short form: a function of one item. If the items are a function, it makes them anew."""

        def batch() -> Iterable[Any]:
            loaded: Iterable[Any] | Callable[[], Iterable[Any]] = self._load(items)
            return loaded() if callable(loaded) else loaded

        checker = None if check is None else self._load(check)
        return function_workload(self._load(function), batch, checker, name=name, bound=bound, module=self.module)

    def workload(self, defined: SentObject) -> type[Workload]:
        """A workload in full form, a class, or the one that a decorated function stands for."""
        loaded = self._load(defined)
        return own_class(getattr(loaded, MARK, loaded), self.module)

    def _load(self, sent: SentObject) -> Any:
        for name, file in self.module_files.items():
            _import_file(name, file)
        if isinstance(sent, Imported):
            return attrgetter(sent.name)(importlib.import_module(sent.module))
        with Path(self.path).with_name(sent.file).open("rb") as stream:
            unpickler = pickle.Unpickler(stream)
            loaded, by_value = unpickler.load(), unpickler.load()
        _make_importable(by_value)
        return loaded


def function_workload(
    function: Callable[..., Any],
    batch: Callable[[], Iterable[Any]],
    check: Callable[[list[Any], list[Any]], object] | None,
    **attributes: str,
) -> type[Workload]:
    """The workload class of a function, its batch and its check; `attributes` are its `name`, `bound` and `module`."""
    base = CoroutineForm if is_coroutine_function(function) else FunctionForm
    members: dict[str, Any] = {
        "__doc__": getattr(function, "__doc__", None) or "",
        "__module__": attributes["module"],
        "name": attributes["name"],
        "bound": attributes["bound"],
        "function": staticmethod(function),
        "batch": staticmethod(batch),
        "checker": staticmethod(check or accept_any),
    }
    return type("SentFunction", (base,), members)


def own_class(cls: type[Workload], module: str) -> type[Workload]:
    """A subclass that counts as defined in a workload file."""
    members: dict[str, Any] = {"__doc__": summary(cls), "__module__": module}
    if "name" in vars(cls):
        members["name"] = cls.name
    return type(cls.__name__, (cls,), members)


def code_in_file(file: str, *code: Any) -> CodeType:
    """The code that was pickled by value, with the file that it comes from."""
    return CodeType(*code).replace(co_filename=file)


def _import_file(name: str, file: str) -> None:
    """Import a module from its file, unless it has been imported."""
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file}: not a Python file", name=name)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _make_importable(by_value: Mapping[str, Any]) -> None:
    """Let workers import the code of a script or notebook by name, as pickle does for their items and results.

    In a trial and its workers, __main__ is the bootstrap, which needs its own names no more.
    """
    if in_trial():
        for name, code in by_value.items():
            setattr(sys.modules["__main__"], name, code)
