"""Probe an interpreter's version, build and packages."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.errors import UsageError
from bench.schema import Interpreter

OLDEST = (3, 11)
LABEL = r"[A-Za-z0-9._+-]{1,40}"
FREE_THREADED = "t"  # at the end of the version
PROBE_TIMEOUT_S = 30  # for an interpreter to start and answer

_PROBE = """
import json, multiprocessing, platform, sys, sysconfig
from importlib import metadata
default = multiprocessing.get_start_method()
others = [method for method in multiprocessing.get_all_start_methods() if method != default]
packages = {name: package.version for package in metadata.distributions() if (name := package.metadata["Name"])}
print(json.dumps({
    "version": platform.python_version() + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""),
    "version_info": sys.version_info[:2],
    "implementation": sys.implementation.name,
    "build": " ".join(platform.python_build()) + ", " + platform.python_compiler(),
    "start_methods": [default, *others],
    "packages": dict(sorted(packages.items(), key=lambda package: package[0].lower())),
}))
"""


def choose(asked: Sequence[str]) -> list[Interpreter]:
    """The interpreters that trials run in, asked for as `[LABEL=]PATH[:gil=0|1]`, or else this one. Raises UsageError.

    The label is by default the version, and how the GIL is set. The same interpreter with the same label is chosen
    once.
    """
    chosen: dict[str, Interpreter] = {}
    for text in asked or [sys.executable]:
        place, gil = _split_gil(text)
        label, path = _split(place)
        interpreter = probe(_path(path))
        if gil and not interpreter.version.endswith(FREE_THREADED):
            raise UsageError(
                f"--python {text}: the GIL of {interpreter.executable} cannot be set, since Python "
                f"{interpreter.version} is not a free-threaded build (such as python3.14t)"
            )
        by_default = f"{interpreter.version}-gil{gil}" if gil else interpreter.version
        interpreter = replace(interpreter, label=label or by_default, gil=gil)
        other = chosen.setdefault(interpreter.label, interpreter)
        if (other.executable, other.gil) != (interpreter.executable, interpreter.gil):
            raise UsageError(
                f"{other.executable} and {interpreter.executable} would both be called {interpreter.label}: tell them "
                f"apart with labels, --python old={other.executable} --python new={interpreter.executable}"
            )
    return list(chosen.values())


def _split_gil(text: str) -> tuple[str, str]:
    """What is before `:gil=`, and the 0 or 1 after it; the latter is empty without it. Raises UsageError."""
    place, separator, gil = text.rpartition(":gil=")
    if not separator:
        return text, ""
    if gil not in ("0", "1"):
        raise UsageError(f"--python {text}: gil={gil} must be gil=0 (without the GIL) or gil=1 (with it)")
    return place, gil


def _split(text: str) -> tuple[str, str]:
    """The label and the path of `LABEL=PATH`; a path may hold a = after a slash. Raises UsageError."""
    label, equals, path = text.partition("=")
    if not equals or "/" in label:
        return "", text
    if not re.fullmatch(LABEL, label) or not path:
        raise UsageError(
            f"--python {text}: a label is made of letters, digits and . _ + -, and followed by a path: "
            f"--python old=.venv-old/bin/python"
        )
    return label, path


def probe(executable: str) -> Interpreter:
    """Ask an interpreter for its facts. Raises UsageError if it does not answer or is too old."""
    try:
        answer = subprocess.run(
            [executable, "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
        facts = json.loads(answer.stdout)
    except subprocess.TimeoutExpired as error:
        raise UsageError(
            f"{executable}: did not report its version within {PROBE_TIMEOUT_S} s; try: {executable} -c 'print(1)'"
        ) from error
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(f"{executable}: does not work as a Python interpreter, or is older than 3.8") from error
    if tuple(facts.pop("version_info")) < OLDEST:
        raise UsageError(f"{executable}: is Python {facts['version']}; trials need {OLDEST[0]}.{OLDEST[1]} or newer")
    return Interpreter(**{**facts, "executable": executable, "start_methods": tuple(facts["start_methods"])})


def _path(text: str) -> str:
    """An absolute path that is not resolved, since the Python of a virtual environment is a link to one outside it."""
    program = shutil.which(os.path.expanduser(text))  # noqa: PTH111  # a Path would drop the ./ of a file in this folder
    if program is None:
        raise UsageError(f"--python {text}: no such program, neither as a path nor on PATH")
    return str(Path.cwd() / program)
