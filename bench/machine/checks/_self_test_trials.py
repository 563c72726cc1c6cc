"""Trials of the self-test: fresh interpreters, one after another, in adjacent pairs."""

import os
import subprocess
import sys
import time
from pathlib import Path

FIXED_WORK = Path(__file__).with_name("_fixed_work.py")
FEWEST_PAIRS = 3
TRIAL_TIMEOUT_S = 60

Pair = tuple[float, float]  # seconds, of two trials that ran one after the other


def adjacent_pairs(seconds: float) -> list[Pair]:
    """Pairs of trials for this many seconds, at least three. Raises OSError, SubprocessError or ValueError."""
    trial()  # the first has to read the interpreter's files from disk
    deadline = time.monotonic() + seconds
    pairs: list[Pair] = []
    while len(pairs) < FEWEST_PAIRS or time.monotonic() < deadline:
        pairs.append((trial(), trial()))
    return pairs


def trial() -> float:
    """How long the fixed work takes in a fresh interpreter, in seconds."""
    done = subprocess.run(
        [sys.executable, "-P", "-S", FIXED_WORK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TRIAL_TIMEOUT_S,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    return int(done.stdout) / 1e9
