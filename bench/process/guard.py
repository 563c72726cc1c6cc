"""The guard of a run: a process that sleeps until the runner dies, then cleans up after the run.

It blocks on a pipe whose other end only the runner holds, so it uses no CPU time while the run measures.
"""

import sys
import time
from pathlib import Path

from bench.process.cleanup import clear

ATTEMPTS = 10  # a trial that was just being started is found by a later attempt
INTERVAL_S = 0.1


def main(folder: str) -> None:
    """Wait until the runner has ended, then end the processes of its run and remove its files."""
    sys.stdin.read()
    for _ in range(ATTEMPTS):
        clear(Path(folder))
        time.sleep(INTERVAL_S)
