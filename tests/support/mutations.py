"""Bytes of a samples.csv, changed as disks, editors and strangers change them."""

import csv
import io
from collections.abc import Callable

from hypothesis import strategies as st

Mutation = Callable[[bytes], bytes]

CELLS = (
    *(
        "",
        " ",
        "0",
        "-0.0",
        "-1",
        "1",
        "007",
        "5.0",
        " 5 ",
        "+5",
        "1_000",
        "0x10",
        "\uff11",
        "1e400",
        "1e-400",
        "9" * 30,
    ),
    *("nan", "inf", "-Infinity", "NA", "None", "True", "1,5", "5e-324", "999999999999999", "1.7976931348623157e308"),
    *(
        "=cmd()",
        "ok",
        "error",
        "cpu",
        "{}",
        "[]",
        '{"a": {"b": [1, {"c": NaN}]}}',
        '{"a": "\\ud800\\u202e"}',
        "[" * 500,
    ),
    *("\x1b[31mred\x1b[0m", "\u202egnp.exe", "a|b", "a\r\nb", "one\ntwo", "nul\0", "\x9b5m", "[bold]x[/]", ":smile:"),
    *("sequential", "threading", "x" * 2000, "é", "\ud800"),
)
BYTES = (
    b",",
    b'"',
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xe9",
    b"\xef\xbb\xbf",
    b"nan",
    b"e",
    b".",
    b"-",
    b"1",
    b'""',
    b"\t",
)
CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037")


def mutations() -> st.SearchStrategy[list[Mutation]]:
    """One to four changes, to be applied in order."""
    place = st.integers(0, 10**6)
    one = st.one_of(
        st.builds(_replace, place, st.integers(0, 1), st.sampled_from(BYTES)),
        st.builds(_replace, place, st.integers(0, 1), st.binary(min_size=1, max_size=1)),
        st.builds(_replace, place, st.integers(1, 40), st.just(b"")),
        st.builds(_cut, place),
        st.builds(_move_line, place, place, st.booleans()),
        st.builds(_set_cell, place, place, st.sampled_from(CELLS) | st.text(max_size=8)),
        st.builds(_set_column, place, st.sampled_from((*CELLS, "3.10"))),
        st.builds(_endings, st.sampled_from((b"\n", b"\r", b"\n\n", b"\r\r\n"))),
        st.builds(_encode, st.sampled_from(CODECS)),
    )
    return st.lists(one, min_size=1, max_size=4)


def _replace(place: int, length: int, new: bytes) -> Mutation:
    def change(file: bytes) -> bytes:
        start = place % (len(file) + 1)
        return file[:start] + new + file[start + length :]

    return change


def _cut(place: int) -> Mutation:
    return lambda file: file[: place % (len(file) + 1)]


def _move_line(source: int, target: int, keep: bool) -> Mutation:
    """A line moved or copied elsewhere."""

    def change(file: bytes) -> bytes:
        lines = file.splitlines(keepends=True) or [b""]
        line = lines[source % len(lines)]
        if not keep:
            lines.remove(line)
        lines.insert(target % (len(lines) + 1), line)
        return b"".join(lines)

    return change


def _set_cell(row: int, column: int, cell: str) -> Mutation:
    def change(file: bytes) -> bytes:
        rows = [cells for cells in _rows(file) if cells]
        if rows:
            cells = rows[row % len(rows)]
            cells[column % len(cells)] = cell
        return _written(rows)

    return change


def _set_column(column: int, cell: str) -> Mutation:
    """The same in all rows but the first."""

    def change(file: bytes) -> bytes:
        rows = [cells for cells in _rows(file) if cells]
        for cells in rows[1:]:
            cells[column % len(cells)] = cell
        return _written(rows)

    return change


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _endings(ending: bytes) -> Mutation:
    return lambda file: file.replace(b"\r\n", ending)


def _encode(codec: str) -> Mutation:
    return lambda file: file.decode("utf-8", "replace").encode(codec, "replace")


def _rows(file: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(file.decode("utf-8", "replace"), newline="")))
    except csv.Error:
        return []
