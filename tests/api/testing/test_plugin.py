"""The pytest plugin, in a project of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.api.testing.session_table import table_lines
from bench.results.load import load_run

WORK = """
import time

def waits(item):
    time.sleep(0.01)
    return item

def fails(item):
    raise ValueError("no luck")

def are_same(items, results):
    return items == results

def are_other(items, results):
    return items != results
"""
LONG = "--concurrency-max-time=60"


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a module of functions."""
    pytester.makepyfile(work=WORK)
    pytester.syspathinsert()
    return pytester


def run(project: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    """Run a file with one test, whose body this is."""
    text = "from work import *\ndef test_it(concurrency):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    project.makepyfile(test_it=text)
    return project.runpytest(LONG, "-p", "no:cacheprovider", *options)


def test_assertion_that_holds_passes_and_is_in_the_table(project: pytest.Pytester) -> None:
    body = "result = concurrency(waits, range(8), workers=4, rounds=3, check=are_same)\nassert result.speedup > 0.001\n"
    result = run(project, body + "assert result.speedup.low > 0.001")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*= concurrency =*", "test *case*", "*::test_it*waits by threading with 4 workers*> 0.001 holds"]
    )


def test_failing_assertion_shows_the_interval_the_rounds_and_the_machine(project: pytest.Pytester) -> None:
    result = run(project, "assert concurrency(waits, range(8), workers=2, rounds=3).speedup > 1000")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * speedup *x [[]*[]] > 1000: does not hold",
            "E * waits: threading with 2 workers is *x [[]*[]] the speed of the baseline (95 % interval over 3 rounds)",
            "E * median time * for the baseline, * for threading",
            "E * machine: *usable core*",
            "*threading with 2 workers*3*> 1000 does not hold",
        ]
    )


@pytest.mark.slow
def test_figure_of_the_interval_is_explained_too(project: pytest.Pytester) -> None:
    result = run(project, "assert 1000 < concurrency(waits, range(8), workers=2, rounds=3).speedup.low")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * > 1000 is false; speedup *: does not hold"])


@pytest.mark.parametrize(("unsure", "outcome"), [("fail", {"failed": 1}), ("allow", {"passed": 1})])
def test_claim_that_cannot_be_told_fails_or_is_allowed(
    unsure: str, outcome: dict[str, int], project: pytest.Pytester
) -> None:
    result = run(project, f"assert concurrency(waits, [1, 2], workers=2, rounds=1, unsure={unsure!r}).speedup > 1.5")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*> 1.5 can't tell"])


@pytest.mark.slow
def test_retry_measures_once_more_with_twice_the_rounds(project: pytest.Pytester) -> None:
    body = "result = concurrency(waits, [1, 2], workers=2, rounds=2, unsure='retry')\nclaim = result.speedup > 0.01\n"
    result = run(project, body + "assert claim\nassert result.rounds == 4")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*> 0.01 holds (second look)"])


@pytest.mark.slow
def test_coroutine_function_defined_in_the_test(project: pytest.Pytester) -> None:
    body = "import asyncio\nasync def later(item):\n    await asyncio.sleep(0.001)\n    return item\n"
    body += "result = concurrency(later, [1, 2], backend='asyncio', workers=2, rounds=1, check=are_same)\n"
    run(project, body + "assert result.case.ok").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "concurrency(fails, [3], rounds=1)",
            "sequential with 1 worker: error: item 3: ValueError: no luck (work.py:8)",
        ),
        ("concurrency(waits, [3], rounds=1, check=are_other)", "sequential with 1 worker: wrong: *"),
        ("concurrency(waits, [])", "concurrency: there are no items to work on"),
        (
            "concurrency(waits, [1], backend='thread')",
            "concurrency: unknown backend 'thread': did you mean*",
        ),
        ("concurrency(waits, [1], backend='sequential')", "*UsageError: backend='sequential' is what every other*"),
        ("concurrency(waits, [1], unsure='maybe')", "*unknown unsure 'maybe'*"),
    ],
)
def test_what_cannot_be_measured_fails_the_test(call: str, message: str, project: pytest.Pytester) -> None:
    result = run(project, call)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_skip_leaves_other_tests_alone(project: pytest.Pytester) -> None:
    project.makepyfile(test_other="def test_other(): pass")
    run(project, "assert False", "--concurrency-skip").assert_outcomes(passed=1, skipped=1)


@pytest.mark.slow
def test_save_keeps_each_run_in_a_folder_of_its_own(project: pytest.Pytester) -> None:
    body = "for _ in range(2):\n    concurrency(waits, [1, 2], workers=2, rounds=1)"
    run(project, body, "--concurrency-save", "kept").assert_outcomes(passed=1)
    folders = sorted(Path("kept").iterdir())
    assert [folder.name for folder in folders] == ["test_it.py-test_it", "test_it.py-test_it-2"]
    assert all(load_run(folder).rounds == 1 for folder in folders)


def test_session_without_measurements_has_no_table(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(): pass")
    assert "= concurrency =" not in project.runpytest(LONG).stdout.str()


@pytest.mark.slow
def test_works_beside_xdist_and_benchmark(project: pytest.Pytester) -> None:
    """The measurements of two processes take turns, and the first one's table has both."""
    project.makepyfile(
        "from work import *\n"
        "import pytest\n"
        "@pytest.mark.parametrize('number', [1, 2, 3])\n"
        "def test_it(number, concurrency):\n"
        "    result = concurrency(waits, range(4), workers=2, rounds=1)\n"
        "    assert not [note for note in result.result.notes if 'another run' in note]\n"
        "def test_benchmark(benchmark): benchmark(waits, 1)\n"
    )
    result = project.runpytest_subprocess(LONG, "-n", "2", "-W", "ignore")
    result.assert_outcomes(passed=4)
    assert result.stdout.str().count("waits by threading with 2 workers") == 3


def test_plugin_imports_nothing_that_measures(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("import sys\ndef test_it(): print('loaded:', *sys.modules)\n")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded = next(line for line in done.stdout.split("\n") if line.startswith("loaded:")).split()
    assert {name for name in loaded if name.partition(".")[0] == "bench"} == {
        "bench",
        "bench.api",
        "bench.api.pytest_plugin",
    }
    assert not {"pandas", "numpy", "scipy", "matplotlib", "rich.console", "typer"} & set(loaded)


def test_table_says_what_disturbed_the_measurements() -> None:
    record = {"case": "f by threading", "speedup": "2x", "rounds": 3, "claims": ["> 1 holds"], "retried": False}
    lines = list(
        table_lines(
            [("test_a", {**record, "disturbed": 2, "trials": 6}), ("t", {**record, "disturbed": 0, "trials": 6})]
        )
    )
    assert [line.split()[0] for line in lines[:3]] == ["test", "test_a", "t"]
    assert lines[3] == "other programs, or other tests, used the cores during 2 of 12 trials"
