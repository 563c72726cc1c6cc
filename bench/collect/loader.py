"""Workload files loaded by path, under one module name in every process, so that what they define can be pickled."""

import importlib.util
import os
import re
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bench.collect.validation import problem
from bench.collect.workload import MARK, Workload
from bench.errors import MissingPackage, UnknownName, WorkloadFileError
from bench.process.failure_reason import lacking, reason
from bench.schema import Value


@dataclass(frozen=True)
class Source:
    """Where a workload comes from: all that another process needs to build it."""

    path: str
    name: str
    params: Mapping[str, Value]

    def build(self) -> Workload:
        """The workload with its parameters. Raises WorkloadFileError, UnknownName."""
        known = workloads_in(Path(self.path))
        if self.name not in known:
            raise UnknownName.among(f"workload in {self.path}", self.name, known)
        return known[self.name](**self.params)


def workloads_in(path: Path) -> dict[str, type[Workload]]:
    """The workloads that a file defines, by name, in the order written. Raises WorkloadFileError."""
    module = _load(path.resolve())
    found: dict[str, type[Workload]] = {}
    for value in list(vars(module).values()):
        cls = _defined(value, module)
        if cls is None:
            continue
        if trouble := problem(cls):
            raise WorkloadFileError(f"{path}: {trouble}")
        cls.name = cls.__dict__.get("name") or _dashed(cls.__name__)
        if found.setdefault(cls.name, cls) is not cls:
            raise WorkloadFileError(f"{path}: two workloads are named {cls.name}")
    return found


def _defined(value: object, module: ModuleType) -> type[Workload] | None:
    cls = getattr(value, MARK, value)
    if not isinstance(cls, type) or not issubclass(cls, Workload) or cls.__module__ != module.__name__:
        return None
    return None if cls.__name__.startswith("_") and cls is value else cls


def _dashed(class_name: str) -> str:
    """HttpDelay and HTTPDelay are http-delay, MD5Hash is md5-hash."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])|([a-z\d])([A-Z])", r"\1\3-\2\4", class_name)
    return re.sub(r"[-_]+", "-", words).strip("-").lower()


def _load(path: Path) -> ModuleType:
    name = f"bench_workload_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}_{zlib.crc32(os.fsencode(path)):08x}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise WorkloadFileError(f"{path}: not a Python file")
    _importable_beside(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        if package := lacking(error):
            raise MissingPackage(f"{_blame(error, path)}: this Python lacks the package {package}", package) from error
        raise WorkloadFileError(_blame(error, path)) from error
    return module


def _importable_beside(path: Path) -> None:
    """A workload may import what lies beside it or in the current folder, as a script may; last, to shadow nothing."""
    for folder in (str(path.parent), str(Path.cwd())):
        if folder not in sys.path:
            sys.path.append(folder)


def _blame(error: BaseException, path: Path) -> str:
    if isinstance(error, FileNotFoundError) and error.filename == str(path):
        return f"{path}: no such file"
    if isinstance(error, SyntaxError) and error.lineno and Path(str(error.filename)).is_file():
        return f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    return f"{path}: cannot be loaded: {reason(error, str(path))}"
