"""The passes of file-tree: what is checked, and that a folder of the user's is only read unless moves are confirmed."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from bench.errors import TrialFailed
from bench.measure.trial.batch import Batch
from bench.schema import Status
from tests.support.workload_trials import prepared

SMALL = {"files": "20", "size": "300"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a user may have it: names that occur twice, a duplicate, a link, a name that is not text."""
    root = tmp_path / "downloads"
    for name, content in {
        "a/photo.JPG": b"one",
        "b/photo.JPG": b"two",
        "b/deep/er/copy.png": b"one",
        "notes.txt": b"text",
        ".hidden": b"",
        "pdf": b"no extension",
        "b/\udcff.mp3": b"sound",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / "link").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    return root


def snapshot(root: Path) -> dict[str, Any]:
    """Every name below a folder, with content and time of change of the files."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        if path.is_file() and not path.is_symlink()
        else path.is_symlink()
        for path in root.rglob("*")
    }


def one_pass(batch: Batch) -> tuple[list[Any], list[Any]]:
    items = batch.items()
    return items, batch.run(items)


def moved(root: Path) -> dict[str, bytes]:
    """Kind and content of what has been moved, by name."""
    return {path.name: path.parent.name.encode() + path.read_bytes() for path in root.glob(".concurrency-bench/*/*/*")}


def by_content(root: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in root.rglob("*") if path.is_file() and "journal" not in path.name)


def test_every_byte_is_in_the_folder_of_its_kind_and_back_after_the_check() -> None:
    with prepared("file-tree", SMALL) as (_, env, batch):
        root = Path(env)
        before, contents = snapshot(root), by_content(root)
        items, results = one_pass(batch)
        assert by_content(root) == contents, "every byte is still there"
        assert {Path(path).parts[0] for path in snapshot(root) if (root / path).is_file()} == {".concurrency-bench"}
        kinds = {path.name for path in (root / ".concurrency-bench/files").iterdir()}
        assert kinds == {"images", "documents"}
        batch.check(items, results)
        assert snapshot(root) == before
    assert not root.exists()


def test_made_files_of_every_kind_are_recognised() -> None:
    with prepared("file-tree", {"files": "64", "size": "1"}) as (_, _, batch):
        items, results = one_pass(batch)
        assert {result.kind for result in results} == {"archives", "audio", "documents", "images", "other", "videos"}
        batch.check(items, results)


def test_duplicates_are_counted() -> None:
    with prepared("file-tree", SMALL) as (_, _, batch):
        items, results = one_pass(batch)
        batch.check(items, results)
        metrics = batch.metrics(items, results, elapsed_s=2.0)
    assert metrics == {"data": 20 * 300 / 1e6 / 2, "files": 10, "duplicates": 2}


def _loses_a_file(root: Path) -> None:
    next(root.glob(".concurrency-bench/files/*/*")).unlink()


def _changes_a_file(root: Path) -> None:
    next(root.glob(".concurrency-bench/files/*/*")).write_bytes(b"other")


def _puts_a_file_elsewhere(root: Path) -> None:
    path = next(root.glob(".concurrency-bench/files/images/*"))
    path.rename(root / ".concurrency-bench/files/documents" / path.name)


@pytest.mark.parametrize("damage", [_loses_a_file, _changes_a_file, _puts_a_file_elsewhere])
def test_file_that_is_lost_changed_or_in_the_wrong_place_fails_the_check(damage: Any) -> None:
    with prepared("file-tree", SMALL) as (_, env, batch):
        items, results = one_pass(batch)
        damage(Path(env))
        with pytest.raises(TrialFailed) as failed:
            batch.check(items, results)
    assert failed.value.status is Status.WRONG


@pytest.mark.parametrize("wrong", [{"kind": "audio"}, {"size": 1}, {"digest": b"?"}])
def test_wrong_result_fails_the_check(wrong: dict[str, Any], folder: Path) -> None:
    for typed in (SMALL, {"folder": str(folder)}):
        with prepared("file-tree", typed) as (_, _, batch):
            items, results = one_pass(batch)
            results[3] = results[3]._replace(**wrong)
            with pytest.raises(TrialFailed, match="expected FileResult"):
                batch.check(items, results)


def test_folder_of_the_user_is_only_read(folder: Path) -> None:
    before, folder_times = snapshot(folder), folder.stat().st_mtime_ns
    with prepared("file-tree", {"folder": str(folder)}) as (_, _, batch):
        for _ in range(2):
            items, results = one_pass(batch)
            assert snapshot(folder) == before
            batch.check(items, results)
    assert (snapshot(folder), folder.stat().st_mtime_ns) == (before, folder_times)
    found = {item.path: result for item, result in zip(items, results, strict=True)}
    assert "link" not in found
    assert {path: result.kind for path, result in found.items()} == {
        "a/photo.JPG": "images",
        "b/photo.JPG": "images",
        "b/deep/er/copy.png": "images",
        "notes.txt": "documents",
        ".hidden": "other",
        "pdf": "other",
        "b/\udcff.mp3": "audio",
    }
    assert found["notes.txt"].digest == hashlib.sha256(b"text").digest()
    metrics = batch.metrics(items, results, 1.0)
    assert metrics is not None
    assert metrics["duplicates"] == 1


@pytest.mark.parametrize("confirm", ["", "Downloads", "yes"])
def test_moves_in_a_folder_of_the_user_must_be_confirmed_with_its_name(folder: Path, confirm: str) -> None:
    before = snapshot(folder)
    with (
        pytest.raises(TrialFailed, match="confirm it with the name of the folder: confirm=downloads"),
        prepared("file-tree", {"folder": str(folder), "move": "true", "confirm": confirm}),
    ):
        pass
    assert snapshot(folder) == before


def test_root_needs_a_confirmation_too() -> None:
    with pytest.raises(TrialFailed, match="confirm=/ "), prepared("file-tree", {"folder": "/", "move": "true"}):
        pass


def test_confirmed_moves_are_undone_after_each_pass(folder: Path) -> None:
    before = snapshot(folder)
    typed = {"folder": str(folder), "move": "true", "confirm": "downloads"}
    with prepared("file-tree", typed, "threading") as (_, _, batch):
        for _ in range(2):
            items, results = one_pass(batch)
            assert sorted(moved(folder).values()) == sorted(
                [
                    *(b"imagesone", b"imagestwo", b"imagesone", b"documentstext"),
                    *(b"other", b"otherno extension", b"audiosound"),
                ]
            )
            batch.check(items, results)
            assert snapshot(folder) == before


def test_moves_are_undone_if_the_pass_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rename, done = snapshot(folder), os.rename, []

    def failing(source: str, target: str) -> None:
        done.append(source)
        if len(done) == 4:
            raise OSError("no luck")
        rename(source, target)

    with _confirmed(folder) as (_, _, batch):
        items = batch.items()
        monkeypatch.setattr(os, "rename", failing)
        with pytest.raises(TrialFailed, match="no luck"):
            batch.run(items)
        assert len(moved(folder)) == 3
    monkeypatch.undo()
    assert len(done) == 4
    assert snapshot(folder) == before


def test_only_one_run_moves_the_files_of_a_folder_at_once(folder: Path) -> None:
    before = snapshot(folder)
    with _confirmed(folder) as (_, _, first), _confirmed(folder) as (_, _, second):
        items, results = one_pass(first)
        with pytest.raises(TrialFailed, match=r"another run is moving the files of .*downloads: wait until it ends"):
            second.items()
        first.check(items, results)
        second.check(*one_pass(second))
    assert snapshot(folder) == before


def test_folder_whose_files_are_being_moved_is_not_read(folder: Path) -> None:
    with _confirmed(folder) as (_, _, batch):
        items, results = one_pass(batch)
        with pytest.raises(TrialFailed, match=r"put them back: python .*_file_moves.py .*downloads"):  # noqa: SIM117
            with prepared("file-tree", {"folder": str(folder)}):
                pass
        batch.check(items, results)


def test_file_on_another_file_system_is_not_moved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(folder)
    with _confirmed(folder) as (workload, _, batch):
        names = type(workload).items.__globals__
        found = names["_scan"](folder)
        found["notes.txt"] = found["notes.txt"]._replace(device=-1)
        monkeypatch.setitem(names, "_scan", lambda root: found)
        with pytest.raises(TrialFailed, match=r"notes.txt is on another file system than .*downloads"):
            batch.items()
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"folder": "no/such/folder"}, "folder=no/such/folder: there is no such folder"),
        ({"folder": "."}, "contains no files"),
    ],
)
def test_unusable_folder_is_an_error(typed: dict[str, str], message: str, here: Path) -> None:
    with pytest.raises(TrialFailed, match=message), prepared("file-tree", typed) as (_, _, batch):
        batch.items()


def _confirmed(folder: Path) -> Any:
    return prepared("file-tree", {"folder": str(folder), "move": "true", "confirm": folder.name})
