"""A file is replaced as a whole or stays as it was."""

from pathlib import Path

import pytest

from bench.replace_file import replace_file


def test_the_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("old")
    replace_file(path, lambda new: new.write_text("new"))
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_is_complete_until_the_new_one_is(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("old")

    def make(new: Path) -> None:
        new.write_text("new")
        assert path.read_text() == "old"
        assert new.parent == path.parent  # a move between file systems would not be atomic

    replace_file(path, make)
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_after_a_failure_the_old_file_is_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "page"
    path.write_text("old")

    def fail(new: Path) -> None:
        new.write_text("half")
        raise error

    with pytest.raises(error):
        replace_file(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    path, leftover = tmp_path / "latest", tmp_path / ".latest"
    leftover.symlink_to("gone")
    replace_file(path, lambda new: new.symlink_to("run"))
    assert path.readlink() == Path("run")
    assert not leftover.is_symlink()


def test_the_temporary_name_can_be_chosen(tmp_path: Path) -> None:
    path, hidden = tmp_path / "page", tmp_path / ".page"
    hidden.write_text("the user's own file")
    replace_file(path, lambda new: new.write_text("new"), tmp_path / ".page-1")
    assert path.read_text() == "new"
    assert hidden.read_text() == "the user's own file"
