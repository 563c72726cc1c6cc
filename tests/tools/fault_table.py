"""Results of every fault under every backend, as Markdown: `python -m tests.tools.fault_table > docs/faults.md`.

One row covers all backends under which a fault has the same result.
"""

import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from bench.measure.trial.trial_process import GRACE_S
from bench.schema import Status
from tests.support.fault_trials import BACKENDS, FAULTS, TIMEOUT_S, FaultTrial, all_trials, allowance_s


def main() -> None:
    """Run all of them, which takes about a minute, and print a summary and the table."""
    trials = list(all_trials())
    print("\n".join([*_introduction(trials), "", *_table(trials)]))
    sys.exit(any(trial.left for trial in trials))


def _introduction(trials: Sequence[FaultTrial]) -> Iterator[str]:
    counts = Counter(trial.status for trial in trials)
    slowest = max((trial for trial in trials if not allowance_s(trial.backend)), key=_recovery_s)
    recovery = f"{_recovery_s(slowest):.1f} s ({slowest.fault})"
    yield "# Faults"
    yield ""
    yield f"Results of {len(FAULTS)} fault-injection tests. Each fault is a workload in `tests/faults/` that goes wrong"
    yield "in one way, and is measured under every backend. `tests/measure/trial/test_faults.py` checks these results."
    yield "This page is generated: `python -m tests.tools.fault_table > docs/faults.md`."
    yield ""
    yield "- `ok` means that the fault does no harm under that backend: the pass was measured, and whatever the fault"
    yield "  left behind was ended and removed."
    yield "- Seconds are from the launch of a trial until nothing of it is left, several trials at once. The timeout is"
    yield f"  {TIMEOUT_S:g} s for trials that do not end by themselves; engines have more to start and stop. A trial"
    yield f"  that has reported its result has {GRACE_S:g} s to exit."
    yield ""
    totals = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    yield f"- Python {platform.python_version()}, {len(FAULTS)} faults, {len(trials)} trials: {totals}"
    yield f"- Trials that left a process, a file or a folder: {sum(bool(trial.left) for trial in trials)}"
    yield f"- Slowest recovery without an engine, not counting its timeout: {recovery}"


def _recovery_s(trial: FaultTrial) -> float:
    return trial.seconds - (TIMEOUT_S if trial.status is Status.TIMEOUT else 0.0)


def _table(trials: Sequence[FaultTrial]) -> Iterator[str]:
    yield "| fault | backends | status | seconds | reason |"
    yield "| --- | --- | --- | --- | --- |"
    for fault, of_fault in groupby(trials, key=lambda trial: trial.fault):
        same: dict[tuple[str, str], list[FaultTrial]] = {}
        for trial in of_fault:
            same.setdefault((trial.status, _shown(trial.reason)), []).append(trial)
        for (status, reason), grouped in same.items():
            names = "all" if len(grouped) == len(BACKENDS) else ", ".join(trial.backend for trial in grouped)
            seconds = max(trial.seconds for trial in grouped)
            yield f"| {fault.replace('_', ' ')} | {names} | {status} | {seconds:.1f} | {reason} |"


def _shown(reason: str) -> str:
    """A reason without what differs between processes, shortened to fit a table."""
    plain = re.sub(r"0x[0-9a-f]+", "0x...", re.sub(r"process \d+", "process N", reason)).replace("|", r"\|")
    return plain if len(plain) <= 240 else f"{plain[:120]} [...] {plain[-60:]}"


if __name__ == "__main__":
    main()
