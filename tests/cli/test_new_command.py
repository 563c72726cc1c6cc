"""`bench new`."""

from pathlib import Path

import pytest

from bench.cli import new as command
from bench.cli.new import Form
from bench.collect.discovery import in_file
from bench.errors import UsageError
from tests.support.command import bench, rows


def answering(answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user at a terminal who always answers like this."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: answer)


@pytest.mark.parametrize("form", Form)
def test_new_workload_runs_by_its_name(form: str, here: Path) -> None:
    made = bench(here, "new", "word-count", "--form", form)
    assert (made.returncode, made.stdout) == (0, "workloads/word_count.py\n")
    assert made.stderr.strip() == "to run it: bench run word-count"
    done = bench(here, "run", "word-count", "-b", "threading", "-w", "2", "--rounds", "1", "--cycles", "1", "-o", "run")
    assert done.returncode == 0, done.stderr
    assert {row["workload"] for row in rows(here / "run")} == {"word-count"}


def test_short_form_is_written_without_a_terminal(here: Path, forget_imports: None) -> None:
    assert bench(here, "new", "mine").returncode == 0
    (described,) = in_file(here / "workloads/mine.py")
    assert (described.name, described.class_name) == ("mine", "mine")
    assert not described.parameters


@pytest.mark.parametrize(("answer", "names"), [(True, {"files", "words"}), (False, set())])
def test_form_is_asked_for_on_a_terminal(
    answer: bool, names: set[str], here: Path, monkeypatch: pytest.MonkeyPatch, forget_imports: None
) -> None:
    answering(answer, monkeypatch)
    command.new("mine")
    (described,) = in_file(here / "workloads/mine.py")
    assert set(described.parameters) == names


def test_file_elsewhere_is_run_by_its_path(here: Path) -> None:
    made = bench(here, "new", "mine", "-o", "else/where.py")
    assert made.stderr.strip() == "to run it: bench run else/where.py"
    assert (here / "else/where.py").is_file()


def test_existing_file_is_not_overwritten_without_a_terminal(here: Path) -> None:
    (here / "mine.py").write_text("mine")
    made = bench(here, "new", "mine", "-o", "mine.py")
    assert made.returncode == 2
    assert "mine.py exists, and is left as it is" in made.stderr
    assert (here / "mine.py").read_text() == "mine"


@pytest.mark.parametrize("answer", [True, False])
def test_existing_file_is_overwritten_only_if_the_user_agrees(
    answer: bool, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here / "mine.py"
    path.write_text("mine")
    answering(answer, monkeypatch)
    if answer:
        command.new("mine", Form.SHORT, path)
    else:
        with pytest.raises(UsageError, match="is left as it is"):
            command.new("mine", Form.SHORT, path)
    assert (path.read_text() == "mine") is not answer


@pytest.mark.parametrize("name", ["Mine", "my work", "-mine", "mine-", "1st", "class", "", "a.py"])
def test_name_that_is_not_one_is_refused(name: str, here: Path) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a workload"):
        command.new(name, Form.SHORT)
    assert not (here / "workloads").exists()


def test_name_of_another_workload_is_refused(here: Path) -> None:
    with pytest.raises(UsageError, match="there is a workload named sqrt-sum, in "):
        command.new("sqrt-sum", Form.SHORT)


def test_folder_that_cannot_be_made_is_an_error(here: Path) -> None:
    (here / "workloads").touch()
    made = bench(here, "new", "mine")
    assert made.returncode == 1
    assert "workloads/mine.py: cannot be written" in made.stderr
