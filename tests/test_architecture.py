"""Imports run one way, and a trial imports only what it needs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.backends._base import Backend
from bench.discovery import backends, module_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bench"

# What each part may import, besides itself. Read it from top to bottom: no arrow points down.
ALLOWED: dict[str, set[str]] = {
    "samples": set(),
    "errors": {"samples"},
    "reasons": set(),
    "stacks": set(),
    "overheard": set(),
    "unawaited": {"overheard"},
    "parameters": {"errors", "samples"},
    "workload": {"errors", "parameters", "samples"},
    "bench": {"workload"},
    "machine": set(),
    "doctor": {"machine"},
    "http_server": set(),
    "start": set(),
    "interpreters": {"errors", "samples"},
    "loading": {"errors", "reasons", "samples", "workload"},
    "found": {"loading", "parameters", "samples", "workload"},
    "backends": {"errors", "loading", "parameters", "reasons", "samples", "stacks", "unawaited", "workload"},
    "discovery": {"backends", "errors", "found", "parameters", "reasons", "samples", "start"},
    "trial": {
        "backends",
        "discovery",
        "errors",
        "loading",
        "overheard",
        "reasons",
        "samples",
        "stacks",
        "start",
        "unawaited",
        "workload",
    },
    "plan": {"samples"},
    "kept": {"plan", "samples"},
    "matrix": {"backends", "found", "plan", "samples"},
    "arguments": {"backends", "discovery", "errors", "found", "matrix", "parameters", "samples"},
    "record": {"bench", "errors", "interpreters", "kept", "machine", "plan", "samples"},
    "busy": set(),
    "ceiling": {"busy", "samples"},
    "cautions": {"samples"},
    "rows": {"kept", "samples", "trial"},
    "timeouts": {"samples"},
    "tracing": {"discovery", "samples", "trial"},
    "runner": {
        "cautions",
        "ceiling",
        "discovery",
        "kept",
        "machine",
        "plan",
        "rows",
        "samples",
        "timeouts",
        "trial",
    },
    "analysis": {"errors", "samples"},
    "stored": {"analysis", "errors"},
    "present": {"analysis", "cautions", "doctor", "errors", "samples", "stored"},
    "export": {"analysis", "errors", "present"},
    "report": {"analysis", "errors", "present", "samples"},
}
WIRING = {"cli", "commands", "session", "__main__"}
HEAVY = {"pandas", "numpy", "matplotlib", "scipy", "typer", "rich", "jinja2"}


def _files() -> dict[Path, str]:
    """Every file of the program, with the part it belongs to."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not first.startswith("test_") and first != "conftest":
            found[path] = "bench" if first == "__init__" else first
    return found


def _imported(path: Path) -> set[str]:
    """The parts of the program that a file imports, anywhere in it."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "bench":
            names = {alias.name for alias in node.names}
            parts |= {
                name if (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists() else "bench" for name in names
            }
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bench."):
            parts.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            parts |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("bench.")}
    return parts


@pytest.mark.parametrize(("path", "part"), _files().items(), ids=lambda value: getattr(value, "name", value))
def test_imports_run_one_way(path: Path, part: str) -> None:
    assert part in ALLOWED or part in WIRING, f"say in this test what {part} may import"
    if part not in WIRING:
        assert _imported(path) - {part} <= ALLOWED[part]


def test_no_arrow_points_down() -> None:
    order = list(ALLOWED)
    for part, imported in ALLOWED.items():
        assert all(order.index(other) < order.index(part) for other in imported), part


def test_the_reading_half_never_reaches_the_measuring_half() -> None:
    reading = ("analysis", "stored", "present", "export", "report")
    assert not set().union(*(ALLOWED[part] for part in reading)) & {
        "backends",
        "discovery",
        "trial",
        "plan",
        "runner",
        "record",
    }


def test_what_is_presented_of_the_doctor_is_findings_alone() -> None:
    for path in (PACKAGE / "present").rglob("*.py"):
        named = re.findall(r"bench\.doctor\S*|import.*\bdoctor\b", path.read_text())
        assert set(named) <= {"bench.doctor.finding"}, path


def test_of_what_is_presented_only_charts_import_what_draws() -> None:
    for path in (PACKAGE / "present").glob("*.py"):
        assert not re.search(r"import matplotlib|from matplotlib|present\.charts", path.read_text()), path


def _modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has imported after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize("backend", backends().values(), ids=lambda cls: cls.name)
def test_a_trial_imports_nothing_heavy(backend: type[Backend], tmp_path: Path) -> None:
    """Asked in the trial itself, and in each of its workers, after the work is done."""
    path = tmp_path / "asks.py"
    path.write_text(
        "import sys\n"
        "from bench import workload\n"
        "@workload(items=range(4))\n"
        "def asks(item):\n"
        f"    heavy = {sorted(HEAVY)!r}\n"
        "    assert not [name for name in heavy if name in sys.modules], sorted(sys.modules)\n"
    )
    from bench.trial.launcher import launch
    from bench.trial.messages import Request

    for method in ("fork", "spawn", "forkserver") if "start_method" in backend.known_options() else (None,):
        options = {"start_method": method, "chunksize": 1} if method else {}
        request = Request(str(path), "asks", {}, module_of(backend), options, 1, warmups=1, values=1)
        assert launch(sys.executable, request, {}, 60).failed is None


def test_what_a_workload_file_imports_is_light() -> None:
    assert not HEAVY & _modules_after("import bench, bench.http_server")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["list"],
        ["compare", "--help"],
        ["export", "--help"],
        ["report", "--help"],
        ["results", "--help"],
        ["run", "sqrt-sum", "--dry-run"],
        ["doctor", "--no-self-test"],
    ],
)
def test_help_and_lists_do_not_wait_for_what_draws(arguments: list[str]) -> None:
    code = (
        f"import sys\nsys.argv = ['bench', *{arguments!r}]\n"
        "from bench.cli import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert not {"pandas", "matplotlib", "scipy", "numpy", "jinja2"} & _modules_after(code)
