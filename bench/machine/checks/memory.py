"""Whether memory is swapped to disk during measurements."""

from pathlib import Path

from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation, Snapshot
from bench.machine.host import PROC, text_of

MEBI_KB = 1024


def findings(observation: Observation) -> list[Finding]:
    """The use of swap."""
    return [swap(observation.before, observation.after)]


def swap(before: Snapshot, after: Snapshot, proc: Path = PROC) -> Finding:
    """The swap in use, and the pages swapped in or out between two snapshots."""
    sizes = dict(line.partition(":")[::2] for line in (text_of(proc / "meminfo") or "").splitlines())
    if "SwapTotal" not in sizes or "SwapFree" not in sizes:
        return Finding("swap", Level.UNKNOWN, f"{proc}/meminfo does not report it")
    total_kb, free_kb = (int(sizes[name].split()[0]) for name in ("SwapTotal", "SwapFree"))
    if not total_kb:
        return Finding("swap", Level.GOOD, "none configured")
    used = f"{(total_kb - free_kb) // MEBI_KB} of {total_kb // MEBI_KB} MiB in use"
    if None in (before.swapped_in, before.swapped_out, after.swapped_in, after.swapped_out):
        return Finding("swap", Level.UNKNOWN, f"{used}; current swapping cannot be read from {proc}/vmstat")
    pages_in = (after.swapped_in or 0) - (before.swapped_in or 0)
    pages_out = (after.swapped_out or 0) - (before.swapped_out or 0)
    found = f"{used}; {pages_in} pages swapped in and {pages_out} swapped out just now"
    if pages_in or pages_out:
        return Finding("swap", Level.WARNING, found, "memory is short: close programs, or use smaller batches")
    if total_kb - free_kb >= MEBI_KB:
        advice = (
            "swapped pages are slow on first use; if memory allows, read them back: sudo swapoff -a && sudo swapon -a"
        )
        return Finding("swap", Level.NOTE, found, advice)
    return Finding("swap", Level.GOOD, found)
