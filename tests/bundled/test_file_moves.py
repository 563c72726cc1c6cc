"""Nothing is lost, whenever the process that moves files is killed."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bench.collect.discovery import bundled_folder
from bench.collect.loader import workloads_in
from tests.bundled.test_file_tree import folder, snapshot
from tests.support.paths import ROOT
from tests.support.workload_trials import prepared

__all__ = ["folder"]

SCRIPT = bundled_folder() / "_file_moves.py"
FILES = 7
KILLED = """
import os, signal, sys
from pathlib import Path
from bench.collect.loader import workloads_in
folder, moves = sys.argv[1], int(sys.argv[2])
cls = workloads_in(Path({path!r}))["file-tree"]
workload = cls(files=0, size=0, folder=folder, move=True, confirm="downloads")
with __import__("contextlib").contextmanager(workload.setup)() as env:
    for number, item in enumerate(workload.items()):
        if number == moves:
            break
        workload.work(item, env)
    os.kill(os.getpid(), signal.SIGKILL)
""".format(path=str(bundled_folder() / "file_tree.py"))


@pytest.fixture
def moves() -> ModuleType:
    workloads_in(bundled_folder() / "file_tree.py")
    return sys.modules["_file_moves"]


def kill_after(folder: Path, count: int) -> None:
    """Move some files in a process that is killed then."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(count)], cwd=ROOT, timeout=60, check=False)
    assert done.returncode < 0


@pytest.mark.parametrize("count", [0, 3, FILES])
def test_next_pass_first_puts_back_what_a_killed_one_has_moved(folder: Path, count: int) -> None:
    before = snapshot(folder)
    kill_after(folder, count)
    assert (folder / ".concurrency-bench/journal.json").exists()
    with prepared("file-tree", {"folder": str(folder), "move": "true", "confirm": "downloads"}) as (_, _, batch):
        items = batch.items()
        assert len(items) == FILES
        batch.check(items, batch.run(items))
    assert snapshot(folder) == before


@pytest.mark.parametrize("count", [0, 3, FILES])
def test_the_script_puts_them_back_too(folder: Path, count: int) -> None:
    before = snapshot(folder)
    kill_after(folder, count)
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=True)
    assert done.stdout == f"{folder}: {count} files are back where they were\n"
    assert snapshot(folder) == before
    again = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=True)
    assert again.stdout == f"{folder}: no file has been moved\n"


def test_journal_says_how_to_put_files_back(folder: Path) -> None:
    kill_after(folder, 1)
    about = (folder / ".concurrency-bench/journal.json").read_text()
    assert f"To put them back: python {SCRIPT.resolve()} {folder}" in about


@pytest.mark.parametrize(
    ("call", "at"),
    [("link", 1), ("link", 3), ("unlink", 1), ("unlink", 3), ("unlink", FILES + 1), ("rmdir", 1), ("rmdir", 6)],
)
def test_interrupted_return_is_completed_by_the_next(
    folder: Path, moves: ModuleType, call: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop before any of the calls that change something: the next attempt continues from there."""
    before, calls = snapshot(folder), [0]
    kill_after(folder, FILES)
    owner = os if call == "link" else Path
    original = getattr(owner, call)

    def interrupted(*arguments: object, **options: object) -> object:
        calls[0] += 1
        if calls[0] == at:
            raise KeyboardInterrupt
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(owner, call, interrupted)
        with pytest.raises(KeyboardInterrupt):
            moves.put_back(folder)
    assert calls == [at]
    moves.put_back(folder)
    assert snapshot(folder) == before


def test_nothing_is_overwritten_and_the_rest_is_put_back(folder: Path, moves: ModuleType) -> None:
    before = snapshot(folder)
    kill_after(folder, FILES)
    (folder / "notes.txt").write_text("written since")
    with pytest.raises(moves.CannotMove, match=r"belongs to .*notes.txt, but another file is there"):
        moves.put_back(folder)
    now = snapshot(folder)
    assert now["notes.txt"][0] == b"written since"
    assert {path: now[path] for path in before if path != "notes.txt"} == {
        path: seen for path, seen in before.items() if path != "notes.txt"
    }
    (folder / "notes.txt").unlink()
    moves.put_back(folder)
    assert snapshot(folder) == before


def test_file_that_is_not_in_the_journal_is_reported(folder: Path, moves: ModuleType) -> None:
    kill_after(folder, 2)
    stranger = next(folder.glob(".concurrency-bench/files/*")) / "stranger"
    stranger.write_text("x")
    with pytest.raises(moves.CannotMove, match="stranger is not in the journal"):
        moves.put_back(folder)
    assert stranger.read_text() == "x"


def test_file_system_without_hard_links(folder: Path, moves: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise PermissionError("no hard links here")

    before = snapshot(folder)
    kill_after(folder, FILES)
    monkeypatch.setattr(os, "link", refused)
    assert moves.put_back(folder) == FILES
    assert snapshot(folder) == before
    kill_after(folder, FILES)
    (folder / "notes.txt").write_text("written since")
    with pytest.raises(moves.CannotMove, match="another file is there"):
        moves.put_back(folder)
    assert (folder / "notes.txt").read_text() == "written since"
