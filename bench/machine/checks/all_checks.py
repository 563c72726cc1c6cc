"""All checks, in the order that their findings are given in."""

import os
import time

from bench.machine import host
from bench.machine.checks import cores, frequency, limits, load, memory, self_test, snapshot, timer, virtualization
from bench.machine.checks.finding import Finding

WATCH_S = 1.0


def examine(self_test_s: float | None = self_test.SECONDS, watch_s: float = WATCH_S) -> list[Finding]:
    """Look at this machine; without seconds for the self-test, its findings are left out."""
    allowed = host.allowed_cores()
    before = snapshot.take()
    time.sleep(watch_s)
    after = snapshot.take()
    findings = [
        cores.usable_cores(allowed),
        cores.siblings(allowed),
        frequency.governor(allowed),
        frequency.turbo(),
        load.load(before, after, allowed, os.getpid()),
        load.steal(before, after),
        memory.swap(before, after),
        virtualization.virtual_machine(),
        virtualization.container(),
        timer.timer(),
        limits.open_files(),
        limits.temporary_space(),
    ]
    return findings if self_test_s is None else findings + self_test.self_test(self_test_s)
