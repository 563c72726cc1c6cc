"""Whether the same work under two names is called different: `python -m tests.tools.same_twice [TIMES] [ROUNDS]`.

One workload file is written under two names, and both are measured in one run, in shuffled order: so the machine treats
them alike, and whatever `bench compare` would say of the two is chance. Printed are, for each time, the cases that it
says differ, as they are, relative to the baseline, and by the way of looking that it takes unasked.
"""

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.analysis.change import ChangeVerdict
from bench.analysis.compare import CaseChange, Comparison, compare_runs
from bench.results.load import Run, load_run

NAMES = ("first", "second")
FILE = """
from bench import workload

@workload(items=[200_000] * 8)
def {name}(item):
    total = 0.0
    for number in range(item):
        total += number**0.5
    return total
"""
OPTIONS = ("-b", "threading", "-b", "multiprocessing", "-w", "2")
THRESHOLD = 0.05


def main(times: int, rounds: int) -> None:
    """Print a line for each time, and the sums."""
    named = {"as they are": 0, "relative": 0, "unasked": 0}
    cases = 0
    for number in range(times):
        with tempfile.TemporaryDirectory(prefix="same-twice-") as folder:
            run = measured(Path(folder), rounds, seed=number)
        first, second = (under_one_name(run, name) for name in NAMES)
        plain, relative = (compare_runs(first, second, THRESHOLD, way) for way in (False, True))
        different = {
            "as they are": called_different(plain),
            "relative": called_different(relative),
            "unasked": [*called_different(plain), *plain.only_relative],
        }
        cases += len(plain.cases)
        for way, found in different.items():
            named[way] += len(found)
        told = "; ".join(f"{way}: {', '.join(map(label, found)) or 'none'}" for way, found in different.items())
        ratios = ", ".join(f"{label(case)} {case.change.factor:.3f}" for case in plain.cases)
        print(f"{number + 1}: said to differ {told} (second / first: {ratios})", flush=True)
    print(f"of {cases} cases: " + ", ".join(f"{count} {way}" for way, count in named.items()))


def measured(folder: Path, rounds: int, seed: int) -> Run:
    """A run of both names."""
    for name in NAMES:
        (folder / f"{name}.py").write_text(FILE.format(name=name), encoding="utf-8")
    command = [sys.executable, "-m", "bench", "run", *(f"{name}.py" for name in NAMES), *OPTIONS]
    asked = ["--rounds", str(rounds), "--seed", str(seed), "-o", "run"]
    subprocess.run([*command, *asked], cwd=folder, check=True, capture_output=True)
    return load_run(folder / "run")


def under_one_name(run: Run, name: str) -> Run:
    """The samples of one of the names, as if they were a separate run."""
    samples = run.samples[run.samples["workload"] == name]
    return replace(run, name=name, folder=run.folder / name, samples=samples.assign(workload="work"))


def called_different(comparison: Comparison) -> list[CaseChange]:
    """The cases that are called different."""
    return [case for case in comparison.cases if case.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER)]


def label(case: CaseChange) -> str:
    """`threading x2`."""
    return f"{case.backend} x{case.workers}"


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    main(*asked, *(5, 10)[len(asked) :])
