"""Seconds until speedups are known to 5 %, of two versions in alternation.

    python -m tests.tools.seconds_to_precision OLD NEW PAIRS SECONDS -- sqrt-sum -b threading -w 2

OLD and NEW are checkouts with their own .venv. Each version measures for SECONDS, in turn; the trials' spread and the
seconds per trial then give the time until the widest of the intervals is within 5 %.
"""

import json
import math
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scipy.special import stdtrit

from tests.tools.grouping import PRECISION, rounds_needed


def measure(checkout: Path, seconds: float, arguments: list[str]) -> list[dict[str, Any]]:
    """The cases of a run, each with its seconds until 5 % and whether its interval contains `truth`."""
    bench = [str(checkout / ".venv/bin/bench")]
    with tempfile.TemporaryDirectory() as folder:
        run = str(Path(folder, "run"))
        began = time.monotonic()
        limits = ["--max-time", str(seconds), "--precision", "0.1", "-o", run]
        subprocess.run([*bench, "run", *arguments, *limits], check=True, capture_output=True, cwd=checkout)
        took_s = time.monotonic() - began
        shown = subprocess.run([*bench, "show", run, "--json"], check=True, capture_output=True, cwd=checkout)
    cases: list[dict[str, Any]] = json.loads(shown.stdout)
    return [{**case, "took_s": took_s} for case in cases if case["backend"] != "sequential"]


def seconds_until_known(case: dict[str, Any]) -> float:
    """Machine seconds until the interval is within 5 %, from the interval after some."""
    trials, (low, high) = case["paired_rounds"], _interval(case)
    half = math.log(high / low) / 2
    spread = half * math.sqrt(trials) / float(stdtrit(trials - 1, 0.975))
    seconds: float = case["took_s"] / trials * rounds_needed(spread)
    return seconds


def _interval(case: dict[str, Any]) -> tuple[float, float]:
    return case["speedup_low"], case["speedup_high"]


def main(arguments: list[str]) -> None:
    """Measure and print a line per pair and case."""
    own, run_arguments = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    checkouts, pairs, seconds = [Path(path).resolve() for path in own[:2]], int(own[2]), float(own[3])
    ratios: list[float] = []
    for _ in range(pairs):
        worst: dict[Path, float] = {}
        for checkout in random.sample(checkouts, 2):
            cases = measure(checkout, seconds, run_arguments)
            worst[checkout] = max(map(seconds_until_known, cases))
            for case in cases:
                low, high = _interval(case)
                name = f"{case['backend']} x{case['workers']}"
                print(
                    f"{checkout.name}: {name} {case['speedup']:.2f} [{low:.2f}, {high:.2f}], {case['paired_rounds']} "
                    f"trials in {case['took_s']:.0f} s, +-{PRECISION:.3f} after {seconds_until_known(case):.0f} s"
                )
        ratios.append(worst[checkouts[1]] / worst[checkouts[0]])
        print(f"new over old: {ratios[-1]:.2f}", flush=True)
    print(f"median of {pairs} pairs: {sorted(ratios)[pairs // 2]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
