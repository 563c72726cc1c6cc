"""The table that `bench doctor` prints, as text at 80 columns."""

import io

from rich.console import Console

from bench.machine.checks._finding import Finding, Level
from bench.output.terminal.doctor_table import as_json, diagnosis_table

FINDINGS = [
    Finding("cores", Level.GOOD, "2 of 2"),
    Finding("turbo", Level.UNKNOWN, "no [bold]setting[/bold]"),
    Finding("load", Level.WARNING, "busy: evil\x1b[2J (7)", "end it"),
    Finding("swap", Level.NOTE, "some " * 40, "act " * 40),
]


def shown(findings: list[Finding], colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(diagnosis_table(findings))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_worst_comes_first_and_each_level_is_a_word() -> None:
    words = [line.split()[0] for line in shown(FINDINGS).splitlines() if line[:1].isalpha()]
    assert words == ["level", "warning", "note", "unknown", "good"]


def test_advice_is_below_its_finding() -> None:
    lines = [line.rstrip() for line in shown(FINDINGS).splitlines()]
    below = lines[next(number for number, line in enumerate(lines) if line.startswith("warning")) + 1]
    assert below.strip() == "-> end it"


def test_the_last_line_counts_the_levels() -> None:
    assert shown(FINDINGS).splitlines()[-1].rstrip() == "1 warning, 1 note, 1 unknown, 1 good."
    assert shown([]).splitlines()[-1].rstrip() == "0 warnings, 0 notes, 0 unknown, 0 good."


def test_long_findings_fit_80_columns_without_losing_a_word() -> None:
    text = shown(FINDINGS)
    assert max(map(len, text.splitlines())) <= 80
    assert (text.count("some"), text.count("act")) == (40, 40)


def test_text_from_outside_is_escaped() -> None:
    text = shown(FINDINGS)
    assert "no [bold]setting[/bold]" in text
    assert "evil\\x1b[2J (7)" in text
    assert "\x1b" not in text


def test_colour_adds_nothing_that_the_plain_text_does_not_say() -> None:
    assert "\x1b[" in shown(FINDINGS, colour=True)


def test_json_keeps_the_order_of_the_checks() -> None:
    rows = as_json(FINDINGS)
    assert [row["subject"] for row in rows] == ["cores", "turbo", "load", "swap"]
    assert rows[0] == {"subject": "cores", "level": "good", "found": "2 of 2", "advice": None}
