"""A free-threaded interpreter and a C compiler, for tests that need the real things."""

import functools
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_ASK = """
import json, sysconfig
print(json.dumps([bool(sysconfig.get_config_var("Py_GIL_DISABLED")), sysconfig.get_path("include"),
                  sysconfig.get_config_var("EXT_SUFFIX")]))
"""
_C = """
#include <Python.h>
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "%(name)s", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_%(name)s(void) { return PyModule_Create(&definition); }
"""


@dataclass(frozen=True)
class FreeThreaded:
    """A free-threaded interpreter, the folder of its headers, and the suffix of its extension modules."""

    executable: str
    include: Path
    suffix: str

    def compile_extension(self, name: str, folder: Path) -> None:
        """Build a module that does not declare support for running without the GIL; skip the test if that fails."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None or not (self.include / "Python.h").exists():
            pytest.skip("needs a C compiler, and the headers of the free-threaded Python")
        (folder / f"{name}.c").write_text(_C % {"name": name})
        target = folder / f"{name}{self.suffix}"
        command = [compiler, "-shared", "-fPIC", f"-I{self.include}", str(folder / f"{name}.c"), "-o", str(target)]
        subprocess.run(command, check=True, capture_output=True)


def find_free_threaded() -> FreeThreaded:
    """Find one on PATH or in the usual places; skip the test if there is none."""
    found = _found()
    if found is None:
        pytest.skip("needs a free-threaded Python, say python3.13t, on PATH")
    return found


@functools.cache
def _found() -> FreeThreaded | None:
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += [*Path("/opt").glob("*/bin"), *Path.home().glob(".pyenv/versions/*t/bin")]
    for path in (path for folder in folders for path in sorted(folder.glob("python3.[0-9][0-9]t"))):
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and (answer := json.loads(asked.stdout))[0]:
            return FreeThreaded(str(path), Path(answer[1]), answer[2])
    return None
