"""Nothing outlives a trial or its run, however these end."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.errors import NoTemporaryFolder
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.bootstrap import BOOTSTRAP
from bench.process.cleanup import clear, remove
from bench.process.process_tree import carriers, end_all, members
from bench.process.scratch import guarded, trial_folder
from bench.schema import Status
from tests.conftest import WriteFile
from tests.support.paths import WORKLOADS

LEAVES = """
    import os
    import subprocess
    import time
    from bench import workload

    @workload(items=range(2))
    def leaves(item):
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(0)
        time.sleep(1000)
"""


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes that carry the test's folder, in sessions of their own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(folder: Path = tmp_path, command: str = "exec sleep 1000") -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            ["sh", "-c", command], env={**os.environ, "TMPDIR": str(folder)}, start_new_session=True
        )
        started.append(process)
        assert wait_until(lambda: process.pid in carriers(folder))
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_processes_are_found_by_their_scratch_folder_or_one_below_it(
    sleeper: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    inside, below = sleeper(tmp_path / "a"), sleeper(tmp_path / "a/b")
    beside = sleeper(tmp_path / "ab")
    assert carriers(tmp_path / "a") == {inside.pid, below.pid}
    assert carriers(tmp_path) == {inside.pid, below.pid, beside.pid}


def test_own_process_is_never_ended() -> None:
    own = dict(entry.split(b"=", 1) for entry in Path("/proc/self/environ").read_bytes().split(b"\0") if b"=" in entry)
    if b"TMPDIR" in own:
        assert os.getpid() not in carriers(Path(os.fsdecode(own[b"TMPDIR"])))
    assert os.getpid() in members(os.getpgrp())


def test_cleanup_ends_processes_that_ignore_signals_and_their_children(
    sleeper: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    folder = tmp_path / "bench-run"
    folder.mkdir()
    sleeper(folder, "trap '' TERM INT HUP; while :; do sleep 1000; done")
    clear(folder)
    assert not carriers(folder)
    assert not folder.exists()


def test_cleanup_touches_only_what_a_run_created(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not the temporary folder of a run"):
        clear(tmp_path)
    assert tmp_path.is_dir()


def test_process_that_cannot_be_ended_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.process.process_tree.STUBBORN_S", 0.05)
    looks: list[int] = []
    unkillable = 2**22 + 1  # beyond any process id

    def find() -> set[int]:
        looks.append(1)
        return {unkillable}

    end_all(find)
    assert len(looks) > 1


def test_removal_reaches_protected_folders_and_follows_no_links(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    (precious / "deep").mkdir(parents=True)
    (precious / "file").write_text("mine")
    precious.chmod(0o755)
    (precious / "deep").chmod(0o555)
    folder = tmp_path / "folder"
    (folder / "locked/inner").mkdir(parents=True)
    (folder / "link").symlink_to(precious)
    (folder / "locked").chmod(0)
    remove(folder)
    assert not folder.exists()
    assert (precious / "file").read_text() == "mine"
    assert [path.stat().st_mode & 0o777 for path in (precious, precious / "deep")] == [0o755, 0o555]


def test_only_the_link_is_removed_if_it_replaced_the_folder(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    (tmp_path / "folder").symlink_to(precious)
    remove(tmp_path / "folder")
    assert not (tmp_path / "folder").is_symlink()
    assert (precious / "file").read_text() == "mine"


def test_private_folder_and_guard_of_a_run_end_with_it(
    sleeper: Callable[..., subprocess.Popen[bytes]],
) -> None:
    with guarded() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert wait_until(lambda: len(_guards_of(folder)) == 1)
        left = sleeper(folder)
        with trial_folder(folder) as own:
            assert own.parent == folder
        assert not own.exists()
    assert left.wait() == -signal.SIGKILL
    assert not folder.exists()
    assert not _guards_of(folder)


def test_trial_gets_a_folder_even_if_another_removed_the_runs_folder() -> None:
    with guarded() as folder:
        folder.rmdir()
        with trial_folder(folder) as own:
            assert own.is_dir() and own.parent == folder


@pytest.mark.parametrize("made", ["pathlib.Path.mkdir", "tempfile.mkdtemp"])
def test_missing_temporary_folder_is_reported_with_a_remedy(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(made, full)
    message = "cannot create a folder for temporary files: No space left.*; set TMPDIR to"
    with pytest.raises(NoTemporaryFolder, match=message), guarded() as folder, trial_folder(folder):
        pass


def _guards_of(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"process.guard" in words and os.fsencode(folder) in words:
            found.append(int(entry.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sequential", "threading", "multiprocessing:spawn", "asyncio"])
def test_nothing_is_left_five_seconds_after_the_runner_is_killed(
    backend: str, write_file: WriteFile, tmp_path: Path
) -> None:
    write_file("leaves.py", LEAVES)
    folder = tmp_path / "tmp"
    folder.mkdir()
    command = [sys.executable, "-m", "bench", "run", "leaves.py", "-w", "2", "--no-baseline", "-b", backend]
    runner = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert wait_until(lambda: _has_left_children(folder), 30)
    runner.kill()
    runner.wait()
    assert wait_until(lambda: not carriers(folder) and not list(folder.iterdir()), 5)


def _has_left_children(folder: Path) -> bool:
    return sum(_command(pid) == b"sleep" for pid in carriers(folder)) >= 1


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return b""


def test_trial_exits_immediately_if_its_launcher_is_gone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STARTS_A_TRIAL.format(start=str(BOOTSTRAP))],
        timeout=30,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


_STARTS_A_TRIAL = """
import socket, subprocess, sys
ours, theirs = socket.socketpair()
command = [sys.executable, "-P", {start!r}, "measure.trial.child", str(theirs.fileno())]
process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
theirs.close()
ours.close()
errors = process.stderr.read()
sys.exit(bool(errors) or process.wait())
"""


@pytest.mark.slow
def test_many_trials_leave_no_open_descriptor_and_no_zombie() -> None:
    path = str(WORKLOADS / "faults.py")
    request = Request(path, "fine", {}, "threads", {}, 2, warmups=0)
    before, zombies = len(list(Path("/proc/self/fd").iterdir())), _zombies()
    for _ in range(5):
        assert run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(30)).failed is None
    for _ in range(50):
        failed = run_trial(TrialSettings("/bin/true", request, {}), TimeLimit(30)).failed
        assert failed is not None and failed.status is Status.CRASHED
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert _zombies() <= zombies


def _zombies() -> set[int]:
    """Children of this process that ended and were not reaped."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in children if "(zombie)" in Path(f"/proc/{pid}/status").read_text()}


def test_interpreter_that_cannot_be_started_is_a_row() -> None:
    request = Request("work.py", "work", {}, "threads", {}, 2, warmups=0)
    failed = run_trial(TrialSettings("/no/such/python", request, {}), TimeLimit(30)).failed
    assert failed is not None
    assert (failed.status, failed.reason) == (
        Status.CRASHED,
        "/no/such/python cannot be started: No such file or directory",
    )
