"""SIGKILL the runner at random moments, resume its run each time: `python -m tests.tools.kill_and_resume [KILLS]`.

Small runs are measured and interrupted until there were KILLS kills. Printed is what was lost beyond the
pass in flight, what is duplicated, what is missing at the end, and what is left on the machine: processes, five
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
ROUNDS, CYCLES, CASES = 2, 3, 4
PLAN = ["-p", "count=4", "-p", "seconds=0.02", "--rounds", str(ROUNDS), "--cycles", str(CYCLES), "-w", "2"]
WAITS = str(ROOT / "tests/workloads/waits.py")
LONGEST_S = 3.5  # about as long as the whole run takes
GONE_S = 5.0


@dataclass
class Toll:
    """The total cost of the kills."""

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
        """Whether no row was lost, duplicated or missing, and every run was completed."""
        return not (self.lost or self.twice or self.missing or self.trouble)


def kill_and_resume(kills: int, folder: Path, dice: random.Random) -> Toll:
    """Kill this many times, in runs below a folder; the last run is then completed."""
    toll = Toll()
    while toll.kills < kills:
        toll.runs += 1
        _one_run(toll, kills, folder / f"run-{toll.runs}", dice)
    return toll


def _one_run(toll: Toll, kills: int, run: Path, dice: random.Random) -> None:
    """Kill one run repeatedly until it is complete."""
    anew = arguments = ["run", WAITS, *PLAN, "-o", str(run)]
    temporary = run.with_name(f"{run.name}-tmp")
    temporary.mkdir(parents=True)
    recorded = b""
    while True:
        after_s = dice.uniform(0, LONGEST_S) if toll.kills < kills else None
        status, output = _killed(arguments, temporary, after_s)
        data, rows = _whole_rows(run)
        if not rows.startswith(recorded):
            toll.lost += 1
            toll.trouble.append(f"{run}: a recorded row has disappeared")
        if status != -signal.SIGKILL:
            break
        toll.kills += 1
        toll.rows_at_kills += max(rows.count(b"\n") - 1, 0)
        toll.torn += data != rows
        toll.processes += _left_running(temporary)
        recorded, arguments = rows, ["run", "--resume", str(run)]
        if not (run / "environment.json").is_file():  # nothing was measured that could be resumed
            toll.before_the_first_row += 1
            toll.trouble += [f"{run}: rows, but no environment"] * (rows.count(b"\n") > 1)
            recorded, arguments = b"", anew
            for path in run.iterdir() if run.is_dir() else ():
                path.unlink()
    if status:
        toll.trouble.append(f"{run}: exit status {status}: {output}")
    _count(toll, run, temporary)


def _killed(arguments: list[str], temporary: Path, after_s: float | None) -> tuple[int, str]:
    """The exit status and output of the command, killed after this many seconds."""
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
    """The content of samples.csv, and the same without an incomplete last row."""
    with suppress(FileNotFoundError):
        data = (run / "samples.csv").read_bytes()
        return data, data[: data.rfind(b"\n") + 1]
    return b"", b""


def _left_running(temporary: Path) -> int:
    """Processes of the killed run that survive a grace period; they are ended so as not to disturb later runs."""
    marker = f"{MARKER}={temporary}".encode()
    deadline = time.monotonic() + GONE_S
    while (left := _marked(marker)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(left)


def _marked(marker: bytes) -> list[int]:
    pids = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if marker in (entry / "environ").read_bytes().split(b"\0"):
                    pids.append(int(entry.name))
    return pids


def _count(toll: Toll, run: Path, temporary: Path) -> None:
    """Count what a completed run has too often, lacks, or left behind; a baseline may be measured with each group."""
    with (run / "samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    times = Counter((row["round"], row["group"], row["backend"], row["value"]) for row in rows)
    toll.twice += sum(number - 1 for number in times.values())
    trials: dict[tuple[str, str], list[set[str]]] = {}
    for row in rows:
        if row["shutdown_s"]:  # the last row of its trial
            passes = {one["value"] for one in rows if _trial(one) == _trial(row)}
            trials.setdefault((row["round"], row["backend"]), []).append(passes)
    whole = set(map(str, range(CYCLES)))
    toll.missing += ROUNDS * CASES - sum(whole in found for found in trials.values())
    toll.twice += sum(len(found) - 1 for (_, backend), found in trials.items() if backend != "sequential")
    toll.trouble += [f"{run}: {row['backend']}: {row['reason']}" for row in rows if row["status"] != "ok"]
    hidden = [path for path in run.iterdir() if path.name.startswith(".")]
    toll.temporary_files += len(hidden) + len(list(temporary.iterdir()))


def _trial(row: dict[str, str]) -> tuple[str, str, str]:
    return row["round"], row["group"], row["backend"]


def main(kills: int) -> int:
    """Kill, resume, and print the toll."""
    with tempfile.TemporaryDirectory() as folder:
        toll = kill_and_resume(kills, Path(folder), random.Random())
    for name, value in vars(toll).items():
        if name != "trouble":
            print(f"{name.replace('_', ' '):22} {value}")
    print(*toll.trouble, sep="\n")
    return 0 if toll.clean else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 50))
