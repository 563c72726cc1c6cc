"""Imports run in one direction, and a trial imports only what it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.api.measuring import measure
from bench.backends._base import Backend
from bench.backends._registry import module_of
from bench.collect.parameters import parse_all
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from tests.support.backend_params import backend_params, this_interpreter
from tests.support.import_graph import imported_modules, modules_of
from tests.support.paths import ROOT

PACKAGE = ROOT / "bench"

# What each part may import besides itself. A name stands for the modules of that package without its subpackages, which
# have lines of their own. No line names one that is below it.
ALLOWED: dict[str, set[str]] = {
    "schema": set(),
    "errors": {"schema"},
    "process": {"errors"},
    "collect": {"errors", "process", "schema"},
    "bench": {"collect"},
    "machine": {"errors", "schema"},
    "machine.checks": {"machine"},
    "servers": {"errors", "process"},
    "replace_file": set(),
    "backends": {"bench", "collect", "errors", "process", "schema"},
    "measure.trial": {"backends", "collect", "errors", "process", "schema"},
    "measure": {"backends", "bench", "collect", "errors", "machine", "measure.trial", "schema"},
    "measure.record": {"bench", "errors", "machine", "measure", "replace_file", "schema"},
    "results": {"errors", "schema"},
    "analysis": {"errors", "results", "schema"},
    "output.wording": {"analysis", "results", "schema"},
    "output.terminal": {"analysis", "machine.checks", "output.wording", "results", "schema"},
    "output.charts": {"analysis", "errors", "output.wording", "results", "schema"},
    "output.export": {"analysis", "errors", "output.wording", "results", "schema"},
    "output.html": {"analysis", "errors", "output.charts", "output.wording", "replace_file", "results", "schema"},
    "session": {
        "analysis",
        "backends",
        "collect",
        "errors",
        "machine",
        "measure",
        "measure.record",
        "measure.trial",
        "process",
        "results",
        "schema",
    },
    "api": {
        "analysis",
        "collect",
        "errors",
        "machine",
        "measure",
        "measure.record",
        "output.charts",
        "output.export",
        "output.html",
        "output.terminal",
        "output.wording",
        "process",
        "results",
        "schema",
        "session",
    },
    "claims": {
        "analysis",
        "collect",
        "errors",
        "machine",
        "measure",
        "measure.record",
        "measure.trial",
        "output.wording",
        "process",
        "results",
        "schema",
        "servers",
        "session",
    },
    "advise": {
        "analysis",
        "api",
        "backends",
        "bench",
        "collect",
        "errors",
        "machine",
        "measure",
        "measure.record",
        "measure.trial",
        "process",
        "results",
        "schema",
        "session",
    },
}
LAZY = {"bench": {"api"}}  # imported when a public name is first used
WIRING = {"cli", "__main__"}
READING = {"results", "analysis", "output.wording", "output.terminal", "output.charts", "output.export", "output.html"}
MEASURING = {"process", "collect", "backends", "measure", "measure.trial", "measure.record"}
ENGINES = {"dask": "distributed", "joblib": "joblib", "ray": "ray"}
HEAVY = {"pandas", "numpy", "matplotlib", "scipy", "typer", "rich", "jinja2"}

MODULES = modules_of(PACKAGE)


def part_of(module: str) -> str:
    """The line of ALLOWED that a module belongs to: its innermost package that has one."""
    inner = module.split(".")[1:]
    for length in range(len(inner), 0, -1):
        if (part := ".".join(inner[:length])) in ALLOWED | dict.fromkeys(WIRING):
            return part
    return ".".join(inner) or "bench"


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_what_is_allowed(module: str) -> None:
    part = part_of(module)
    if part in WIRING or not MODULES[module].read_text(encoding="utf-8").count("import "):
        return
    assert part in ALLOWED, f"add a line to this test that says what {part} may import"
    imported = {part_of(other) for other in imported_modules(MODULES[module], MODULES)}
    assert imported - {part} <= ALLOWED[part] | LAZY.get(part, set())


def test_parts_import_only_earlier_parts() -> None:
    order = list(ALLOWED)
    for part, imported in ALLOWED.items():
        assert all(order.index(other) < order.index(part) for other in imported), part


def test_reading_half_never_imports_the_measuring_half() -> None:
    reached, pending = set(READING), list(READING)
    while pending:
        fresh = ALLOWED[pending.pop()] - reached
        reached |= fresh
        pending += fresh
    assert not reached & MEASURING


def test_terminal_output_uses_only_the_findings_of_checks() -> None:
    used = _imported_by("output.terminal")
    assert {module for module in used if module.startswith("bench.machine")} == {"bench.machine.checks._finding"}


def test_only_charts_import_matplotlib() -> None:
    for module, path in MODULES.items():
        if part_of(module) not in {"output.charts", "output.html"}:
            assert not re.search(r"import matplotlib|from matplotlib", path.read_text(encoding="utf-8")), module


def test_session_imports_neither_typer_nor_rich() -> None:
    """Only displaying needs them, which is left to what calls it."""
    modules = ", ".join(module for module in MODULES if part_of(module) == "session")
    assert not {"typer", "rich", "pandas", "matplotlib"} & _modules_after(f"import {modules}")


def test_package_root_has_at_most_17_entries() -> None:
    entries = {path.name for path in PACKAGE.iterdir() if not path.name.startswith("__")}
    assert len(entries - {"py.typed", "test_workloads.py", "conftest.py"}) <= 17


def test_class_names_are_unique() -> None:
    """No two files of one package tree share a class name, so that a name in a traceback leads to one place."""
    classes: dict[str, str] = {}
    for module, path in MODULES.items():
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert classes.setdefault(name, module) == module, f"{name}: {classes[name]} and {module}"


def _imported_by(part: str) -> set[str]:
    return {
        other
        for module, path in MODULES.items()
        if part_of(module) == part
        for other in imported_modules(path, MODULES)
    }


def _modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has imported after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize("backend", backend_params())
def test_trial_imports_no_heavy_modules(backend: type[Backend], tmp_path: Path) -> None:
    """Asked in the trial itself, and in each of its workers, after the work is done.

    What an engine imports itself is a part of its cost.
    """
    heavy = HEAVY - (_modules_after(f"import {ENGINES[backend.name]}") if backend.name in ENGINES else set())
    path = tmp_path / "asks.py"
    path.write_text(
        "import sys\n"
        "from bench import workload\n"
        "@workload(items=range(4))\n"
        "def asks(item):\n"
        f"    heavy = {sorted(heavy)!r}\n"
        "    assert not [name for name in heavy if name in sys.modules], sorted(sys.modules)\n"
    )
    defaults = backend.resolve(parse_all({}, backend.known_options(), backend.name), this_interpreter())
    for method in ("fork", "spawn", "forkserver") if "start_method" in defaults else (None,):
        options = {**defaults, "start_method": method} if method else defaults
        workers = next(count for count in range(1, 9) if backend.fits(count, options))
        request = Request(str(path), "asks", {}, module_of(backend), options, workers, warmups=1)
        assert run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(60)).failed is None


def test_fresh_interpreters_of_claims_import_no_heavy_modules() -> None:
    assert not HEAVY & _modules_after("from bench.claims import _child, _registry\n_registry.claims()")


def test_workload_file_imports_no_heavy_modules() -> None:
    assert not HEAVY & _modules_after("import bench, bench.servers.httpbin_server")


def test_import_bench_imports_nothing_else_of_the_program() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; before = set(sys.modules); import bench; print(*set(sys.modules) - before)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) <= {"bench", "types"}


def test_public_function_is_not_hidden_by_the_package_of_the_same_name() -> None:
    import bench
    import bench.measure.runner

    assert bench.measure is measure
    assert sys.modules["bench.measure"].__name__ == "bench.measure"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["list"],
        ["advise", "--help"],
        ["compare", "--help"],
        ["export", "--help"],
        ["report", "--help"],
        ["results", "--help"],
        ["scaling", "--help"],
        ["run", "sqrt-sum", "--dry-run"],
        ["claims", "--help"],
        ["claims", "no-such-claim"],
        ["doctor", "--no-self-test"],
    ],
)
def test_help_and_lists_import_no_analysis_or_drawing_libraries(arguments: list[str]) -> None:
    code = (
        f"import sys\nsys.argv = ['bench', *{arguments!r}]\n"
        "from bench.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert not {"pandas", "matplotlib", "scipy", "numpy", "jinja2"} & _modules_after(code)
