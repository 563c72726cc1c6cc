"""The output of `bench compare`: at 80 columns, as Markdown and as JSON."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench.analysis.change import ChangeVerdict
from bench.analysis.compare import Comparison, compare_runs
from bench.output.export.comparison_markdown import comparison_markdown
from bench.output.export.plain_json import comparison_json
from bench.output.terminal.comparison_table import comparison_table
from bench.results.load import load_run
from bench.schema import Sample, Status
from tests.support.factory import (
    ENVIRONMENT,
    asyncio,
    failure,
    multiprocessing,
    pair,
    rounds,
    sample,
    varied_run,
    write_run,
)

LOOP = [1.00, 1.01, 0.99, 1.02, 0.98, 1.0]
CASE = [0.50, 0.51, 0.50, 0.49, 0.50, 0.5]
SLOW = [time * 1.25 for time in CASE]
EVIL = "\x1b[2J[red]|<b>`*\u202e"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two runs of many cases; they take a second to compare."""
    folder = tmp_path_factory.mktemp("varied")
    old, new = (load_run(varied_run(folder / name, 5, seed)) for seed, name in enumerate("ab", 1))
    return compare_runs(old, new, 0.125)


def compared(folder: Path, old: list[Sample], new: list[Sample], relative: bool = False, **facts: Any) -> Comparison:
    before = load_run(write_run(folder / "before", old))
    after = load_run(write_run(folder / "after", new, {**ENVIRONMENT, **facts}))
    return compare_runs(before, after, 0.05, relative)


def shown(comparison: Comparison) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(comparison_table(comparison))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def line_of(text: str, start: str) -> str:
    return flat(next(line for line in text.splitlines() if line.startswith(start)))


class TestTable:
    def test_a_row_has_both_times_the_ratio_its_interval_the_trials_and_the_verdict(self, folder: Path) -> None:
        text = shown(compared(folder, pair(LOOP, CASE), pair(LOOP, SLOW)))
        assert line_of(text, "threading") == "threading x2 500 ms 625 ms 1.25x [1.23, 1.27] 6/6 slower"
        assert line_of(text, "sequential").endswith("6/6 within 5 %")
        assert flat(text).endswith("Of 2 cases: 1 slower, 1 no difference larger than 5 %.")

    def test_differences_between_the_runs_come_first(self, folder: Path) -> None:
        comparison = compared(folder, pair(LOOP, CASE), pair(LOOP, CASE), machine={"cpu_model": "B"})
        lines = flat(shown(comparison))
        assert lines.startswith("Old run before, new run after These differ between the runs, or may differ")
        assert "! machine, cpu_model: Imaginary CPU @ 3.00GHz in OLD, B in NEW" in lines
        assert "! commit: unknown in both" in lines
        assert lines.index("! commit") < lines.index("threading x2")

    def test_comparing_a_run_with_itself_is_reported(self, folder: Path) -> None:
        run = load_run(write_run(folder / "run", pair(LOOP, CASE)))
        assert "OLD and NEW are the same run." in shown(compare_runs(run, run, 0.05))

    def test_too_few_trials_are_reported_with_the_rounds_needed(self, folder: Path) -> None:
        three = compared(folder, rounds(LOOP[:3]), rounds(SLOW[:3]))
        assert "Can't tell (1 case): 3 and 3 trials are too few for p < 0.05; measure 5 rounds." in flat(shown(three))
        many = [one for name in "abcdefgh" for one in rounds(LOOP[:5], workload=name)]
        doubled = [one for name in "abcdefgh" for one in rounds([2 * time for time in LOOP[:5]], workload=name)]
        text = flat(shown(compared(folder, many, doubled)))
        assert "5 and 5 trials are too few for p < 0.05 with 8 cases compared at once; measure 6 rounds." in text

    def test_cases_that_are_not_ok_are_listed_with_status_and_reason(self, folder: Path) -> None:
        bad = failure(Status.WRONG, "41 [bold]for[/bold] 42", backend="threading", workers=2, round=6)
        text = flat(shown(compared(folder, pair(LOOP, CASE), [*pair(LOOP, CASE), bad])))
        assert "! work threading x2: ok in OLD, wrong (41 [bold]for[/bold] 42) in NEW" in text
        again = flat(shown(compared(folder, [*rounds(LOOP), bad], [*rounds(LOOP), bad])))
        assert "! work threading x2: wrong (41 [bold]for[/bold] 42) in both runs" in again

    def test_cases_in_only_one_run_are_listed(self, folder: Path) -> None:
        text = flat(shown(compared(folder, pair(LOOP, CASE, params='{"n": 1}'), rounds(LOOP, **asyncio()))))
        assert "! Only in OLD: work (n=1) sequential x1 and work (n=1) threading x2." in text
        assert "! Only in NEW: work asyncio x1." in text
        assert text.endswith("Nothing to compare: no case is ok in both runs.")

    def test_it_explains_how_times_are_compared(self, folder: Path) -> None:
        runs = (folder, pair(LOOP, CASE), pair(LOOP, SLOW))
        assert "Times are compared as measured: a machine" in flat(shown(compared(*runs)))
        assert "relative to the baseline of the same cycle" in flat(shown(compared(*runs, relative=True)))

    def test_a_case_without_a_baseline_has_no_ratio_and_a_reason(self, folder: Path) -> None:
        alone = rounds(CASE, backend="threading", workers=2)
        text = shown(compared(folder, alone, alone, relative=True))
        assert line_of(text, "threading") == "threading x2 500 ms 500 ms - 0/0 can't tell"
        assert "in one of the runs no ok trial of the case took turns with one of the baseline" in flat(text)

    def test_a_long_comparison_fits_80_columns_without_losing_a_letter(self, folder: Path, varied: Comparison) -> None:
        slow = [time * 80 for time in LOOP]
        wide = rounds(slow, **multiprocessing("forkserver"), workers=32) + rounds(LOOP, **multiprocessing("spawn"))
        texts = [
            shown(varied),
            shown(compared(folder, wide, [*wide[:5], sample(elapsed_s=0.1, **multiprocessing("spawn"))])),
        ]
        for text in texts:
            assert max(map(len, text.splitlines())) <= 80
            assert "…" not in text
        assert "[95 % interval]" in texts[0]
        assert "multiprocessing:spawn x32" in flat(texts[0])

    def test_foreign_text_moves_neither_cursor_nor_colour(self, folder: Path) -> None:
        evil = [sample(workload=EVIL, params='{"a": "\\u001b[2J"}'), failure(reason=EVIL, backend="asyncio")]
        text = shown(compared(folder, evil, evil, bench=EVIL))
        assert all(char.isprintable() or char == "\n" for char in text)


class TestMarkdown:
    def test_each_verdict_is_written_in_full(self, folder: Path) -> None:
        text = comparison_markdown(compared(folder, pair(LOOP, CASE), pair(LOOP, SLOW)))
        assert "| threading x2 | 500 ms | 625 ms | 1.25x \\[1.23, 1.27\\] | 6/6 | slower |" in text
        assert "| no difference larger than 5 % |" in text
        assert "- machine" not in text
        assert "- commit: unknown in both" in text

    def test_a_table_has_as_many_cells_in_each_row(self, varied: Comparison) -> None:
        lines = comparison_markdown(varied).splitlines()
        assert {line.count("|") for line in lines if line.startswith("|")} == {7}

    def test_foreign_text_is_never_markup(self, folder: Path) -> None:
        evil = [*rounds(LOOP, workload=EVIL), failure(reason=EVIL, backend="asyncio")]
        text = comparison_markdown(compared(folder, evil, evil))
        assert all(char.isprintable() or char == "\n" for char in text)
        assert "\\[red\\]\\|\\<b\\>\\`\\*" in text


class TestJson:
    def test_the_docstring_names_every_json_field(self, folder: Path) -> None:
        old = [*pair(LOOP, CASE), failure(**asyncio()), sample(workload="gone")]
        new = [*pair(LOOP, SLOW), failure(**asyncio()), sample(workload="come")]
        document = comparison_json(compared(folder, old, new, bench="2"))
        documentation = comparison_json.__doc__ or ""
        parts = [
            document,
            *document["differences"],
            *document["cases"],
            *document["not_ok"],
            *document["only_old"],
            *document["only_new"],
        ]
        undocumented = {name for part in parts for name in part if f"`{name}`" not in documentation}
        assert undocumented == set()
        assert [case["backend"] for case in document["not_ok"]] == ["asyncio"]
        assert [case["workload"] for case in (*document["only_old"], *document["only_new"])] == ["gone", "come"]
        assert {"what": "bench", "old": None, "new": "2"} in document["differences"]

    def test_the_json_has_a_fixed_schema(self, folder: Path) -> None:
        document = comparison_json(compared(folder, rounds(LOOP), rounds([time * 1.25 for time in LOOP])))
        (case,) = json.loads(json.dumps(document, allow_nan=False))["cases"]
        assert {name: value for name, value in case.items() if not isinstance(value, float)} == {
            "workload": "work",
            "params": "{}",
            "bound": "cpu",
            "backend": "sequential",
            "options": "{}",
            "start_method": None,
            "async_style": None,
            "workers": 1,
            "interpreter": "3.11.7",
            "python": "3.11.7",
            "old_python": "3.11.7",
            "basis": "as measured",
            "old_trials": 6,
            "new_trials": 6,
            "deterministic": False,
            "verdict": "slower",
            "why": None,
            "rounds_needed": None,
        }
        assert {name for name, value in case.items() if isinstance(value, float)} == {
            "old_s",
            "new_s",
            "ratio",
            "low",
            "high",
            "p_value",
            "p_corrected",
        }
        assert (document["old"], document["new"], document["threshold"], document["level"]) == (
            "before",
            "after",
            0.05,
            0.05,
        )

    def test_an_unknown_verdict_has_a_reason(self, folder: Path) -> None:
        (case,) = comparison_json(compared(folder, rounds([1.0]), rounds([2.0])))["cases"]
        assert case["why"] == "1 and 1 trials are too few for p < 0.05; measure 5 rounds"
        assert (case["verdict"], case["rounds_needed"], case["low"]) == ("can't tell", 5, None)

    def test_the_docstring_lists_the_verdicts(self) -> None:
        assert all(f"`{finding}`" in (comparison_json.__doc__ or "").replace("\n", " ") for finding in ChangeVerdict)
