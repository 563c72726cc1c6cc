"""External files: read with a warning, or refused with the file, the line and the column."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from bench.errors import RunNotFound
from bench.results import fast_reader, strict_reader
from bench.results.load import load_run
from bench.schema import FORMAT_VERSION, Sample
from tests.support.factory import COLUMNS, ENVIRONMENT, pair, sample, write_rows, write_run
from tests.support.paths import ROOT

TIMES = [1.0, 1.25, 1.5]


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return (write_run(tmp_path / "valid", pair(TIMES, TIMES)) / "samples.csv").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run", pair(TIMES, TIMES))


def read(folder: Path, content: bytes) -> tuple[list[float], tuple[str, ...]]:
    """The times read from it, and the warnings."""
    (folder / "samples.csv").write_bytes(content)
    run = load_run(folder)
    return run.samples["elapsed_s"].tolist(), run.warnings


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(RunNotFound) as error:
        read(folder, content)
    return str(error.value)


def changed(content: bytes, line: int, column: str, cell: str) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    rows[line - 1][COLUMNS.index(column)] = cell
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("lost", [1, 2, 3, 10, 40, 100])
def test_a_truncated_last_line_is_left_out_and_reported(folder: Path, content: bytes, lost: int) -> None:
    last = content.rstrip(b"\r\n")
    times, warnings = read(folder, last[: 1 - lost or None])
    assert times == (TIMES * 2)[:-1]
    assert len(warnings) == 1
    assert "samples.csv: line 7: is cut short (no line ending)" in warnings[0]


def test_a_truncated_number_is_never_read(folder: Path, content: bytes) -> None:
    """0.12, a truncated 0.123, is a number as well."""
    whole = changed(content, 7, "latency_max_s", "0.123").rstrip(b"\r\n")
    (folder / "samples.csv").write_bytes(whole[:-1])
    assert load_run(folder).samples["latency_max_s"].isna().all()


@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\n\r\n", b"\n\n\n"])
def test_line_endings_and_blank_lines_make_no_difference(folder: Path, content: bytes, ending: bytes) -> None:
    assert read(folder, content.replace(b"\r\n", ending)) == (TIMES * 2, ())


def test_a_byte_order_mark_is_ignored(folder: Path, content: bytes) -> None:
    assert read(folder, b"\xef\xbb\xbf" + content) == (TIMES * 2, ())


def test_a_multi_line_cell_is_read_with_a_warning(folder: Path, content: bytes) -> None:
    times, warnings = read(folder, changed(content, 3, "reason", "one\r\ntwo"))
    assert times == TIMES * 2
    assert "line 3: a cell spans several lines" in warnings[0]


@pytest.mark.parametrize(
    ("encoding", "what"),
    [("utf-16", "line 1: is UTF-16"), ("utf-16-le", "line 1: contains NUL"), ("utf-32-be", "line 1: contains NUL")],
)
def test_another_encoding_is_named(folder: Path, content: bytes, encoding: str, what: str) -> None:
    assert what in refusal(folder, content.decode().encode(encoding))


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("reason", "caf\udce9", r"byte 0xe9 is not UTF-8"),
        ("workload", "nul\0", r"'nul\x00' contains a NUL byte"),
        ("reason", "x" * 200_000, r"has 200000 characters; the maximum is 131072"),
        ("params", "[" * 500, r"is not a JSON object"),
        ("params", '{"a": ' + "[" * 60 + "]" * 60 + "}", r"is not a JSON object"),
        ("items", "=cmd()", r"'=cmd()' is not a valid integer"),
        ("workers", "1000001", r"must be at most 1000000"),
        ("round", "9" * 19, r"is not a valid integer"),
    ],
)
def test_invalid_cells_are_refused_by_line_and_column(
    folder: Path, content: bytes, column: str, cell: str, what: str
) -> None:
    bad = changed(content, 4, column, cell).replace(b"\xed\xb3\xa9", b"\xe9")
    message = refusal(folder, bad)
    assert f"samples.csv: line 4: column {column}: " in message
    assert what in message


def test_an_unclosed_quote_does_not_swallow_rows(folder: Path, content: bytes) -> None:
    assert "line 3: is not valid CSV" in refusal(
        folder, content.replace(b",ok,,", b',ok,",', 2).replace(b',ok,",', b",ok,,", 1)
    )


def test_duplicate_rows_are_refused(folder: Path, content: bytes) -> None:
    last = content.splitlines(keepends=True)[-1]
    assert "line 8: column value: duplicates the pass of the trial in line 7" in refusal(folder, content + last)


def test_a_file_with_a_second_header_is_refused(folder: Path, content: bytes) -> None:
    assert "line 8: repeats the header" in refusal(folder, content + content)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "is incomplete or not valid JSON"),
        ("[]", "is not a JSON object"),
        ("[" * 100_000, "is incomplete or not valid JSON"),
        ('{"a": ' + "[" * 60 + "]" * 60 + "}", "is nested too deeply"),
        ('{"version": "new"}', "has an invalid version"),
        ('{"version": true}', "has an invalid version"),
        ('{"a": "\udce9"}', "is incomplete or not valid JSON"),
    ],
)
def test_samples_are_shown_without_an_unreadable_environment(folder: Path, text: str, what: str) -> None:
    (folder / "environment.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    run = load_run(folder)
    assert run.environment == {}
    assert len(run.samples) == 6
    assert f"environment.json: {what}" in run.warnings[0]
    assert run.warnings[0].endswith(": the machine and the other facts in it are unknown")


def test_an_environment_of_a_later_version_is_refused(folder: Path) -> None:
    (folder / "environment.json").write_text(json.dumps({"version": FORMAT_VERSION + 1, **ENVIRONMENT}))
    with pytest.raises(RunNotFound, match=r"environment\.json: has format version 4.*supports 3: upgrade"):
        load_run(folder)


def texts() -> st.SearchStrategy[str]:
    any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
    return any_text | st.sampled_from(["3.10", "41", "007", "1e5", "True", "nan", "NA", "2026-01-02"])


def some_samples() -> st.SearchStrategy[list[Sample]]:
    seconds = st.floats(min_value=0, max_value=1e14)
    count = st.none() | st.integers(0, 10**15 - 1)
    facts: dict[str, st.SearchStrategy[Any]] = {
        **{name: texts() for name in ("run", "workload", "backend", "interpreter", "python")},
        "started_at": st.just("2026-01-02T03:04:05.678+00:00") | texts(),
        "params": st.dictionaries(texts(), st.integers() | texts(), max_size=2).map(json.dumps),
        "reason": st.none() | texts(),
        "elapsed_s": st.floats(min_value=0, max_value=1e14, exclude_min=True),
        "latency_max_s": st.none() | seconds,
        "foreign_cpu": st.none() | seconds,
        "items": count,
        "peak_rss_bytes": count,
    }
    return st.lists(st.builds(sample, **facts), min_size=1, max_size=5)


@given(some_samples())
def test_strict_and_fast_readers_agree(tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]) -> None:
    path = write_run(tmp_path_factory.mktemp("run"), samples, environment=None) / "samples.csv"
    exact, fast = strict_reader.read_strictly(path), fast_reader.read_fast(path)
    assert exact.table["elapsed_s"].tolist() == [one.elapsed_s for one in samples]
    if fast is not None:
        assert_frame_equal(exact.table, fast.table)
        assert (exact.header, exact.incomplete, exact.multiline) == (fast.header, fast.incomplete, fast.multiline)


@pytest.mark.parametrize("text", ["3.10", "41", "007", "1e5", "True", "nan", "NA", "2026-01-02"])
def test_text_that_looks_like_something_else_stays_text(tmp_path: Path, text: str) -> None:
    about = dict.fromkeys(["run", "started_at", "workload", "python", "reason"], text)
    run = load_run(write_run(tmp_path / "run", [sample(round=number, **about) for number in range(2)]))
    assert [run.samples[name].tolist() for name in about] == [[text, text]] * len(about)


def test_files_written_by_the_harness_use_the_fast_reader(folder: Path) -> None:
    path = folder / "samples.csv"
    sample_run = ROOT / "results/sample/samples.csv"
    for file in (path, sample_run):
        fast = fast_reader.read_fast(file)
        assert fast is not None
        assert_frame_equal(fast.table, strict_reader.read_strictly(file).table)


def long_rows(number: int) -> Iterator[list[Any]]:
    yield COLUMNS
    for place in range(number):
        yield [getattr(sample(round=place, elapsed_s=1 + place / 7), name) for name in COLUMNS]


@pytest.mark.slow
def test_rows_continue_across_the_blocks_of_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_rows(path, long_rows(5_000))
    content = path.read_bytes()
    assert len(content) > 2 * 262_144
    path.write_bytes(content[:-5])
    exact, fast = strict_reader.read_strictly(path), fast_reader.read_fast(path)
    assert fast is not None
    assert fast.incomplete == exact.incomplete == 5_001
    assert_frame_equal(exact.table, fast.table)
