"""Modules imported before the command answers: a prompt must not wait for modules it does not need."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __version__
from bench.cli.app import COMMANDS
from bench.cli.commands import load
from bench.cli.completion import CompletionRequest, completions, request_script, respond

PROBE = """
import sys
sys.argv = ["bench", *{arguments!r}]
from bench.cli.app import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sys.modules))
"""
SLOW = {"typer", "rich", "pydantic", "pandas", "numpy", "scipy", "matplotlib", "jinja2", "aiohttp", "requests"}


def run_probe(*arguments: str, **environment: str) -> tuple[str, set[str]]:
    """The output of the command, and the top-level modules it has imported by then."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout, {name.partition(".")[0] for name in done.stderr.split()}


def completing(words: str) -> dict[str, str]:
    position = len(words.split()) - (not words.endswith(" "))
    return {"_BENCH_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(position)}


def test_the_version_imports_no_slow_modules() -> None:
    printed, modules = run_probe("--version")
    assert printed == f"bench {__version__}\n"
    assert not SLOW & modules


def test_the_version_imports_only_the_entry_point() -> None:
    code = PROBE.format(arguments=["--version"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = {name for name in done.stderr.split() if name.partition(".")[0] == "bench"}
    assert own == {"bench", "bench.cli", "bench.cli.app"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bench comp", {"compare"}),
        ("bench ", set(COMMANDS)),
        ("bench run sqrt", {"sqrt-sum"}),
        ("bench run -b thr", {"threading"}),
        ("bench run -w 2 sqrt", {"sqrt-sum"}),
        ("bench run --prec", {"--precision"}),
        ("bench claims io-", {"io-threads", "io-processes"}),
        ("bench claims rollback --fl", {"--flowchart"}),
        ("bench results rem", {"remove"}),
        ("bench results remove --y", {"--yes"}),
    ],
)
def test_completions_import_neither_typer_nor_rich(words: str, expected: set[str]) -> None:
    printed, modules = run_probe(**completing(words))
    assert set(printed.split()) == expected
    assert not SLOW & modules


@pytest.mark.parametrize("words", ["bench run -w 2", "bench show x", "bench run -w4 sq", "bench run 'a", "bench -"])
def test_other_completions_are_delegated_to_typer(words: str) -> None:
    assert respond(completing(words)) is None


def test_other_shells_are_delegated_to_typer() -> None:
    assert respond({"_BENCH_COMPLETE": "complete_powershell"}) is None


@pytest.mark.parametrize(("shell", "start"), [("zsh", "#compdef bench"), ("fish", "complete --command bench")])
def test_the_completion_script_is_printed_before_typer_builds_parameters(shell: str, start: str) -> None:
    code = f"import shellingham; shellingham.detect_shell = lambda: ({shell!r}, '')\n"
    done = subprocess.run(
        [sys.executable, "-c", code + PROBE.format(arguments=["--show-completion"])],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "_BENCH_COMPLETE"},
    )
    assert done.stdout.lstrip().startswith(start)
    assert not {"pydantic", "rich"} & set(done.stderr.split())


def test_the_script_of_an_unknown_shell_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("tcsh", "/bin/tcsh"))
    environment: dict[str, str] = {}
    request_script(environment)
    assert environment == {}


def test_a_workload_file_that_cannot_be_loaded_completes_nothing(here: Path) -> None:
    (here / "workloads").mkdir()
    (here / "workloads/broken.py").write_text("raise ValueError\n")
    assert completions(CompletionRequest(["run"], "sq")) == []


def test_public_names_are_loaded_lazily() -> None:
    code = "import sys, bench; before = set(sys.modules); from bench import Workload, workload; print(*before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "bench.collect" not in done.stdout.split()


def test_a_non_public_name_is_an_attribute_error() -> None:
    import bench

    with pytest.raises(AttributeError, match="module 'bench' has no attribute 'nothing'"):
        _ = bench.nothing
    assert {"Workload", "workload"} <= set(dir(bench))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_command_list_has_the_first_line_of_each_commands_help(name: str) -> None:
    assert inspect.cleandoc(load(name).help).split("\n")[0] == COMMANDS[name][1]
