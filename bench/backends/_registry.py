"""Find backends: one file in this folder is one backend."""

import importlib
from enum import StrEnum
from functools import cache
from pathlib import Path

import bench.backends
from bench.backends._base import Backend
from bench.collect.parameters import choice
from bench.errors import BackendFileError
from bench.process.failure_reason import reason
from bench.schema import BASELINE


@cache
def backends() -> dict[str, type[Backend]]:
    """Every backend, by name: the baseline first, then in the order of their files. Raises BackendFileError."""
    files = [path for folder in bench.backends.__path__ for path in sorted(Path(folder).glob("[!_]*.py"))]
    by_name: dict[str, type[Backend]] = {}
    for cls in sorted((backend_in(path.stem) for path in files), key=lambda cls: cls.name != BASELINE):
        other = by_name.setdefault(cls.name, cls)
        if other is not cls:
            raise BackendFileError(f"two files define a backend named {cls.name!r}: {_file(other)} and {_file(cls)}")
    return by_name


def usual_backends() -> dict[str, type[Backend]]:
    """Those that are measured unless others are asked for."""
    return {name: cls for name, cls in backends().items() if not cls.optional}


def backend_named(typed: str) -> type[Backend]:
    """The backend with the name that a user typed. Raises UnknownName, which lists them all."""
    known = backends()
    names = StrEnum("BackendName", list(known))  # type: ignore[misc]  # the names depend on the folder
    return known[choice("backend", names, typed)]


def backend_in(module_name: str) -> type[Backend]:
    """The backend that a file in bench/backends defines. Raises BackendFileError."""
    try:
        module = importlib.import_module(f"bench.backends.{module_name}")
    except Exception as error:
        raise BackendFileError(f"bench/backends/{module_name}.py: cannot be loaded: {reason(error, '')}") from error
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Backend) and value.__module__ == module.__name__:
            return value
    raise BackendFileError(f"{module.__file__}: defines no backend; subclass Backend, or start the file name with _")


def module_of(backend: type[Backend]) -> str:
    """The name by which another process finds a backend."""
    return backend.__module__.rpartition(".")[2]


def _file(backend: type[Backend]) -> str:
    return f"{module_of(backend)}.py"
