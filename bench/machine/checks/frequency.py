"""Whether the cores keep their speed: governor and turbo."""

from collections import Counter
from pathlib import Path

from bench.machine import host
from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import CPUS

STEADY = "performance"
SET_BY_HOST = "in a virtual machine the host decides; the self-test shows the effect"


def findings(observation: Observation) -> list[Finding]:
    """The governor and the turbo setting."""
    return [governor(observation.allowed), turbo()]


def governor(allowed: frozenset[int] | None, cpus: Path = CPUS) -> Finding:
    """The frequency governors of the usable cores."""
    governors = [host.text_of(cpus / f"cpu{core}/cpufreq/scaling_governor") for core in sorted(allowed or ())]
    known = Counter(name for name in governors if name)
    unknown = len(governors) - known.total()
    if not known:
        return Finding("governor", Level.UNKNOWN, f"no frequency governor in {cpus}", SET_BY_HOST)
    parts = [f"{name} on {_cores(count)}" for name, count in known.most_common()]
    found = ", ".join([*parts, f"unknown for {_cores(unknown)}"] if unknown else parts)
    if set(known) != {STEADY}:
        advice = (
            f"a core only speeds up once it is busy; to keep it at full speed: sudo cpupower frequency-set -g {STEADY}"
        )
        return Finding("governor", Level.WARNING, found, advice)
    return Finding("governor", Level.UNKNOWN if unknown else Level.GOOD, found)


def turbo(cpus: Path = CPUS) -> Finding:
    """Whether one busy core runs faster than many."""
    on = host.turbo(cpus)
    if on is None:
        return Finding("turbo", Level.UNKNOWN, f"no turbo setting in {cpus}", SET_BY_HOST)
    if not on:
        return Finding("turbo", Level.GOOD, "off: one busy core runs no faster than many")
    intel = cpus / "intel_pstate/no_turbo"
    off = f"echo 1 | sudo tee {intel}" if intel.exists() else f"echo 0 | sudo tee {cpus / 'cpufreq/boost'}"
    found = "on: one busy core may run faster than many, which makes speedups smaller"
    return Finding("turbo", Level.NOTE, found, f"for equal frequencies: {off}")


def _cores(count: int) -> str:
    return f"{count} core{'' if count == 1 else 's'}"
