"""SIGKILL the runner at random moments, resume its run each time: `python -m tests.tools.kill_and_resume [KILLS]`.

One small run after another is measured and cut off until there were so many kills. Printed is what was lost beyond the
pass in flight, what is there twice, what is missing at the end, and what is left on the machine: processes, five
seconds after a kill, and temporary files.
"""

import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.paths import ROOT

MARKER = "BENCH_KILLED_RUN"
ROUNDS, VALUES, CASES = 2, 2, 4
PLAN = ["-p", "count=4", "-p", "seconds=0.02", "--rounds", str(ROUNDS), "--values", str(VALUES), "-w", "2"]
WAITS = str(ROOT / "tests/workloads/waits.py")
LONGEST_S = 3.5  # about as long as the whole run takes
GONE_S = 5.0


@dataclass
class Toll:
    """What the kills cost, all told."""

    kills: int = 0
    before_the_first_row: int = 0
    runs: int = 0
    rows_at_kills: int = 0
    torn: int = 0
    lost: int = 0
    twice: int = 0
    missing: int = 0
    processes: int = 0
    temporary_files: int = 0
    trouble: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether no row was lost, doubled or missed, and every run came to its end."""
        return not (self.lost or self.twice or self.missing or self.trouble)


def kill_and_resume(kills: int, folder: Path, dice: random.Random) -> Toll:
    """Kill so many times, in runs below a folder; the last run is then measured to its end."""
    toll = Toll()
    while toll.kills < kills:
        toll.runs += 1
        _one_run(toll, kills, folder / f"run-{toll.runs}", dice)
    return toll


def _one_run(toll: Toll, kills: int, run: Path, dice: random.Random) -> None:
    """One run, killed again and again until it comes to its end."""
    anew = arguments = ["run", WAITS, *PLAN, "-o", str(run)]
    temporary = run.with_name(f"{run.name}-tmp")
    temporary.mkdir(parents=True)
    kept = b""
    while True:
        after_s = dice.uniform(0, LONGEST_S) if toll.kills < kills else None
        status, told = _killed(arguments, temporary, after_s)
        data, rows = _whole_rows(run)
        if not rows.startswith(kept):
            toll.lost += 1
            toll.trouble.append(f"{run}: a row that had been kept is no longer there")
        if status != -signal.SIGKILL:
            break
        toll.kills += 1
        toll.rows_at_kills += max(rows.count(b"\n") - 1, 0)
        toll.torn += data != rows
        toll.processes += _left_running(temporary)
        kept, arguments = rows, ["run", "--resume", str(run)]
        if not (run / "environment.json").is_file():  # nothing was measured that could be gone on with
            toll.before_the_first_row += 1
            toll.trouble += [f"{run}: rows, but no environment"] * (rows.count(b"\n") > 1)
            kept, arguments = b"", anew
            for path in run.iterdir() if run.is_dir() else ():
                path.unlink()
    if status:
        toll.trouble.append(f"{run}: exit status {status}: {told}")
    _count(toll, run, temporary)


def _killed(arguments: list[str], temporary: Path, after_s: float | None) -> tuple[int, str]:
    """The exit status of the command, killed after so many seconds; and what it said."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench", *arguments],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            env={**os.environ, "TMPDIR": str(temporary), MARKER: str(temporary)},
        )
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        said.seek(0)
        return process.returncode, said.read()


def _whole_rows(run: Path) -> tuple[bytes, bytes]:
    """All of samples.csv, and that without a row that has no end."""
    with suppress(FileNotFoundError):
        data = (run / "samples.csv").read_bytes()
        return data, data[: data.rfind(b"\n") + 1]
    return b"", b""


def _left_running(temporary: Path) -> int:
    """Processes of the killed run that are there after a grace; they are ended, so as not to disturb what follows."""
    marker = f"{MARKER}={temporary}".encode()
    deadline = time.monotonic() + GONE_S
    while (left := _marked(marker)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(left)


def _marked(marker: bytes) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if marker in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def _count(toll: Toll, run: Path, temporary: Path) -> None:
    """What of a run that has ended is there too often, not at all, or beside it."""
    with (run / "samples.csv").open(newline="") as file:
        rows = [(row["round"], row["backend"], row["value"], row["status"]) for row in csv.DictReader(file)]
    times = Counter(row[:3] for row in rows)
    toll.twice += sum(number - 1 for number in times.values())
    toll.missing += ROUNDS * VALUES * CASES - len(times)
    toll.trouble += [f"{run}: {row}" for row in rows if row[3] != "ok"]
    hidden = [path for path in run.iterdir() if path.name.startswith(".")]
    toll.temporary_files += len(hidden) + len(list(temporary.iterdir()))


def main(kills: int) -> int:
    """Kill, go on, and print the toll."""
    with tempfile.TemporaryDirectory() as folder:
        toll = kill_and_resume(kills, Path(folder), random.Random())
    for name, value in vars(toll).items():
        if name != "trouble":
            print(f"{name.replace('_', ' '):22} {value}")
    print(*toll.trouble, sep="\n")
    return 0 if toll.clean else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 50))
