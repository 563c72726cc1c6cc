"""How much memory a thread takes."""

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, judged
from bench.claims._claim import Claim
from bench.measure.trial.memory import numbers_of, private_and_shared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

THREADS = 100
MB = 1e6
LOW, HIGH = 0.8 * MB, 2.4 * MB  # what is claimed, and a fifth more or less
RESIDENT, RESERVED = "resident memory of a thread", "address space of a thread"
SELF = Path("/proc/self")


def hold_threads() -> dict[str, tuple[float, Unit]]:
    """Start threads that wait, and compare the memory with that before."""
    release, ready = threading.Event(), threading.Barrier(THREADS + 1)

    def wait() -> None:
        ready.wait()
        release.wait()

    before = _resident_and_reserved()
    threads = [threading.Thread(target=wait) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    after = _resident_and_reserved()
    release.set()
    for thread in threads:
        thread.join()
    resident, reserved = ((now - then) / THREADS for now, then in zip(after, before, strict=True))
    return {RESIDENT: (resident, Unit.BYTES), RESERVED: (reserved, Unit.BYTES)}


def _resident_and_reserved() -> tuple[int, int]:
    """The resident memory and the address space of this process, in bytes."""
    private, shared = private_and_shared(SELF) or (0, 0)
    return private + shared, 1024 * numbers_of(SELF)["VmSize"]


class ThreadMemory(Claim):
    """What one waiting thread more adds to the memory of a process."""

    id = "thread-memory"
    claim = "A thread takes 1 to 2 MB."
    criterion = "The resident memory of a waiting thread is 0.8 to 2.4 MB, a fifth more or less than claimed."
    seconds = 2.0

    def measure(self, workbench: "Workbench") -> Evidence:
        if sys.platform != "linux":
            return Evidence(missing="the memory of a thread is read from /proc/self/smaps_rollup, which only Linux has")
        return Evidence(workbench.experiment(hold_threads), (f"{THREADS} threads that wait",))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        resident, reserved = evidence[RESIDENT], evidence[RESERVED]
        why = (
            f"a waiting thread takes {value_text(resident)} of memory, and {value_text(reserved)} of address space, "
            "which costs none"
        )
        return judged(resident.between(LOW, HIGH), why)
