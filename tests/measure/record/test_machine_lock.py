import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.measure.record.machine_lock import lock_path, measuring


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_run_alone_is_told_of_none_and_leaves_nothing(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    assert not lock.exists()


def test_a_second_run_is_told_of_the_first(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock), measuring(tmp_path / "two", lock) as other:
        assert other == {"pid": os.getpid(), "folder": str(tmp_path / "one")}


def test_a_third_is_told_of_the_second_though_the_first_has_ended(lock: Path, tmp_path: Path) -> None:
    first = measuring(tmp_path / "one", lock)
    first.__enter__()
    with measuring(tmp_path / "two", lock):
        first.__exit__(None, None, None)
        assert lock.exists()
        with measuring(tmp_path / "three", lock) as other:
            assert other == {"pid": os.getpid(), "folder": str(tmp_path / "two")}
    assert not lock.exists()


def test_a_run_that_was_killed_is_no_other_run(lock: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom bench.measure.record.machine_lock import measuring\n"
        f"with measuring(Path('killed'), Path({str(lock)!r})):\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert lock.exists()
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert not lock.exists()


def test_a_link_that_somebody_put_there_is_not_followed(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    lock.symlink_to(tmp_path / "precious")
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert (tmp_path / "precious").read_text() == "mine"


def test_what_is_no_file_is_left_alone(lock: Path, tmp_path: Path) -> None:
    lock.mkdir()
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert lock.is_dir()


def test_a_file_that_makes_no_sense_names_nobody(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock):
        lock.write_text("nonsense\n[]\n")
        with measuring(tmp_path / "two", lock) as other:
            assert other == {"pid": None, "folder": None}


def test_each_user_has_a_lock_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = lock_path()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert lock_path() != mine
    assert lock_path().parent == mine.parent


def test_the_lock_is_no_temporary_file_where_the_user_has_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert lock_path().parent == tmp_path / "runtime/concurrency-bench"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert lock_path().parent == tmp_path / "cache/concurrency-bench"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert lock_path().parent == Path(tempfile.gettempdir())


def test_without_a_folder_for_temporary_files_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with pytest.raises(UsageError, match=r"^no folder for temporary files can be made: No usable .*; let TMPDIR name"):
        lock_path()
