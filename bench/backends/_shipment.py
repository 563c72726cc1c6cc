"""What a pool sends to workers on other machines, which have neither this package nor the workload's file."""

import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import bench
from bench.backends._arrival import digest_of, package_files
from bench.backends._base import Job
from bench.collect.loader import Source, module_name
from bench.schema import Value

PACKAGE = Path(bench.__file__).parent
STANDARD_LIBRARY = Path(io.__file__).parent


@dataclass(frozen=True)
class Shipment:
    """The package, and the files that a loaded workload consists of; paths are those within the archives."""

    source: Source
    package: Mapping[str, bytes]
    files: Mapping[str, bytes]
    modules: tuple[str, ...]

    @classmethod
    def of(cls, job: Job) -> "Shipment":
        """What workers need for a job, with the values of parameters that name an environment variable."""
        path = Path(job.source.path).resolve()
        beside = dict(_modules_beside(path))
        files = {f"workload/{path.name}": path.read_bytes()}
        files |= {f"beside/{_place_of(module)}": Path(str(module.__file__)).read_bytes() for module in beside.values()}
        names = (module_name(str(path)), *beside)
        params = {name: _sent(value, getattr(job.workload, name)) for name, value in job.source.params.items()}
        return cls(Source(str(path), job.source.name, params), package_files(PACKAGE), files, names)

    @cached_property
    def delivery(self) -> Mapping[str, Any]:
        """What to ask a worker for, as plain data."""
        return {"package": digest_of(self.package), "files": digest_of(self.files), "modules": self.modules}

    @property
    def version(self) -> str:
        """The version of the package."""
        return bench.__version__

    def archives(self, digests: list[str]) -> dict[str, bytes]:
        """Zip archives of those of the two that a worker lacks."""
        contents = {self.delivery["package"]: self.package, self.delivery["files"]: self.files}
        return {digest: _zipped(contents[digest]) for digest in digests}

    def location(self, folder: str) -> str:
        """Where the workload's file is on a worker that has unpacked the files into this folder."""
        return f"{folder}/workload/{Path(self.source.path).name}"


def with_its_code(module: ModuleType, name: str) -> Any:
    """A function or class of a module that imports the standard library alone, sent with its code and not by name."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(Path(str(module.__file__)).read_text(encoding="utf-8"), module.__name__, "exec"), scope)
    return scope[name]


def _sent(recorded: Value, present: Value) -> Value:
    """A parameter's value for another machine, where an environment variable that it names may not be set."""
    return present if isinstance(recorded, str) and recorded.startswith("env:") else recorded


def _modules_beside(path: Path) -> Iterator[tuple[str, ModuleType]]:
    """The modules that are loaded from the folder of a workload's file, or from the current one, by name."""
    for name, module in list(sys.modules.items()):
        file = str(getattr(module, "__file__", None) or "")
        is_other = name.partition(".")[0] not in ("bench", "__main__", "__mp_main__", module_name(str(path)))
        if is_other and file.endswith(".py") and any(_is_own(Path(file), base) for base in (path.parent, Path.cwd())):
            yield name, module


def _is_own(file: Path, folder: Path) -> bool:
    """Whether a file in the folder is the user's own, and not of an installed package or of Python itself."""
    if folder not in file.parents or STANDARD_LIBRARY in file.parents:
        return False
    return not {"site-packages", "dist-packages"} & set(file.relative_to(folder).parts)


def _place_of(module: ModuleType) -> str:
    """Where a module belongs below a folder of sys.path."""
    place = module.__name__.replace(".", "/")
    return f"{place}/__init__.py" if hasattr(module, "__path__") else f"{place}.py"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for path, content in sorted(files.items()):
            opened.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
