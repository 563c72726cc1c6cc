"""Finds workloads and backends by the files that are there: one new file is one new workload or backend."""

import importlib
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import bench.backends
from bench.backends._base import Backend
from bench.errors import BackendFileError, MissingPackage, UnknownName, UsageError, WorkloadFileError
from bench.found import Found, from_json, in_this_interpreter
from bench.parameters import choice
from bench.reasons import reason
from bench.samples import BASELINE
from bench.start import START

LONGEST_S = 60  # that another interpreter may take to load a workload's file
PACKAGE = Path(__file__).resolve().parent


def bundled_folder() -> Path:
    """The workloads that come with the program: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "workloads"
    return inside if inside.is_dir() else PACKAGE.parent / "workloads"


def folders() -> list[Path]:
    """Where workloads are looked for by name: among those bundled, and in ./workloads."""
    return [bundled_folder(), Path("workloads")]


def find_workloads(folders: Iterable[Path], interpreters: Sequence[str] = ()) -> dict[str, Found]:
    """Every workload in the folders' files, by name. Raises WorkloadFileError, also where two files claim one name."""
    return merge(found for path in _files(folders) for found in _asked_of_any(path, interpreters))


def passed_over(asked: Iterable[str] = (), interpreters: Sequence[str] = ()) -> list[Path]:
    """Files that were looked into for these names and define no workload, nor say so by a name that starts with _."""
    names = list(asked)
    if names and all(_is_file(name) for name in names):
        return []
    return [path for path in _files(folders()) if not _asked_of_any(path, interpreters)]


def _files(folders: Iterable[Path]) -> list[Path]:
    files: dict[Path, Path] = {}  # by what they really are: ./workloads may be the bundled folder itself
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            if path.is_file() and not path.name.startswith("_"):
                files.setdefault(path.resolve(), path)
    return list(files.values())


def in_file(path: Path, interpreters: Sequence[str] = ()) -> list[Found]:
    """The workloads of one file. Raises WorkloadFileError where there are none."""
    found = _asked_of_any(path, interpreters)
    if not found:
        raise WorkloadFileError(
            f"{path}: defines no workload; decorate a function with @workload, subclass Workload, "
            f"or start the file's name with _ where it is none"
        )
    return found


def _asked_of_any(path: Path, interpreters: Sequence[str]) -> list[Found]:
    """The workloads of one file; what this interpreter lacks a package for is asked of the others."""
    try:
        return in_this_interpreter(path)
    except MissingPackage as missing:
        return _in_another(path, interpreters, missing)


def _in_another(path: Path, interpreters: Sequence[str], missing: MissingPackage) -> list[Found]:
    for executable in interpreters:
        try:
            asked = subprocess.run(
                [executable, "-P", str(START), "found", str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise WorkloadFileError(
                f"{path}: {executable} was not done loading it after {LONGEST_S} s: "
                "what takes long belongs in setup(), not at the file's top"
            ) from error
        if asked.returncode == 0:
            return [from_json(fields) for fields in json.loads(asked.stdout.splitlines()[-1])]
    raise WorkloadFileError(f"{missing}; install it, or name an interpreter that has it: --python PATH") from missing


def merge(workloads: Iterable[Found]) -> dict[str, Found]:
    """By name. Raises WorkloadFileError where two files claim one name."""
    by_name: dict[str, Found] = {}
    for found in workloads:
        other = by_name.setdefault(found.name, found)
        if other.path != found.path:
            raise WorkloadFileError(f"two files claim the workload name {found.name!r}: {other.path} and {found.path}")
    return by_name


def select_workloads(asked: Iterable[str], interpreters: Sequence[str] = ()) -> list[Found]:
    """What a user named: a name, a file, or `file::name`; all there are where nothing is named.

    Raises UnknownName, WorkloadFileError. The folders' files are loaded only where a plain name is looked for.
    """
    names = list(asked)
    by_folder = not names or any(not _is_file(name) for name in names)
    known = find_workloads(folders(), interpreters) if by_folder else {}
    selected: list[Found] = []
    for name in names:
        if _is_file(name):
            selected += _from_file(name, interpreters)
        elif name in known:
            selected.append(known[name])
        else:
            raise _unknown(name, known)
    return list(merge(selected).values()) if names else list(known.values())


def _unknown(name: str, known: Mapping[str, Found]) -> UsageError:
    if Path(f"{name}.py").is_file():
        return UsageError(f"unknown workload {name!r}: for the file, write {name}.py")
    return UnknownName.among("workload", name, known)


def _is_file(text: str) -> bool:
    return "::" in text or text.endswith(".py") or "/" in text


def _from_file(text: str, interpreters: Sequence[str]) -> list[Found]:
    path_text, separator, name = text.partition("::")
    if not path_text or bool(separator) != bool(name):
        raise UsageError(f"{text}: write FILE.py, or FILE.py::NAME for one of its workloads")
    path = Path(path_text)
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a workload file in it, or change to the folder that holds it")
    found = in_file(path, interpreters)
    if not name:
        return found
    chosen = [workload for workload in found if name in (workload.name, workload.class_name)]
    if not chosen:
        raise UnknownName.among(f"workload in {path}", name, [workload.name for workload in found])
    return chosen


@cache
def backends() -> dict[str, type[Backend]]:
    """Every backend, by name: the baseline first, then in the order of their files. Raises BackendFileError."""
    files = [path for folder in bench.backends.__path__ for path in sorted(Path(folder).glob("[!_]*.py"))]
    found: dict[str, type[Backend]] = {}
    for cls in sorted((backend_in(path.stem) for path in files), key=lambda cls: cls.name != BASELINE):
        other = found.setdefault(cls.name, cls)
        if other is not cls:
            raise BackendFileError(f"two files claim the backend name {cls.name!r}: {_file(other)} and {_file(cls)}")
    return found


def backend_named(typed: str) -> type[Backend]:
    """The backend that a user typed. Raises UnknownName, which lists them all."""
    known = backends()
    names = StrEnum("BackendName", list(known))  # type: ignore[misc]  # only the folder knows the names
    return known[choice("backend", names, typed)]


def backend_in(module_name: str) -> type[Backend]:
    """The backend that a file of bench/backends defines. Raises BackendFileError."""
    try:
        module = importlib.import_module(f"bench.backends.{module_name}")
    except Exception as error:
        raise BackendFileError(f"bench/backends/{module_name}.py: cannot be loaded: {reason(error, '')}") from error
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Backend) and value.__module__ == module.__name__:
            return value
    raise BackendFileError(f"{module.__file__}: defines no backend; subclass Backend, or start the file's name with _")


def module_of(backend: type[Backend]) -> str:
    """The name by which another process finds a backend."""
    return backend.__module__.rpartition(".")[2]


def _file(backend: type[Backend]) -> str:
    return f"{module_of(backend)}.py"


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """All that a run can name: workloads and backends with their lines and defaults. Raises WorkloadFileError."""
    return {
        "workloads": [
            {
                "name": found.name,
                "bound": found.bound,
                "summary": found.summary,
                "params": {name: parameter.default for name, parameter in found.parameters.items()},
                "path": str(found.path),
            }
            for found in find_workloads(folders()).values()
        ],
        "backends": [
            {
                "name": cls.name,
                "summary": cls.summary(),
                "options": {name: parameter.default for name, parameter in cls.known_options().items()},
            }
            for cls in backends().values()
        ],
    }
