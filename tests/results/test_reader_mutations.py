"""However a samples.csv is damaged, it is read correctly or refused with a message.

`pytest tests/results/test_reader_mutations.py --hypothesis-profile thorough` tries 10,000 files, not a few hundred.
"""

import csv
import io
import json
import math
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import event, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bench.analysis.compare import compare_runs
from bench.analysis.summary import summarise
from bench.analysis.verdict import verdicts
from bench.errors import RunNotFound
from bench.output.export.comparison_markdown import comparison_markdown
from bench.output.export.plain_json import as_json, comparison_json
from bench.output.terminal.cold_table import cold_table
from bench.output.terminal.comparison_table import comparison_table
from bench.output.terminal.run_table import speedup_table
from bench.results.columns import COLUMNS
from bench.results.load import Run, load_run
from tests.support.factory import asyncio, failure, multiprocessing, pair, sample, write_run
from tests.support.mutations import Mutation, mutations
from tests.support.paths import ROOT

EXAMPLES = min(6 * settings().max_examples, max(300, settings().max_examples))  # 60, 300 or 10,000
LATENCIES = {
    "latency_p50_s": 0.125,
    "latency_p95_s": 0.25,
    "latency_p99_s": 1e-05,
    "latency_max_s": 0.30000000000000004,
}


def a_run() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        samples = [
            *pair([1.0, 1.5, 1.25], [0.5, 0.6, 0.7], params='{"count": 1000, "name": "a, \\"b\\""}'),
            *(sample(round=number, elapsed_s=0.75, workers=2, **multiprocessing()) for number in range(2)),
            *(sample(round=0, value=value, elapsed_s=0.5 + value, **LATENCIES, **asyncio()) for value in range(2)),
            *(sample(value=value, metrics='{"a": 8.5, "b": 1e-05}', workers=8, **asyncio()) for value in range(2)),
            failure(reason='ValueError: "no", said it (work.py:3)', workers=4, backend="threading"),
        ]
        return (write_run(Path(name), samples) / "samples.csv").read_bytes()


VALID = a_run()
OF_VERSION_1 = (ROOT / "tests/results/data/version-1/samples.csv").read_bytes()
FILLED_IN = {"interpreter": "python", "group": None}  # from the column named, or 0


@settings(max_examples=EXAMPLES)
@given(st.sampled_from((VALID, OF_VERSION_1)), mutations())
def test_a_mutated_file_is_read_correctly_or_refused(content: bytes, changes: list[Mutation]) -> None:
    for change in changes:
        content = change(content)
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "samples.csv").write_bytes(content)
        run, refusal = read_or_refused(Path(name))
    event("refused" if run is None else "read with a warning" if run.warnings else "read")
    if run is None:
        assert "samples.csv: line " in refusal or "samples.csv: is empty" in refusal
    else:
        holds_what_the_file_says(run, content)
        is_shown(run)


def read_or_refused(folder: Path) -> tuple[Run | None, str]:
    try:
        return load_run(folder), ""
    except RunNotFound as error:
        return None, str(error)


def holds_what_the_file_says(run: Run, content: bytes) -> None:
    """Each row is in the file, and each number equals its cell as Python parses it, checked independently."""
    header, rows = rows_by_line(content)
    whole = [line for line, cells in rows.items() if cells and line != torn_line(content)]
    assert list(run.samples.index) == whole
    assert (len(rows) > len(whole)) <= any("is cut short" in warning for warning in run.warnings)
    for line, row in run.samples.iterrows():
        cells = dict(zip(header, rows[int(str(line))], strict=True))
        if not {*FILLED_IN, "reference_s"} & set(header):
            cells |= {name: cells[source] if source else "0" for name, source in FILLED_IN.items()}
        if not {"scaling", "metrics"} & set(header):
            cells["scaling"] = "strong"
        for name, column in COLUMNS.items():
            read, text = row[name], cells.get(name, "")
            if not text or column.is_text:
                assert pd.isna(read) if not text else read == text
            else:
                assert text.isascii() and math.isfinite(read) and read == column.kind(text)


def rows_by_line(content: bytes) -> tuple[list[str], dict[int, list[str]]]:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""))
    rows, line = {}, 1
    for cells in reader:
        if cells:
            rows[line] = cells
        line = reader.line_num + 1
    header = rows.pop(min(rows))
    return header, rows


def torn_line(content: bytes) -> int | None:
    lines = io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline="").readlines()
    return None if lines[-1].endswith(("\r", "\n")) else len(lines)


def is_shown(run: Run) -> None:
    """Everything printed about the run is plain text, and its JSON is valid."""
    summaries = summarise(run)
    comparison = compare_runs(run, run, 0.05)
    terminal = Console(width=80, file=io.StringIO(), force_terminal=False)
    terminal.print(speedup_table(run, summaries, verdicts(run, summaries)), cold_table(summaries))
    terminal.print(comparison_table(comparison))
    terminal.print(comparison_markdown(comparison), markup=False)
    assert isinstance(terminal.file, io.StringIO)
    assert all(letter.isprintable() or letter == "\n" for letter in terminal.file.getvalue())
    json.dumps([as_json(run, summaries), comparison_json(comparison)], allow_nan=False)
