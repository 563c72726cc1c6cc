"""trace.csv: read back as written, or refused with the line number."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.analysis.timeline import traced_cases
from bench.errors import RunNotFound
from bench.results.trace_reader import read_trace
from tests.support.factory import spans, write_rows, write_trace

SPANS = spans([[(0.1, 0.2), (0.2, 0.4)], [(0.1, 0.3)]], ready=0.05)


def test_a_trace_is_read_back_as_written(tmp_path: Path) -> None:
    write_trace(tmp_path, SPANS)
    assert read_trace(tmp_path) == SPANS


def test_a_missing_file_is_an_empty_trace(tmp_path: Path) -> None:
    assert read_trace(tmp_path) == []


def cells(tmp_path: Path) -> list[list[str]]:
    with write_trace(tmp_path, SPANS).open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("lane", "-1", "line 3: column lane: '-1' is not a valid integer: it must be at least 0"),
        ("lane", "1.5", "line 3: column lane: '1.5' is not a valid integer"),
        ("workers", "0", "line 3: column workers: must be at least 1"),
        ("activity", "rest", "line 3: column activity: 'rest' is invalid: it must be one of start, item"),
        ("began_s", "nan", "line 3: column began_s: 'nan' is not a valid number: it must be at least 0"),
        ("ended_s", "0.05", "line 3: column ended_s: is before began_s"),
        ("params", "[1]", "line 3: column params: '[1]' is not a JSON object"),
        ("workload", " ", "line 3: column workload is empty"),
        ("async_style", "loud", "line 3: column async_style: 'loud' is invalid: it must be one of native, blocking"),
    ],
)
def test_an_invalid_cell_is_reported_by_file_line_and_column(column: str, cell: str, what: str, tmp_path: Path) -> None:
    rows = cells(tmp_path)
    rows[2][rows[0].index(column)] = cell
    write_rows(tmp_path / "trace.csv", rows)
    with pytest.raises(RunNotFound) as error:
        read_trace(tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'trace.csv'}: {what}")


def test_a_missing_column_a_short_row_and_an_empty_file_are_reported(tmp_path: Path) -> None:
    rows = cells(tmp_path)
    write_rows(tmp_path / "trace.csv", [row[:-1] for row in rows])
    with pytest.raises(RunNotFound, match="line 1: expected exactly one column ended_s"):
        read_trace(tmp_path)
    write_rows(tmp_path / "trace.csv", [*rows, rows[1][:-1]])
    with pytest.raises(RunNotFound, match=f"line {len(rows) + 1}: has 13 cells, but the header has 14"):
        read_trace(tmp_path)
    (tmp_path / "trace.csv").write_text("")
    with pytest.raises(RunNotFound, match="is empty; delete the file to ignore it"):
        read_trace(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_with_a_message(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trace.csv").write_bytes(content)
    with pytest.raises(RunNotFound, match=r"trace\.csv"):
        read_trace(tmp_path)


def test_lanes_have_their_ready_time_and_their_items() -> None:
    (one,) = traced_cases(SPANS)
    assert [lane.ready_s for lane in one.lanes] == [0.05, 0.05]
    assert one.lanes[0].items == [(0.1, 0.2), (0.2, 0.4)]
    assert one.durations_s == pytest.approx([0.1, 0.2, 0.2])
    assert (one.ready_s, one.end_s, one.at_once) == (0.05, 0.4, 2)


def test_consecutive_items_are_not_concurrent() -> None:
    (one,) = traced_cases(spans([[(0.0, 0.1), (0.1, 0.2)], [(0.2, 0.3)]]))
    assert one.at_once == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=12))
def test_concurrency_is_between_one_and_the_number_of_items(times: list[tuple[float, float]]) -> None:
    (one,) = traced_cases(spans([[(began, began + lasted)] for began, lasted in times], workers=1))
    assert 1 <= one.at_once <= len(times)
