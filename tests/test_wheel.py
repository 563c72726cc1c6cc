"""The built wheel, installed away from the rest of the checkout."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bench` of a new environment, whose dependencies are those of this one: nothing is fetched."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    options = ["--no-deps", "--no-index", "--disable-pip-version-check"]
    install: list[str | Path] = [python, "-m", "pip", "install", *options, wheel]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    (own,) = folder.glob("lib/python*/site-packages")
    dependencies = [entry for entry in sys.path if entry.endswith("site-packages")]
    (own / "dependencies.pth").write_text("\n".join(dependencies))
    return folder / "bin/bench"


def _run(command: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [command, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=environment
    )


def test_wheel_contains_the_bundled_workloads_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    bundled = {path.name for path in (ROOT / "workloads").glob("*.py")}
    assert bundled <= {Path(name).name for name in names if name.startswith("bench/workloads/")}
    assert not [name for name in names if Path(name).name.startswith(("test_", "conftest"))]


def test_wheel_is_marked_as_typed(wheel: Path) -> None:
    assert "bench/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_wheel_contains_the_report_templates(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    made_of = {str(path.relative_to(ROOT)) for path in (ROOT / "bench/output/html/templates").iterdir()}
    assert made_of
    assert made_of <= names


def test_wheel_contains_the_templates_of_new_workloads(wheel: Path) -> None:
    assert {f"bench/cli/templates/{form}.txt" for form in ("short", "full")} <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_registers_the_pytest_plugin(wheel: Path) -> None:
    (entry_points,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("entry_points.txt"))
    text = zipfile.ZipFile(wheel).read(entry_points).decode()
    assert "[pytest11]\nconcurrency_bench = bench.api.pytest_plugin" in text


def test_installed_bench_lists_and_runs_the_bundled_workloads(installed: Path, tmp_path: Path) -> None:
    catalogue = json.loads(_run(installed, tmp_path, "list", "--json").stdout)
    paths = [line["path"] for line in catalogue["workloads"]]
    assert paths
    assert all(str(installed.parent.parent) in path for path in paths)
    done = _run(installed, tmp_path, "run", "sqrt-sum", "--quick", "-p", "n=2000")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results/latest/samples.csv").is_file()
    reported = _run(installed, tmp_path, "report")
    assert reported.returncode == 0, reported.stderr
    assert Path(reported.stdout.strip()).name == "report.html"
