"""Tables of throughputs: what is read, and that every error names the file and the line."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import TableError
from bench.results import throughput_table
from bench.results.throughput_table import Throughput, read_throughputs

WORKERS, THROUGHPUT = st.integers(1, 10**9), st.floats(1e-90, 1e90)


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "load.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_are_read_in_their_order_whatever_other_columns_there_are(tmp_path: Path) -> None:
    path = table(tmp_path, '\ufeffnote, Throughput ,WORKERS\r\n\r\na,2.5e3, 8\r\n"b,\nc",10,1\r\n')
    assert read_throughputs(path) == [Throughput(8, 2500.0), Throughput(1, 10.0)]


@given(rows=st.lists(st.tuples(WORKERS, THROUGHPUT), min_size=1, max_size=20))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, float]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["workers", "throughput"], *rows])
    path = table(tmp_path_factory.mktemp("table"), text.getvalue())
    assert read_throughputs(path) == [Throughput(*row) for row in rows]


@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"workers,throughput\n{text}"))
)
def test_any_file_is_read_or_refused_by_name(tmp_path_factory: pytest.TempPathFactory, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path = table(tmp_path_factory.mktemp("table"), raw)
    try:
        read = read_throughputs(path)
    except TableError as error:
        read, message = [], str(error)
    assert read or message.startswith(str(path))
    assert all(one.workers > 0 and one.throughput > 0 for one in read)


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("", ":1:", "no column 'workers'; the first line must name the columns workers,throughput, and has nothing"),
        ("processors,throughput\n1,20\n", ":1:", "no column 'workers'"),
        ("\nworkers,speed\n1,20\n", ":2:", "no column 'throughput'"),
        ("workers,workers,throughput\n1,1,20\n", ":1:", "two columns 'workers'"),
        ("workers,throughput\n\n", ":", "no rows below the header"),
        ("workers,throughput\n1,20\n2\n", ":3:", "1 cells, but the header has 2"),
        ("workers,throughput\n1,20\n2,30,\n", ":3:", "3 cells, but the header has 2"),
        ("workers,throughput\n1,20\n\n0,30\n", ":4:", "workers '0': expected a positive integer"),
        ("workers,throughput\n1.5,20\n", ":2:", "workers '1.5': expected a positive integer"),
        ("workers,throughput\n٣,20\n", ":2:", "expected a positive integer"),
        (f"workers,throughput\n{'9' * 5000},20\n", ":2:", "expected a positive integer"),
        ("workers,throughput\n1,0\n", ":2:", "throughput '0': expected a positive number"),
        ("workers,throughput\n1,-3\n", ":2:", "throughput '-3': expected a positive number"),
        ("workers,throughput\n1,nan\n", ":2:", "expected a positive number"),
        ("workers,throughput\n1,inf\n", ":2:", "expected a positive number"),
        ("workers,throughput\n1,1e300\n", ":2:", "expected a positive number"),
        ("workers,throughput\n1,fast\n", ":2:", "throughput 'fast': expected a positive number"),
        ("workers,throughput\n1,", ":2:", "throughput '': expected a positive number"),
        ('workers,throughput\n1,"20', ":2:", "not valid CSV"),
        (b"workers,throughput\n1,\xff\n", ":2:", "not UTF-8 text: byte 0xff"),
    ],
)
def test_errors_name_the_line_and_the_reason(tmp_path: Path, text: str | bytes, where: str, reason: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(TableError) as caught:
        read_throughputs(path)
    assert str(caught.value).startswith(f"{path}{where}")
    assert reason in str(caught.value)


def test_files_that_cannot_be_read_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableError, match=r"none\.csv: cannot be read: No such file"):
        read_throughputs(tmp_path / "none.csv")
    with pytest.raises(TableError, match="cannot be read: Is a directory"):
        read_throughputs(tmp_path)
    monkeypatch.setattr(throughput_table, "MOST_BYTES", 10)
    with pytest.raises(TableError, match="larger than"):
        read_throughputs(table(tmp_path, "workers,throughput\n1,20\n"))
