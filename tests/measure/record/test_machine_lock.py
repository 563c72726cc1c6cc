import os
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.measure.record.machine_lock import lock_path, measuring, taking_turns


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_single_run_sees_no_other_run_and_leaves_no_lock(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    assert not lock.exists()


def test_second_run_sees_the_first(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock), measuring(tmp_path / "two", lock) as other:
        assert other == {"pid": os.getpid(), "folder": str(tmp_path / "one")}


def test_third_run_sees_the_second_after_the_first_has_ended(lock: Path, tmp_path: Path) -> None:
    first = measuring(tmp_path / "one", lock)
    first.__enter__()
    with measuring(tmp_path / "two", lock):
        first.__exit__(None, None, None)
        assert lock.exists()
        with measuring(tmp_path / "three", lock) as other:
            assert other == {"pid": os.getpid(), "folder": str(tmp_path / "two")}
    assert not lock.exists()


def test_killed_run_does_not_count_as_another_run(lock: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom bench.measure.record.machine_lock import measuring\n"
        f"with measuring(Path('killed'), Path({str(lock)!r})):\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert lock.exists()
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert not lock.exists()


def test_symlink_in_place_of_the_lock_is_not_followed(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    lock.symlink_to(tmp_path / "precious")
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert (tmp_path / "precious").read_text() == "mine"


def test_lock_path_that_is_not_a_file_is_left_alone(lock: Path, tmp_path: Path) -> None:
    lock.mkdir()
    with measuring(tmp_path / "one", lock) as other:
        assert other is None
    assert lock.is_dir()


def test_malformed_lock_file_names_no_run(lock: Path, tmp_path: Path) -> None:
    with measuring(tmp_path / "one", lock):
        lock.write_text("nonsense\n[]\n")
        with measuring(tmp_path / "two", lock) as other:
            assert other == {"pid": None, "folder": None}


def test_each_user_has_a_separate_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = lock_path()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert lock_path() != mine
    assert lock_path().parent == mine.parent


def test_lock_is_in_a_private_folder_of_the_user_if_there_is_one(
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


def test_missing_temporary_folder_is_reported_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with pytest.raises(UsageError, match=r"^cannot create a folder for temporary files: No usable .*; set TMPDIR to"):
        lock_path()


def test_turns_are_taken_one_by_one(lock: Path, tmp_path: Path) -> None:
    inside: list[int] = []
    crowds: list[int] = []

    def measure(number: int) -> None:
        with taking_turns(lock, wait_s=60):
            inside.append(number)
            crowds.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(measure, range(8)))
    assert crowds == [1] * 8
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".turns"] == []


def test_turn_waits_for_a_run_and_gives_up_in_the_end(lock: Path, tmp_path: Path) -> None:
    refused = pytest.raises(UsageError, match=rf"process {os.getpid()}, into .*one\): try again")
    with measuring(tmp_path / "one", lock), refused, taking_turns(lock, 0):
        raise AssertionError("it has the turn")
    with taking_turns(lock, 0), measuring(tmp_path / "two", lock) as other:
        assert other is None


def test_turn_of_a_killed_process_is_free(lock: Path) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom bench.measure.record.machine_lock import taking_turns\n"
        f"with taking_turns(Path({str(lock)!r}), 0):\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    with taking_turns(lock, 0):
        pass


def test_without_a_lock_file_turns_are_not_waited_for(tmp_path: Path) -> None:
    nowhere = tmp_path / "missing/lock"
    with taking_turns(nowhere, 0), taking_turns(nowhere, 0):
        assert not nowhere.parent.exists()
