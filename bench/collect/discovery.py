"""Finds workloads and backends by the files that are there: one new file is one new workload or backend."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.collect.description import Found, from_json, in_this_interpreter
from bench.errors import MissingPackage, UnknownName, UsageError, WorkloadFileError
from bench.process.bootstrap import PACKAGE, command

LONGEST_S = 60  # that another interpreter may take to load a workload's file


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
                command(executable, "collect.description", str(path)),
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
