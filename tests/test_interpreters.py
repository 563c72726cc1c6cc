import multiprocessing
import platform
import sys
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.interpreters import probe


def test_an_interpreter_tells_its_version_and_start_methods_the_default_first() -> None:
    told = probe(sys.executable)
    assert told.executable == sys.executable
    assert told.version.removesuffix("t") == platform.python_version()
    assert told.implementation == sys.implementation.name
    assert sorted(told.start_methods) == sorted(multiprocessing.get_all_start_methods())
    assert told.start_methods[0] == multiprocessing.get_all_start_methods()[0]


@pytest.mark.parametrize("script", ["echo hello", "exit 1", "echo '{'"])
def test_what_does_not_answer_as_an_interpreter_is_refused(tmp_path: Path, script: str) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with pytest.raises(UsageError, match=f"{program}: does not answer as a Python interpreter"):
        probe(str(program))


def test_an_interpreter_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"does not answer as a Python interpreter: .*No such file"):
        probe(str(tmp_path / "python"))
