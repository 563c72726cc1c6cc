"""The memory of a pass, from /proc: what is reset before it, what is read after it, and what the sum of that means."""

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
    """What `peak_rss_bytes` is on this system: its name, and what is summed; None where memory is not measured."""
    if not (proc / "self/status").exists():
        return None
    name = "rss" if pss_kb(proc / "self") is None else "pss"
    return {"measure": name, "meaning": MEASURES[name]}


def reset_peak(process: Path) -> None:
    """Let VmHWM start anew; where that is not allowed, the peak is that of the process's life."""
    with suppress(OSError):
        (process / "clear_refs").write_text("5")


def peak_bytes(process: Path) -> int:
    """Peak of the resident set since the reset; shared pages count by their share (PSS) where that is readable."""
    status = numbers_of(process)
    peak, now = status.get("VmHWM", 0), status.get("VmRSS", 0)
    pss = pss_kb(process)
    shared_elsewhere = 0 if pss is None else max(now - pss, 0)
    return (peak - shared_elsewhere) * 1024


def pss_kb(process: Path) -> int | None:
    """The resident set, each page divided by how many processes hold it, in kB; None where it is not readable."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return None


def numbers_of(folder: Path) -> dict[str, int]:
    """The numbers of a status file; memory in kB."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for line in (folder / "status").read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            number = value.split()[0] if value.split() else ""
            if number.isdigit():
                found[name] = int(number)
    return found
