"""Take in what a pool sends to a worker on another machine: this package, the workload's file, and modules beside it.

The functions are sent to workers that have none of it, together with what they need of this file: it imports the
standard library alone. Everything is kept below `root`, in folders named by the digest of what is in them.
"""

import importlib.util
import io
import os
import sys
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any


def arrive(
    root: str, delivery: Mapping[str, Any], archives: Mapping[str, bytes], environment: Sequence[str]
) -> dict[str, Any]:
    """Unpack archives, each under its digest, and make everything importable once nothing is missing.

    `delivery` has the digests of the `package` and of the workload's `files`, and the names of the `modules` in these.
    The answer has `lacks`, the digests that are still missing; `conflict`, another version of the package that is in
    use here; `files`, the folder of the workload's files; and `environment`, the values of some variables.
    """
    for digest, archive in archives.items():
        _unpack(Path(root, digest), archive)
    lacks = [digest for digest in (delivery["package"], delivery["files"]) if not Path(root, digest).is_dir()]
    conflict = None if lacks else _load_package(Path(root), delivery)
    if not lacks and not conflict:
        _make_importable(Path(root), delivery)
    return {
        "lacks": lacks,
        "conflict": conflict,
        "files": str(Path(root, delivery["files"])),
        "environment": {name: os.environ.get(name) for name in environment},
        "has_numpy": "numpy" in sys.modules,
    }


def arrive_at_dask(*args: Any, dask_worker: Any) -> dict[str, Any]:
    """The same on a Dask worker, whose folder is removed when it stops."""
    return arrive(str(Path(dask_worker.local_directory, "bench-deliveries")), *args)


def digest_of(files: Mapping[str, bytes]) -> str:
    """A name for files with their contents, the same on every machine."""
    digest = sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _unpack(folder: Path, archive: bytes) -> None:
    """Unpack beside the folder, and then give it its name, so that it is complete whenever it is there."""
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(partial)
    if not folder.is_dir():
        partial.rename(folder)


def _load_package(root: Path, delivery: Mapping[str, Any]) -> str | None:
    """Load the package in place of an older one that was sent; the version of one that came from elsewhere, if any."""
    folder = root / delivery["package"] / "bench"
    loaded = sys.modules.get("bench")
    if loaded is not None:
        origin = Path(str(loaded.__file__)).parent
        if origin == folder:
            return None
        if root not in origin.parents:
            same = digest_of(package_files(origin)) == delivery["package"]
            return None if same else str(getattr(loaded, "__version__", "unknown"))
        for name in [name for name in sys.modules if name == "bench" or name.startswith("bench.")]:
            del sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        "bench", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None, f"{folder} is a package"
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench"] = module
    spec.loader.exec_module(module)
    return None


def package_files(folder: Path) -> dict[str, bytes]:
    """The Python files of a package, by their paths from the folder that it is in."""
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


def _make_importable(root: Path, delivery: Mapping[str, Any]) -> None:
    """Forget modules of other files with the same names that were sent earlier; these come before those from now on."""
    folder = root / delivery["files"]
    for name in delivery["modules"]:
        origin = Path(str(getattr(sys.modules.get(name), "__file__", None)))
        if root in origin.parents and folder not in origin.parents:
            del sys.modules[name]
    beside = str(folder / "beside")
    if beside in sys.path:
        sys.path.remove(beside)
    first = next((place for place, entry in enumerate(sys.path) if entry.startswith(str(root))), len(sys.path))
    sys.path.insert(first, beside)
