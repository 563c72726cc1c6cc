"""What the system allows a run to open and to write."""

import resource
import shutil
import tempfile
from pathlib import Path

from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import PROC, text_of

CONNECTIONS = 10_000
FILES = CONNECTIONS + 100  # the interpreter, its modules and its pipes take some
GIB = 2**30
IN_MEMORY = {"tmpfs", "ramfs"}


def findings(observation: Observation) -> list[Finding]:
    """The limit on open files, and the space for temporary files."""
    return [open_files(), temporary_space()]


def open_files(limits: tuple[int, int] | None = None) -> Finding:
    """Whether 10,000 connections may be open at once; `limits` are the soft and the hard limit."""
    soft, hard = limits or resource.getrlimit(resource.RLIMIT_NOFILE)
    found = f"{_files(soft)} at once (hard limit: {_files(hard)})"
    if _allows(soft):
        return Finding("open files", Level.GOOD, f"{found}: enough for {CONNECTIONS} connections")
    if _allows(hard):
        advice = f"for up to {CONNECTIONS} connections: ulimit -n {FILES}"
    else:
        advice = (
            f"for up to {CONNECTIONS} connections, raise the hard limit (limits.conf, docker --ulimit nofile={FILES})"
        )
    return Finding("open files", Level.NOTE, f"{found}: too few for {CONNECTIONS} connections", advice)


def _allows(limit: int) -> bool:
    return limit == resource.RLIM_INFINITY or limit >= FILES


def _files(limit: int) -> str:
    return "any number" if limit == resource.RLIM_INFINITY else str(limit)


def temporary_space(folder: Path | None = None, proc: Path = PROC) -> Finding:
    """The free space for temporary files, and whether they are on a disk at all."""
    subject = "temporary files"
    try:
        place = (folder or Path(tempfile.gettempdir())).resolve()
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(
            subject, Level.WARNING, f"no usable folder: {error.strerror}", "set TMPDIR to a folder with free space"
        )
    system = _file_system(place, proc)
    found = f"{free / GIB:.1f} GiB free in {place} ({system or 'unknown file system'})"
    if free < GIB:
        return Finding(subject, Level.WARNING, found, "free some space, or set TMPDIR to a folder that has more")
    if system in IN_MEMORY:
        advice = "files written there never reach a disk; to measure disk access, set TMPDIR to a folder on a disk"
        return Finding(subject, Level.NOTE, found, advice)
    return Finding(subject, Level.GOOD, found)


def _file_system(place: Path, proc: Path) -> str | None:
    """The type of the file system that a folder is on: that of the longest mount point above it, mounted last."""
    found: tuple[int, str | None] = (0, None)
    for line in (text_of(proc / "self/mounts") or "").splitlines():
        _, point, system, *_ = line.split(" ")
        mounted = Path(point.replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= found[0]:
            found = len(mounted.parts), system
    return found[1]
