"""Find workloads: each file in a workloads folder is loaded, so a new workload is one new file."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.collect.description import WorkloadDescription, describe_file, from_json
from bench.errors import MissingPackage, UnknownName, UsageError, WorkloadFileError
from bench.process.bootstrap import PACKAGE, command

LOAD_TIMEOUT_S = 60  # for another interpreter to load a workload file


def bundled_folder() -> Path:
    """The bundled workloads: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "workloads"
    return inside if inside.is_dir() else PACKAGE.parent / "workloads"


def folders() -> list[Path]:
    """The folders that are searched for a workload's name: the bundled one, then ./workloads."""
    return [bundled_folder(), Path("workloads")]


def find_workloads(folders: Iterable[Path], interpreters: Sequence[str] = ()) -> dict[str, WorkloadDescription]:
    """Every workload in these folders, by name. Raises WorkloadFileError, also if two files define the same name."""
    return merge(workload for path in _files(folders) for workload in _describe(path, interpreters))


def files_without_workloads(asked: Iterable[str] = (), interpreters: Sequence[str] = ()) -> list[Path]:
    """Files searched for these names that define no workload, although their name does not start with _."""
    names = list(asked)
    if names and all(_is_file(name) for name in names):
        return []
    return [path for path in _files(folders()) if not _describe(path, interpreters)]


def _files(folders: Iterable[Path]) -> list[Path]:
    files: dict[Path, Path] = {}  # by resolved path: ./workloads may be the bundled folder itself
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            if path.is_file() and not path.name.startswith("_"):
                files.setdefault(path.resolve(), path)
    return list(files.values())


def in_file(path: Path, interpreters: Sequence[str] = ()) -> list[WorkloadDescription]:
    """The workloads of one file. Raises WorkloadFileError if there are none."""
    workloads = _describe(path, interpreters)
    if not workloads:
        raise WorkloadFileError(
            f"{path}: defines no workload; decorate a function with @workload or subclass Workload, "
            f"or start the file name with _ if it is not meant to define one"
        )
    return workloads


def _describe(path: Path, interpreters: Sequence[str]) -> list[WorkloadDescription]:
    """The workloads of one file; other interpreters describe it if this one lacks a package that it imports."""
    try:
        return describe_file(path)
    except MissingPackage as missing:
        return _describe_elsewhere(path, interpreters, missing)


def _describe_elsewhere(path: Path, interpreters: Sequence[str], missing: MissingPackage) -> list[WorkloadDescription]:
    for executable in interpreters:
        try:
            answer = subprocess.run(
                command(executable, "collect.description", str(path)),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LOAD_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise WorkloadFileError(
                f"{path}: {executable} did not finish loading it within {LOAD_TIMEOUT_S} s: "
                "move slow code from the top level of the file to setup()"
            ) from error
        if answer.returncode == 0:
            return [from_json(fields) for fields in json.loads(answer.stdout.splitlines()[-1])]
    raise WorkloadFileError(f"{missing}; install it, or use an interpreter that has it: --python PATH") from missing


def merge(workloads: Iterable[WorkloadDescription]) -> dict[str, WorkloadDescription]:
    """Workloads by name. Raises WorkloadFileError if two files define the same name."""
    by_name: dict[str, WorkloadDescription] = {}
    for workload in workloads:
        other = by_name.setdefault(workload.name, workload)
        if other.path != workload.path:
            raise WorkloadFileError(
                f"two files define a workload named {workload.name!r}: {other.path} and {workload.path}"
            )
    return by_name


def select_workloads(
    asked: Iterable[str], interpreters: Sequence[str] = (), tags: Iterable[str] = ()
) -> list[WorkloadDescription]:
    """The workloads that a user asked for, each by name, file, `file::name` or tag; without any, all but optional ones.

    Raises UnknownName, WorkloadFileError. The folders are only searched if a plain name or a tag is given.
    """
    names, words = list(asked), list(tags)
    by_folder = not names or words or any(not _is_file(name) for name in names)
    known = find_workloads(folders(), interpreters) if by_folder else {}
    if not names and not words:
        return [workload for workload in known.values() if not workload.optional]
    selected = [workload for tag in words for workload in _tagged(tag, known)]
    for name in names:
        if _is_file(name):
            selected += _from_file(name, interpreters)
        elif name in known:
            selected.append(known[name])
        else:
            raise _unknown(name, known)
    return list(merge(selected).values())


def _tagged(tag: str, known: Mapping[str, WorkloadDescription]) -> list[WorkloadDescription]:
    found = [workload for workload in known.values() if tag in workload.tags]
    if not found:
        raise UnknownName.among("tag", tag, {tag for workload in known.values() for tag in workload.tags})
    return found


def _unknown(name: str, known: Mapping[str, WorkloadDescription]) -> UsageError:
    if Path(f"{name}.py").is_file():
        return UsageError(f"unknown workload {name!r}: to use the file, write {name}.py")
    return UnknownName.among("workload", name, known)


def _is_file(text: str) -> bool:
    return "::" in text or text.endswith(".py") or "/" in text


def _from_file(text: str, interpreters: Sequence[str]) -> list[WorkloadDescription]:
    path_text, separator, name = text.partition("::")
    if not path_text or bool(separator) != bool(name):
        raise UsageError(f"{text}: expected FILE.py, or FILE.py::NAME for one of its workloads")
    path = Path(path_text)
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give a workload file in it, or run this in the folder that contains it")
    workloads = in_file(path, interpreters)
    if not name:
        return workloads
    chosen = [workload for workload in workloads if name in (workload.name, workload.class_name)]
    if not chosen:
        raise UnknownName.among(f"workload in {path}", name, [workload.name for workload in workloads])
    return chosen
