"""Where code comes from: whether trials can import it by name, and the files that its lines are in."""

import functools
import inspect
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from importlib.machinery import PathFinder
from operator import attrgetter
from pathlib import Path
from types import MethodType, ModuleType
from typing import Any

from bench.collect.sent_workload import Imported
from bench.process.bootstrap import PACKAGE

INSTALLED = ("site-packages", "dist-packages")


def imported(code: Any) -> Imported | None:
    """The module and name that give this very object; None for a lambda, a closure, a method, or code of __main__."""
    module, name = getattr(code, "__module__", None), getattr(code, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    try:
        found = attrgetter(name)(sys.modules[module])
    except (KeyError, AttributeError):
        return None
    same = found == code if isinstance(code, MethodType) and isinstance(found, MethodType) else found is code
    return Imported(module, name) if same else None


def why_not_importable(code: Any) -> str:
    """Why trials cannot import it by name, as a clause about it."""
    name = getattr(code, "__qualname__", "")
    if name == "<lambda>" or name.endswith(".<lambda>"):
        return "it is a lambda"
    if "<locals>" in name:
        return "it is defined inside a function"
    if isinstance(code, functools.partial | MethodType):
        return f"its {'object' if isinstance(code, MethodType) else 'function'} is not defined in a module"
    return "it is defined in a script or a notebook" if _module_name(code) == "__main__" else "no module has its name"


def own_folders() -> list[str]:
    """The entries of the import path that are the user's own, not those of the interpreter, as absolute paths."""
    own = (str(Path(entry).absolute()) for entry in sys.path if not _is_installed(Path(entry)))
    return list(dict.fromkeys(own))


def missing_module_file(module: ModuleType) -> str | None:
    """The file of a module that a trial would not find by its name, or not first; None if it would find it."""
    file = getattr(module, "__file__", None)
    if file is None:  # built in
        return None
    installed = [entry for entry in sys.path if _is_installed(Path(entry))]
    found = _found(module.__name__, [*installed, *own_folders()])
    return None if found and Path(found).resolve() == Path(file).resolve() else str(Path(file).absolute())


def file_to_show(code: Any) -> str | None:
    """The file that the user wrote this code in; None for installed code, our own, and code without a file."""
    inner = inspect.unwrap(code) if callable(code) else code
    lines = getattr(inner, "__code__", None)
    module = sys.modules.get(_module_name(inner) or "")
    file = lines.co_filename if lines else getattr(module, "__file__", None)
    return None if file is None or _is_installed(Path(file)) or Path(file).is_relative_to(PACKAGE) else str(file)


def shown_name(file: str) -> str:
    """The name of a file with code; a cell of a notebook is called `In[5]`, as IPython does."""
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None and (label := shell.compile.format_code_name(file)):
            return str(label[1])
    return file.rpartition("/")[2]


def functions_within(code: Any) -> Iterator[Any]:
    """The function itself, then the one that a partial or a bound method calls, and so on."""
    yield code
    inner = code.func if isinstance(code, functools.partial) else getattr(code, "__func__", None)
    if inner is not None:
        yield from functions_within(inner)


def _module_name(code: Any) -> str | None:
    name = getattr(code, "__module__", None)
    return name if isinstance(name, str) else None


def _is_installed(path: Path) -> bool:
    """Whether it comes with the interpreter or was installed into it."""
    standard = Path(sysconfig.get_path("stdlib"))
    archive = standard.parent / f"python{sys.version_info[0]}{sys.version_info[1]}.zip"
    return path == archive or path.is_relative_to(standard) or any(part in INSTALLED for part in path.parts)


def _found(name: str, path: Sequence[str]) -> str | None:
    """The file that an import of the module would find on this path."""
    spec, parts = None, name.split(".")
    for length in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:length]), path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec.origin if spec else None
