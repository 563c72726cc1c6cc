"""Load workload files by path, under the same module name in every process, so that their objects can be pickled."""

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
from bench.process.failure_reason import missing_package, reason
from bench.schema import Value

MODULE_PREFIX = "bench_workload_"


@dataclass(frozen=True)
class Source:
    """What another process needs to build a workload: its file, name and parameters."""

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
    """The workloads that a file defines, by name, in file order. Raises WorkloadFileError."""
    module = _load(path.resolve())
    by_name: dict[str, type[Workload]] = {}
    for value in list(vars(module).values()):
        cls = _defined(value, module)
        if cls is None:
            continue
        if message := problem(cls):
            raise WorkloadFileError(f"{path}: {message}")
        cls.name = cls.__dict__.get("name") or dashed(cls.__name__)
        if by_name.setdefault(cls.name, cls) is not cls:
            raise WorkloadFileError(f"{path}: two workloads are named {cls.name}")
    return by_name


def _defined(value: object, module: ModuleType) -> type[Workload] | None:
    cls = getattr(value, MARK, value)
    if not isinstance(cls, type) or not issubclass(cls, Workload) or cls.__module__ != module.__name__:
        return None
    return None if cls.__name__.startswith("_") and cls is value else cls


def dashed(class_name: str) -> str:
    """HttpDelay and HTTPDelay are http-delay, MD5Hash is md5-hash."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])|([a-z\d])([A-Z])", r"\1\3-\2\4", class_name)
    return re.sub(r"[-_]+", "-", words).strip("-").lower()


def load_copy(path: Path, original: str) -> None:
    """Load a copy of a workload file as if it were the original, whose resolved path need not exist here.

    Afterwards, a `Source` with that path can be built, and its objects can be unpickled. Raises WorkloadFileError.
    """
    _load(path, module_name(original))


def module_name(path: str) -> str:
    """The name of the module that a workload file is loaded as, from its resolved path."""
    return f"{MODULE_PREFIX}{re.sub(r'[^0-9A-Za-z_]', '_', Path(path).stem)}_{zlib.crc32(os.fsencode(path)):08x}"


def _load(path: Path, name: str | None = None) -> ModuleType:
    name = name or module_name(str(path))
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise WorkloadFileError(f"{path}: not a Python file")
    _make_neighbours_importable(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        if package := missing_package(error):
            raise MissingPackage(
                f"{_load_error(error, path)}: this Python lacks the package {package}", package
            ) from error
        raise WorkloadFileError(_load_error(error, path)) from error
    return module


def _make_neighbours_importable(path: Path) -> None:
    """Let a workload import modules beside it or in the current folder, like a script, without shadowing others."""
    for folder in (str(path.parent), str(Path.cwd())):
        if folder not in sys.path:
            sys.path.append(folder)


def _load_error(error: BaseException, path: Path) -> str:
    if isinstance(error, FileNotFoundError) and error.filename == str(path):
        return f"{path}: no such file"
    if isinstance(error, SyntaxError) and error.lineno and Path(str(error.filename)).is_file():
        return f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    return f"{path}: cannot be loaded: {reason(error, str(path))}"
