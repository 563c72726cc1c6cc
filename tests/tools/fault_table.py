"""What comes of every fault under every backend, as Markdown: `python tests/fault_table.py > docs/faults.md`.

A line stands for all backends under which a fault comes to the same.
"""

import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from bench.measure.trial.launcher import GRACE_S
from bench.schema import Status
from tests.support.fault_trials import BACKENDS, FAULTS, TIMEOUT_S, FaultTrial, all_trials


def main() -> None:
    """Run them all, which takes about a minute, and print the table with a summary above it."""
    trials = list(all_trials())
    print("\n".join([*_introduction(trials), "", *_table(trials)]))
    sys.exit(any(trial.left for trial in trials))


def _introduction(trials: Sequence[FaultTrial]) -> Iterator[str]:
    counts = Counter(trial.status for trial in trials)
    slowest = max(trials, key=_recovery_s)
    yield "# What comes of each fault"
    yield ""
    yield "Made by `python tests/fault_table.py`; `tests/test_faults.py` holds the harness to it. Each fault is a"
    yield "workload file in `tests/faults/`. Seconds are from a trial's launch until nothing of it is left, several"
    yield f"trials at once; --timeout is {TIMEOUT_S:g} s for those that do not end, and a trial that is done has"
    yield f"{GRACE_S:g} s to leave."
    yield "`ok` means that it does no harm there: what it leaves is ended and removed, and the pass was measured."
    yield ""
    told = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    yield f"- Python {platform.python_version()}, {len(FAULTS)} faults, {len(trials)} trials: {told}"
    yield f"- trials that left a process, a file or a folder: {sum(bool(trial.left) for trial in trials)}"
    yield f"- slowest recovery, its timeout not counted: {_recovery_s(slowest):.1f} s, of {slowest.fault}"


def _recovery_s(trial: FaultTrial) -> float:
    return trial.seconds - (TIMEOUT_S if trial.status is Status.TIMEOUT else 0.0)


def _table(trials: Sequence[FaultTrial]) -> Iterator[str]:
    yield "| fault | backends | status | seconds | reason |"
    yield "| --- | --- | --- | --- | --- |"
    for fault, of_fault in groupby(trials, key=lambda trial: trial.fault):
        same: dict[tuple[str, str], list[FaultTrial]] = {}
        for trial in of_fault:
            same.setdefault((trial.status, _shown(trial.reason)), []).append(trial)
        for (status, reason), alike in same.items():
            names = "all" if len(alike) == len(BACKENDS) else ", ".join(trial.backend for trial in alike)
            seconds = max(trial.seconds for trial in alike)
            yield f"| {fault.replace('_', ' ')} | {names} | {status} | {seconds:.1f} | {reason} |"


def _shown(reason: str) -> str:
    """A reason without what differs from one process to the next, and short enough for a table."""
    plain = re.sub(r"0x[0-9a-f]+", "0x...", reason).replace("|", r"\|")
    return plain if len(plain) <= 240 else f"{plain[:120]} [...] {plain[-60:]}"


if __name__ == "__main__":
    main()
