"""The guard of a run: a process that sleeps until the runner is gone without having dismissed it, then clears away.

It reads a pipe whose other end only the runner holds, so that it costs no CPU time while the run measures.
"""

import sys
import time
from pathlib import Path

from bench.process.cleanup import clear

LOOKS = 10  # a trial that was just being started is found by a later look
LOOK_S = 0.1


def main(folder: str) -> None:
    """Wait for the runner's end; then no process and no file of its run is left."""
    sys.stdin.read()
    for _ in range(LOOKS):
        clear(Path(folder))
        time.sleep(LOOK_S)
