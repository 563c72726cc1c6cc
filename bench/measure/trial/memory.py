"""Peak memory of a pass, from /proc, and what the number means on this system."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")

MEASURES = {
    "pss": (
        "each living process's own peak of resident memory in the timed pass (VmHWM), less what others hold of its "
        "pages when the pass ends (RSS - PSS), summed over the tree: the peak of the tree's PSS where the processes "
        "reach theirs together, and more where they do not"
    ),
    "rss": (
        "each living process's own peak of resident memory in the timed pass (VmHWM), summed over the tree: pages that "
        "several processes hold are counted once for each, since this system does not tell PSS"
    ),
}


def memory_measure(proc: Path = PROC) -> dict[str, str] | None:
    """What `peak_rss_bytes` is on this system, by name and meaning; None if memory is not measured here."""
    if not (proc / "self/status").exists():
        return None
    name = "rss" if pss_kb(proc / "self") is None else "pss"
    return {"measure": name, "meaning": MEASURES[name]}


def reset_peak(process: Path) -> None:
    """Reset VmHWM; without permission, the peak is that of the whole life of the process."""
    with suppress(OSError):
        (process / "clear_refs").write_text("5")


def peak_bytes(process: Path) -> int:
    """Peak resident set since the reset, in bytes; shared pages count proportionally (PSS) if that is readable."""
    status = numbers_of(process)
    peak, now = status.get("VmHWM", 0), status.get("VmRSS", 0)
    pss = pss_kb(process)
    shared_elsewhere = 0 if pss is None else max(now - pss, 0)
    return (peak - shared_elsewhere) * 1024


def resident_bytes(process: Path) -> int:
    """What a process occupies of the memory now; shared pages count proportionally (PSS) if that is readable."""
    pss = pss_kb(process)
    return 1024 * (numbers_of(process).get("VmRSS", 0) if pss is None else pss)


def private_and_shared(process: Path) -> tuple[int, int] | None:
    """Resident memory in bytes that no other process maps, and the rest of it; None if that is not readable."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    kb = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    private = kb.get("Private_Clean", 0) + kb.get("Private_Dirty", 0)
    return 1024 * private, 1024 * (kb.get("Rss", 0) - private)


def pss_kb(process: Path) -> int | None:
    """Proportional set size in kB: each page divided by the number of processes that map it; None if not readable."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return None


def numbers_of(folder: Path) -> dict[str, int]:
    """The numeric fields of a `status` file; memory in kB."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for line in (folder / "status").read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            number = value.split()[0] if value.split() else ""
            if number.isdigit():
                found[name] = int(number)
    return found
