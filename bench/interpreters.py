"""What a Python interpreter says of itself."""

import json
import subprocess

from bench.errors import UsageError
from bench.samples import Interpreter

_PROBE = """
import json, multiprocessing, platform, sys, sysconfig
default = multiprocessing.get_start_method()
others = [method for method in multiprocessing.get_all_start_methods() if method != default]
print(json.dumps({
    "executable": sys.executable,
    "version": platform.python_version() + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""),
    "implementation": sys.implementation.name,
    "build": " ".join(platform.python_build()) + ", " + platform.python_compiler(),
    "start_methods": [default, *others],
}))
"""


def probe(executable: str) -> Interpreter:
    """Ask an interpreter. Raises UsageError where it does not answer."""
    try:
        answer = subprocess.run([executable, "-c", _PROBE], capture_output=True, text=True, timeout=30, check=True)
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(f"{executable}: does not answer as a Python interpreter: {error}") from error
    return Interpreter(**{**facts, "executable": executable, "start_methods": tuple(facts["start_methods"])})
