"""Which grouping knows a set of speedups soonest: `python -m tests.tools.grouping [ROUNDS]`, on an idle machine.

For each design of a round, it measures real groups in alternation with the other designs, and computes from the spread
of the trials' log speedups how many seconds of machine time it takes until every speedup of the set is known to 5 %
(Student's 95 % interval). The designs differ in what takes turns (the whole set with one baseline or two, pairs, one
trial at a time), in the number of cycles, and in the length of a pass.
"""

import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scipy.special import stdtrit

from bench.measure.trial.live_trials import LiveTrial, LiveTrials
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings

WORKLOAD = Path(__file__).parents[2] / "workloads" / "sqrt_sum.py"
PRECISION = math.log(1.05)
LIMIT = TimeLimit(120)
BASELINE = ("sequential", 1)
CASES = (("threads", 2), ("processes", 2), ("coroutines", 2))
MOST_CYCLES = 16
OPTIONS = {"processes": {"start_method": "fork", "chunksize": 1}}


@dataclass
class Design:
    """How a round is measured. `sets` are the trials that are alive together, each with its baselines first."""

    name: str
    sets: Sequence[Sequence[tuple[str, int]]]
    tasks: int = 8
    lockstep: bool = True
    cycles: int = MOST_CYCLES
    rounds: list["Round"] = field(default_factory=list)


@dataclass
class Round:
    """One measured round: seconds outside the timed cycles, of each cycle, and each case's log speedup per cycle."""

    overhead_s: float
    cycle_s: list[float]
    logs: dict[tuple[str, int], list[float]]


def designs() -> list[Design]:
    """All designs that are compared."""
    whole = [BASELINE, *CASES]
    return [
        Design("whole set, 130 ms", [whole]),
        Design("whole set, baseline twice", [[BASELINE, BASELINE, *CASES]]),
        Design("pairs, 130 ms", [[BASELINE, case] for case in CASES]),
        Design("whole set, 30 ms", [whole], tasks=2),
        Design("whole set, 500 ms", [whole], tasks=32, cycles=4),
        Design("one at a time, 130 ms", [whole], lockstep=False, cycles=8),
    ]


def measure(design: Design) -> Round:
    """Measure one round of a design."""
    overhead_s, cycle_s = 0.0, [0.0] * design.cycles
    logs: dict[tuple[str, int], list[float]] = {}
    for members in design.sets:
        began = time.monotonic()
        spent, times = _measure_set(design, members)
        cycle_s = [before + seconds for before, seconds in zip(cycle_s, spent, strict=True)]
        overhead_s += time.monotonic() - began - sum(spent)
        baselines = [times[place] for place, member in enumerate(members) if member == BASELINE]
        base = [sum(map(math.log, cycle)) / len(cycle) for cycle in zip(*baselines, strict=True)]
        for place, member in enumerate(members):
            if member != BASELINE:
                logs[member] = [one - math.log(own) for one, own in zip(base, times[place], strict=True)]
    return Round(overhead_s, cycle_s, logs)


def _measure_set(design: Design, members: Sequence[tuple[str, int]]) -> tuple[list[float], list[list[float]]]:
    """Seconds of each cycle, and of each member's passes."""
    cycle_s = [0.0] * design.cycles
    if not design.lockstep:
        times = []
        for member in random.sample(members, len(members)):
            with LiveTrials() as alive:
                trial = _start(alive, design, member)
                for cycle in range(design.cycles):
                    cycle_s[cycle] += _pass(alive, trial)
                alive.stop(trial, LIMIT)
            times.append((member, _elapsed(trial)))
        return cycle_s, [dict(times)[member] for member in members]
    with LiveTrials() as alive:
        trials = [_start(alive, design, member) for member in members]
        for cycle in range(design.cycles):
            for trial in random.sample(trials, len(trials)):
                cycle_s[cycle] += _pass(alive, trial)
        for trial in trials:
            alive.stop(trial, LIMIT)
    return cycle_s, [_elapsed(trial) for trial in trials]


def _start(alive: LiveTrials, design: Design, member: tuple[str, int]) -> LiveTrial:
    backend, workers = member
    request = Request(str(WORKLOAD), "sqrt-sum", {"tasks": design.tasks, "n": 300_000}, backend, {}, workers, 1)
    request = Request(**{**vars(request), "options": OPTIONS.get(backend, {})})
    return alive.start(TrialSettings(sys.executable, request, {}), LIMIT)


def _pass(alive: LiveTrials, trial: LiveTrial) -> float:
    began = time.monotonic()
    alive.make_pass(trial, LIMIT)
    return time.monotonic() - began


def _elapsed(trial: LiveTrial) -> list[float]:
    assert trial.outcome.failed is None, trial.outcome.failed
    return [measured.elapsed_s for measured in trial.outcome.measured]


def seconds_until_known(rounds: Sequence[Round], cycles: int) -> tuple[float, dict[tuple[str, int], float]]:
    """Machine seconds until the widest interval is within 5 %, and the spread of each case's trials."""
    spread = {case: _sd([_mean(one.logs[case][:cycles]) for one in rounds]) for case in rounds[0].logs}
    needed = max(rounds_needed(sd) for sd in spread.values())
    return needed * _mean([one.overhead_s + sum(one.cycle_s[:cycles]) for one in rounds]), spread


def rounds_needed(sd: float) -> int:
    """The smallest number of trials whose 95 % interval is within 5 % if they spread as much as this."""
    count = 3
    while stdtrit(count - 1, 0.975) * sd / math.sqrt(count) > PRECISION:
        count += 1
    return count


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _sd(numbers: Sequence[float]) -> float:
    mean = _mean(numbers)
    return math.sqrt(sum((one - mean) ** 2 for one in numbers) / (len(numbers) - 1))


def main(rounds: int) -> None:
    """Measure all designs in alternation and print a table."""
    compared = designs()
    for _ in range(rounds):
        for design in random.sample(compared, len(compared)):
            design.rounds.append(measure(design))
    print("| design | cycles | SD of a trial's log speedup: threads, processes, asyncio | s per round | s until 5 % |")
    print("| --- | --: | --- | --: | --: |")
    for design in compared:
        for cycles in sorted({1, 2, 4, 8, 12, MOST_CYCLES} & set(range(design.cycles + 1)) | {design.cycles}):
            total, spread = seconds_until_known(design.rounds, cycles)
            by_case = defaultdict(float, spread)
            one_s = _mean([one.overhead_s + sum(one.cycle_s[:cycles]) for one in design.rounds])
            spreads = ", ".join(f"{by_case[case]:.3f}" for case in CASES)
            print(f"| {design.name} | {cycles} | {spreads} | {one_s:.1f} | {total:.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
