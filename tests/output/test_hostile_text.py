"""Text from files is shown as text: no terminal, browser or Markdown reader interprets it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from xml.etree import ElementTree

import pytest

from bench.api.result import load_run
from tests.support.command import bench
from tests.support.factory import asyncio, failure, pair, sample, write_run

HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b5m\u202egnp.exe\u2066|a|\r\n# <script>[x](y) :smile: [bold]b[/bold] $x^2$"
Shown = Callable[..., CompletedProcess[str]]
CONTROLS = "\x1b\x07\x9b\u202e\u2066\r"
MACHINE = {"cpu_model": HOSTILE, "system": [HOSTILE, {HOSTILE: HOSTILE}], "cores_usable": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with hostile text in every free-form field, one of them with an extra column and an extra row."""
    folder = tmp_path_factory.mktemp("hostile")
    about: dict[str, Any] = {
        "run": HOSTILE,
        "workload": HOSTILE,
        "python": HOSTILE,
        "params": json.dumps({HOSTILE: [{"a": HOSTILE}]}),
    }
    variant: dict[str, Any] = {"backend": HOSTILE, "options": json.dumps({HOSTILE: HOSTILE}), "start_method": HOSTILE}
    for name in ("old", "new"):
        samples = [
            *pair([1.0, 1.1, 1.2], [0.5, 0.6, 0.5], **about),
            *(sample(round=number, elapsed_s=0.75, workers=2, **about, **variant) for number in range(3)),
            *(sample(round=number, elapsed_s=0.7, workers=2, **about, **asyncio()) for number in range(3)),
            failure(reason=HOSTILE, workers=4, **about, **variant),
        ]
        environment = {"machine": {**MACHINE, "of": name}, "label": HOSTILE, "commit": {"id": HOSTILE + name}}
        write_run(folder / name, samples, environment)
    file = folder / "new/samples.csv"
    header, rest = file.read_bytes().split(b"\r\n", 1)
    lines = rest.replace(b",strong,\r\n", b",strong,,\r\n")
    file.write_bytes(header + b"," + b"\x1b[31m\r\n" + lines + b"torn")
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> Shown:
    """Runs a command on the two runs once, however often its output is looked at."""
    return cache(lambda *arguments: bench(folder, *arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "old"],
        ["show", "old", "--cold"],
        ["show", "new"],
        ["show", "old", "--json"],
        ["compare", "old", "new"],
        ["compare", "old", "new", "--json"],
        ["compare", "old", "new", "--markdown"],
        ["plot", "new"],
    ],
    ids=" ".join,
)
def test_printed_text_contains_no_terminal_control_sequences(shown: Shown, arguments: list[str]) -> None:
    done = shown(*arguments)
    assert done.returncode == 0, done.stderr
    printed = done.stdout + done.stderr
    assert not set(CONTROLS) & set(printed)
    assert "\U0001f604" not in printed  # what :smile: stands for
    if "--json" in arguments:
        assert any(HOSTILE in str(value) for value in values(json.loads(done.stdout)))


def test_texts_of_a_result_contain_no_control_sequences(folder: Path) -> None:
    result = load_run(folder / "new")
    html = result._repr_html_()
    texts = [repr(result), result.answer, html, *map(repr, result), *result.notes, repr(result.compare(result))]
    assert not [text for text in texts if set(CONTROLS) & set(text)]
    assert "<script>" not in html


def values(node: object) -> list[object]:
    if isinstance(node, dict):
        return [leaf for child in node.values() for leaf in values(child)]
    return [leaf for child in node for leaf in values(child)] if isinstance(node, list) else [node]


def test_a_markdown_table_keeps_its_columns(shown: Shown) -> None:
    done = shown("compare", "old", "new", "--markdown")
    rows = [line.replace("\\|", "") for line in done.stdout.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}
    assert "<script>" not in done.stdout
    assert "[x](y)" not in done.stdout


def test_a_chart_of_hostile_text_is_valid_xml_without_it(shown: Shown, folder: Path) -> None:
    done = shown("plot", "new")
    assert done.returncode == 0, done.stderr
    text = "".join(ElementTree.parse(folder / "new/speedup.svg").getroot().itertext())
    assert "gnp.exe" in text
    assert not set(CONTROLS) & set(text)


@pytest.mark.parametrize("arguments", [["show", "new"], ["plot", "new"], ["compare", "old", "new"]], ids=" ".join)
def test_unread_input_is_reported_on_stderr(shown: Shown, arguments: list[str]) -> None:
    done = shown(*arguments)
    assert "warning: " in done.stderr
    assert "ignored columns unknown to this version: '\\x1b[31m'" in done.stderr
    assert "is cut short" in done.stderr


def test_a_message_about_a_hostile_cell_is_escaped(folder: Path, tmp_path: Path) -> None:
    done = bench(tmp_path, "show", str(write_run(tmp_path / "bad", [sample(params=HOSTILE)])))
    assert done.returncode == 2
    assert "line 2: column params: " in done.stderr
    assert not set(CONTROLS) & set(done.stderr)
