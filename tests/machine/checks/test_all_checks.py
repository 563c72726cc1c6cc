"""`bench doctor` as a whole: the function, and the command as a user types it."""

import json
import sys
from pathlib import Path

import pytest

from bench.cli.app import main
from bench.machine.checks import _all_checks, self_test
from bench.machine.checks._finding import Level
from tests.support.command import bench
from tests.support.paths import ROOT

SUBJECTS = [
    "cores",
    "smt",
    "governor",
    "turbo",
    "load",
    "steal",
    "swap",
    "virtual machine",
    "container",
    "timer",
    "open files",
    "temporary files",
]


def test_all_checks_cover_every_subject_once_on_one_line_each() -> None:
    findings = _all_checks.examine(self_test_s=0.0, watch_s=0.05)
    assert [finding.subject for finding in findings] == [*SUBJECTS, "spread", "speeds", "detectable"]
    for finding in findings:
        assert (finding.found + (finding.advice or "")).isprintable()


def test_json_findings_have_the_documented_fields(tmp_path: Path) -> None:
    done = bench(tmp_path, "doctor", "--json", "--no-self-test")
    assert (done.returncode, done.stderr) == (0, "")
    findings = json.loads(done.stdout)
    assert [finding["subject"] for finding in findings] == SUBJECTS
    for finding in findings:
        assert list(finding) == ["subject", "level", "found", "advice"]
        assert finding["level"] in {"good", "note", "warning", "unknown"}
        assert isinstance(finding["found"], str)
        assert finding["found"]
        assert finding["advice"] is None or finding["advice"]


def test_piped_output_is_plain_text_of_80_columns(tmp_path: Path) -> None:
    done = bench(tmp_path, "doctor", "--no-self-test")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(subject in done.stdout for subject in SUBJECTS)
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert list(tmp_path.iterdir()) == []


def test_every_file_is_a_check_whose_findings_have_a_place() -> None:
    names = [check.__name__.rpartition(".")[2] for check in _all_checks.checks()]
    assert names[: len(_all_checks.ORDER)] == [*_all_checks.ORDER]
    assert names[-1] == _all_checks.LAST
    assert {f"{name}.py" for name in names} == {path.name for path in (ROOT / "bench/machine/checks").glob("[!_]*.py")}


def test_fields_levels_and_subjects_are_documented() -> None:
    pages = (ROOT / "docs/file-formats.md").read_text()
    _, found, rest = pages.partition("\n### bench doctor --json\n")
    assert found
    section = rest.partition("\n#")[0]
    for word in ["subject", "level", "found", "advice", *Level, *SUBJECTS, *self_test.SUBJECTS]:
        assert f"`{word}`" in section


def test_self_test_announces_its_duration_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(self_test, "SECONDS", 0.0)
    monkeypatch.setattr(sys, "argv", ["bench", "doctor", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr()
    assert ended.value.code == 0
    assert [finding["subject"] for finding in json.loads(output.out)][-3:] == ["spread", "speeds", "detectable"]
    assert "for 0 s; skip this with --no-self-test" in output.err


@pytest.mark.parametrize("arguments", [["doctor", "x"], ["doctor", "--seconds", "1"]])
def test_duration_of_the_self_test_is_not_an_option(tmp_path: Path, arguments: list[str]) -> None:
    assert bench(tmp_path, *arguments).returncode == 2
