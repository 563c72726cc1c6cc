"""What else uses the cores: other programs on this machine, and other machines on its host."""

import os
from pathlib import Path

from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation, Process, Snapshot
from bench.machine.host import PROC, hypervisor_flag, text_of

LITTLE, MUCH = 0.02, 0.10  # shares of the usable cores
STOLEN = 0.01
NAMED = 3
WORTH_NAMING = 0.01  # of a core: one tick per second
WORTH_MENTIONING = 0.1  # of a core: rounding to ticks accounts for less


def findings(observation: Observation) -> list[Finding]:
    """The load by other programs, and the time stolen by other machines."""
    before, after = observation.before, observation.after
    return [load(before, after, observation.allowed, os.getpid()), steal(before, after)]


def load(before: Snapshot, after: Snapshot, allowed: frozenset[int] | None, own: int, proc: Path = PROC) -> Finding:
    """How busy other programs keep the usable cores, and which use most CPU; `own` is the pid of this program."""
    first, last = before.of_cores(allowed), after.of_cores(allowed)
    elapsed_s = after.at_s - before.at_s
    if first is None or last is None or elapsed_s <= 0:
        return Finding("load", Level.UNKNOWN, f"{proc}/stat does not show how busy the usable cores are")
    used = _used(before, after, elapsed_s)
    by_us = sum(share for process, share in used.items() if process.pid == own)
    busy = max((last.busy_s - first.busy_s) / elapsed_s - by_us, 0.0)
    programs = {process: share for process, share in used.items() if process.pid != own and share >= WORTH_NAMING}
    most = sorted(programs, key=programs.__getitem__, reverse=True)[:NAMED]
    unseen = busy - sum(programs.values())
    users = [f"{process.name} ({process.pid}) {programs[process]:.2f}" for process in most]
    users += [f"programs that ended or are not visible here {unseen:.2f}"] * (unseen >= WORTH_MENTIONING)
    count = len(allowed or after.cores)
    found = f"other programs keep {busy:.2f} of {count} cores busy{_average(proc)}" + (
        f": {', '.join(users)}" if users else ""
    )
    level = _level(busy / count)
    if level is Level.GOOD:
        return Finding("load", level, found)
    hidden = "; look on the host for programs that are not visible here" if unseen >= WORTH_MENTIONING else ""
    return Finding("load", level, found, f"stop what is not needed, or wait until it has finished{hidden}")


def _used(before: Snapshot, after: Snapshot, elapsed_s: float) -> dict[Process, float]:
    """How many cores each program kept busy; a new program has used all of its CPU time in between."""
    return {process: (cpu_s - before.cpu_s.get(process, 0.0)) / elapsed_s for process, cpu_s in after.cpu_s.items()}


def _average(proc: Path) -> str:
    text = text_of(proc / "loadavg")
    return f" (load average {text.split()[0]})" if text else ""


def _level(share: float) -> Level:
    if share >= MUCH:
        return Level.WARNING
    return Level.NOTE if share >= LITTLE else Level.GOOD


def steal(before: Snapshot, after: Snapshot, proc: Path = PROC) -> Finding:
    """The time in which this machine's cores were ready to run, but the host ran other machines."""
    first, last = before.of_cores(None), after.of_cores(None)
    if first is None or last is None or first.stolen_s is None or last.stolen_s is None:
        return Finding("steal", Level.UNKNOWN, f"{proc}/stat does not report it")
    if not last.stolen_s:
        if hypervisor_flag(proc) is False:
            return Finding("steal", Level.GOOD, "none, and there is no hypervisor")
        return Finding("steal", Level.UNKNOWN, "none reported, but not every hypervisor reports it")
    wall_s = (after.at_s - before.at_s) * len(after.cores)
    now = (last.stolen_s - first.stolen_s) / wall_s if wall_s > 0 else 0.0
    ever = last.stolen_s / (last.stolen_s + last.busy_s + last.idle_s)
    found = f"{now:.1%} of the cores' time just now, {ever:.2%} since boot".replace("%", " %")
    if max(now, ever) < STOLEN:
        return Finding("steal", Level.GOOD, found)
    return Finding("steal", Level.WARNING, found, "the host is shared: ask for dedicated cores, or measure more rounds")
