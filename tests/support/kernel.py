"""Files of /proc and /sys of a simulated machine."""

from collections.abc import Mapping
from pathlib import Path

from bench.machine.checks._snapshot import TICKS_PER_S

BARE_METAL = {"cpuinfo": "processor\t: 0\nflags\t\t: fpu vme sse2\n"}
VIRTUAL = {"cpuinfo": "processor\t: 0\nflags\t\t: fpu vme hypervisor sse2\n"}
ARM = {"cpuinfo": "processor\t: 0\nFeatures\t: fp asimd\n"}


def tree(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files, whose names are paths below it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def stat(*cores: tuple[float, float, float]) -> dict[str, str]:
    """/proc/stat, for each core the seconds that it was busy, idle and stolen."""
    lines = [
        f"cpu{number} {busy * TICKS_PER_S:.0f} 0 0 {idle * TICKS_PER_S:.0f} 0 0 0 {stolen * TICKS_PER_S:.0f} 0 0"
        for number, (busy, idle, stolen) in enumerate(cores)
    ]
    return {"stat": "\n".join(["cpu  1 2 3 4 5 6 7 8 9 0", *lines, "intr 12345", "btime 1700000000"]) + "\n"}


def process(pid: int, name: str, cpu_s: float, started: int = 100) -> dict[str, str]:
    """/proc/PID/stat of a program that has used this much CPU time."""
    before = "S 1 1 1 0 -1 4194560 10 0 0 0"
    after = f"{cpu_s * TICKS_PER_S:.0f} 0 7 7 20 0 1 0 {started} 1000 10"
    return {f"{pid}/stat": f"{pid} ({name}) {before} {after}\n"}


def siblings(*lists: str) -> dict[str, str]:
    """The lists of the cores' siblings below /sys, and that all of these cores are online."""
    files = {
        f"devices/system/cpu/cpu{core}/topology/thread_siblings_list": f"{text}\n" for core, text in enumerate(lists)
    }
    return files | {"devices/system/cpu/online": f"0-{len(lists) - 1}\n"}
