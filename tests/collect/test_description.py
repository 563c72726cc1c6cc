import subprocess
import sys
from pathlib import Path

import pytest

from bench.collect.description import describe_file
from bench.collect.discovery import _describe_elsewhere, bundled_folder, in_file, select_workloads
from bench.errors import MissingPackage, WorkloadFileError
from bench.process.bootstrap import PACKAGE
from tests.conftest import WriteFile

NEEDY = """
    import only_there
    from enum import StrEnum
    from bench import Workload

    class Mode(StrEnum):
        FAST = "fast"
        IN_STEPS = "in-steps"

    class Needy(Workload):
        \"\"\"Needs a package.\"\"\"
        bound = "io"
        environment = {"OMP_NUM_THREADS": "2"}
        mode: Mode = Mode.IN_STEPS
        count: int | None = 3
        def items(self): return range(3)
        def work(self, item, client): return item
        async def work_async(self, item, client): return item
"""


def other_python(folder: Path) -> str:
    """A Python that has the package only_there."""
    packages = folder / "packages"
    packages.mkdir()
    (packages / "only_there.py").write_text("")
    program = folder / "other-python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={packages} exec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return str(program)


def test_file_is_described_by_an_interpreter_that_has_its_packages(write_file: WriteFile, here: Path) -> None:
    (found,) = in_file(write_file("needy.py", NEEDY), [sys.executable, other_python(here)])
    assert (found.name, found.bound, found.native, found.summary) == ("needy", "io", True, "Needs a package.")
    assert found.environment == {"OMP_NUM_THREADS": "2"}
    assert found.parameters["mode"].parse("in-steps") == "in-steps"
    assert found.parameters["count"].parse("none") is None


def test_file_no_interpreter_can_load_is_reported_with_the_package_and_a_remedy(write_file: WriteFile) -> None:
    with pytest.raises(WorkloadFileError, match="lacks the package only_there; install it, or use an interpreter"):
        in_file(write_file("needy.py", NEEDY), [sys.executable])


@pytest.mark.parametrize("path", sorted(bundled_folder().glob("*.py")), ids=lambda path: path.stem)
def test_description_is_the_same_in_every_interpreter(path: Path) -> None:
    here = describe_file(path)
    elsewhere = _describe_elsewhere(path, [sys.executable], MissingPackage("not asked", "any"))
    for one, other in zip(here, elsewhere, strict=True):
        assert (one.name, one.path, one.bound, one.native) == (other.name, other.path, other.bound, other.native)
        assert {name: parameter.default for name, parameter in one.parameters.items()} == {
            name: parameter.default for name, parameter in other.parameters.items()
        }


def test_other_interpreter_can_import_only_the_package_itself(tmp_path: Path) -> None:
    """As if bench were installed among other packages: only it can be imported, by its own path."""
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "bench").symlink_to(PACKAGE)
    (packages / "neighbour.py").write_text("")
    probe = tmp_path / "asks.py"
    probe.write_text(
        "import importlib.util\n"
        "from bench import workload\n"
        "assert importlib.util.find_spec('neighbour') is None\n"
        "@workload(items=[1])\n"
        "def asks(item): ...\n"
    )
    command = [sys.executable, "-I", str(packages / "bench/process/bootstrap.py"), "collect.description", str(probe)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert '"name": "asks"' in done.stdout, done.stderr


def test_workloads_by_name_are_searched_in_other_interpreters_too(write_file: WriteFile, here: Path) -> None:
    write_file("workloads/needy.py", NEEDY)
    assert [found.name for found in select_workloads(["needy"], [other_python(here)])] == ["needy"]


def test_interpreter_that_loads_too_slowly_is_reported_with_a_remedy(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.collect.discovery.LOAD_TIMEOUT_S", 0.5)
    path = here / "slow.py"
    path.write_text("import time\ntime.sleep(1000)\n")
    with pytest.raises(WorkloadFileError, match=r"slow.py: .* did not finish loading it within 0.5 s: .* setup\(\)"):
        _describe_elsewhere(path, [sys.executable], MissingPackage("not asked", "any"))
