"""The warnings of a run, read from any environment.json and shown below its tables."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from bench.analysis.recorded_warnings import recorded_warnings
from bench.output.wording.warnings_text import LONGEST, MOST_KINDS, MOST_OF_A_KIND, warning_lines
from bench.results.load import Run
from bench.schema import WarningLevel
from tests.output.terminal.test_run_table import flat, shown_folder
from tests.support.factory import ENVIRONMENT, pair, write_run

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
NOTED = st.fixed_dictionaries({}, optional={name: st.text() | JSON for name in ("kind", "text", "level")})


def run_with(warnings: Any) -> Run:
    return Run(name="run", folder=Path("run"), samples=DataFrame(), environment={"warnings": warnings})


def lines(warnings: Any) -> list[str]:
    return [line.plain for line in warning_lines(run_with(warnings))]


def recorded_warning(text: str, kind: str = "load", **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, **facts}


def test_each_warning_is_a_line_and_a_note_is_called_a_note() -> None:
    printed = lines(
        [
            recorded_warning("it was loud", level=str(WarningLevel.WARNING)),
            recorded_warning("many workers", "many", level=str(WarningLevel.NOTE)),
        ]
    )
    assert printed == ["", "Warning: it was loud.", "Note: many workers."]


@pytest.mark.parametrize("warnings", [None, [], {}, "loud", 3, [None, 3, "loud", {}, {"kind": 1, "text": "x"}]])
def test_unreadable_warnings_are_not_shown(warnings: Any) -> None:
    assert lines(warnings) == []


def test_warnings_from_before_a_run_was_resumed_are_shown_once() -> None:
    resumed = [
        {"warnings": [recorded_warning("early"), recorded_warning("always")]},
        {"warnings": [recorded_warning("early")]},
        "nonsense",
        {},
    ]
    run = Run(
        "run",
        Path("run"),
        DataFrame(),
        {"warnings": [recorded_warning("always"), recorded_warning("late")], "resumed": resumed},
    )
    assert [warning.text for warning in recorded_warnings(run)] == ["early", "always", "late"]


def test_a_run_without_an_environment_has_no_warnings() -> None:
    assert warning_lines(Run("run", Path("run"), DataFrame(), {})) == []


@given(JSON | st.lists(NOTED | JSON))
def test_any_content_gives_printable_lines_without_an_error(warnings: Any) -> None:
    for line in lines(warnings):
        assert line.isprintable()


@given(st.lists(st.builds(recorded_warning, st.just("loud"), st.sampled_from("abcdefghijklmnop")), max_size=60))
def test_the_first_warnings_of_a_long_list_are_shown_and_the_rest_counted(warnings: list[dict[str, Any]]) -> None:
    assert len(recorded_warnings(run_with(warnings))) == len(warnings)
    printed = lines(warnings)
    shown = [line for line in printed if line.startswith("Warning: ")]
    counted = [int(line.partition(" ")[0]) for line in printed if " more " in line]
    assert len(shown) + sum(counted) == len(warnings)
    assert len(printed) <= 2 + MOST_KINDS * (MOST_OF_A_KIND + 1)


def test_a_very_long_warning_is_cut() -> None:
    assert len(lines([recorded_warning("a" * 10_000)])[1]) < LONGEST + 20


def test_warnings_end_the_table_within_80_columns_with_escapes_shown(tmp_path: Path) -> None:
    evil = "\x1b[2J[red]\x07 other programs took much more than anybody would have thought of the usable cores"
    write_run(tmp_path / "run", pair([1.0] * 3, [0.5] * 3), {**ENVIRONMENT, "warnings": [recorded_warning(evil)]})
    text = shown_folder(tmp_path / "run")
    assert flat(text).endswith(
        "Warning: \\x1b[2J[red]\\x07 other programs took much more than anybody would have thought of the usable cores."
    )
    assert max(map(len, text.splitlines())) <= 80
    assert all(char.isprintable() or char == "\n" for char in text)


def test_without_warnings_nothing_is_added(tmp_path: Path) -> None:
    samples = pair([1.0, 1.1, 0.9], [0.5, 0.56, 0.44])
    plain = shown_folder(write_run(tmp_path / "run", samples))
    quiet = shown_folder(write_run(tmp_path / "run", samples, {**ENVIRONMENT, "warnings": []}))
    assert plain == quiet
