"""What happens to a trial whose server fails in the middle of a pass, or whose machine runs out of files."""

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.process_tree import carriers
from bench.schema import Status
from tests.support.backend_params import name_params
from tests.support.workload_trials import request, trial

GONE = "(disconnected|refused)"  # aiohttp tries it again
SECONDS = 60  # that anything may take which should happen soon


@contextmanager
def server_killed_in_the_pass(folder: Path) -> Iterator[None]:
    """Kill the trial's server once clients are connected to it."""

    def kill() -> None:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for pid in carriers(folder):
                if _is_server(pid) and _connections_of(pid):
                    os.kill(pid, signal.SIGKILL)
                    return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    yield
    killer.join()


def _is_server(pid: int) -> bool:
    try:
        return b"servers." in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _connections_of(pid: int) -> bool:
    """Whether a server has sockets in the state ESTABLISHED."""
    established = "01"
    try:
        rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        open_here = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return False
    return any(row[3] == established and f"socket:[{row[9]}]" in open_here for row in rows)


DEATHS = [
    ("http-mixed", {"slow": "6", "fast": "0", "delay": "60"}, Status.WRONG, f"6 of 6 requests failed: . {GONE}"),
    ("url-health", {"timeout": "60"}, Status.WRONG, rf"/delay/3600: {GONE}, but timed out expected \(and "),
    ("crawl", {"delay": "60"}, Status.WRONG, rf"/page/0: {GONE}, but 200 expected \(and "),
    ("api-fetch", {"delay": "60"}, Status.ERROR, f"item '/users': RequestFailed: {GONE}"),
    ("tcp-echo", {"delay": "60"}, Status.ERROR, "(the server hung up after 0 of 4 bytes|Connection reset by peer)"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the server's connections in /proc")
@pytest.mark.parametrize("backend", name_params())
@pytest.mark.parametrize(
    ("workload", "typed", "status", "words"),
    [
        pytest.param(*death, id=death[0], marks=pytest.mark.slow if number else [])
        for number, death in enumerate(DEATHS)
    ],
)
def test_server_that_dies_in_a_pass_is_a_row_with_its_reason(
    workload: str, typed: dict[str, str], status: Status, words: str, backend: str, tmp_path: Path
) -> None:
    asked = request(workload, typed, backend)
    with server_killed_in_the_pass(tmp_path):
        outcome = trial(asked, tmp_path)
    assert outcome.measured == []
    assert outcome.failed is not None
    assert outcome.failed.status == status
    assert re.search(words, outcome.failed.reason)
    assert carriers(tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("backend", ["asyncio", pytest.param("threading", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("workload", "typed"),
    [
        ("http-mixed", {"slow": "200", "fast": "0", "delay": "1", "timeout": "5"}),  # the server has the same limit
        ("tcp-echo", {"clients": "200", "delay": "1"}),
    ],
)
def test_too_many_connections_are_an_error_that_names_the_limit(
    workload: str, typed: dict[str, str], backend: str, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nulimit -n 80\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    asked = request(workload, typed, backend, workers=200)
    outcome = run_trial(TrialSettings(str(python), asked, {}), TimeLimit(SECONDS))
    assert outcome.measured == []
    assert outcome.failed is not None
    words = "all 80 files that a process may open are in use: allow more (ulimit -n) or use fewer workers"
    assert words in outcome.failed.reason
