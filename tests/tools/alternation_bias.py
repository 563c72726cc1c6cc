"""Whether taking turns changes what is measured: `python -m tests.tools.alternation_bias [GROUPS] [CYCLES]`.

Trials of a group take turns, but each makes two passes in a row: the first one follows a pass of another trial, as in a
run, and the second one follows a pass of its own, as if it were measured alone. Caches and turbo states that a
neighbour leaves behind, and connections that went idle meanwhile, make the first one slower. Printed is by how much, in
percent, with a 95 % interval over the cycles of all groups, and what remains of that in the speedup.
"""

import math
import random
import sys
from collections import defaultdict
from collections.abc import Sequence

from bench.collect.description import WorkloadDescription
from bench.collect.discovery import select_workloads
from bench.measure.trial.live_trials import LiveTrials
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Bound, Value

LIMIT = TimeLimit(120)
SMALL: dict[str, dict[str, Value]] = {
    "sqrt-sum": {"tasks": 8},
    "batch-filter": {"batches": 8},
}  # 30 ms, for more cycles
OPTIONS: dict[str, dict[str, Value]] = {"processes": {"start_method": "fork", "chunksize": 1}}
BACKENDS = ("sequential", "threads", "processes", "coroutines")


def measure(workload: WorkloadDescription, cycles: int) -> dict[str, list[float]]:
    """The log ratios of first to second passes of one group, by backend."""
    params = {name: parameter.default for name, parameter in workload.parameters.items()}
    workers = 2 if workload.bound is Bound.CPU else 8
    logs: dict[str, list[float]] = defaultdict(list)
    with LiveTrials() as alive:
        trials = {}
        for backend in BACKENDS:
            request = Request(
                path=str(workload.path),
                workload=workload.name,
                params=params | SMALL.get(workload.name, {}),
                backend=backend,
                options=OPTIONS.get(backend, {}),
                workers=1 if backend == "sequential" else workers,
                warmups=1,
            )
            trials[backend] = alive.start(TrialSettings(sys.executable, request, {}), LIMIT)
        for _ in range(cycles):
            for backend in random.sample(BACKENDS, len(BACKENDS)):
                for _ in range(2):
                    alive.make_pass(trials[backend], LIMIT)
                first, second = trials[backend].outcome.measured[-2:]
                logs[backend].append(math.log(first.elapsed_s / second.elapsed_s))
    return logs


def interval(logs: Sequence[float]) -> tuple[float, float]:
    """The mean and the half-width of its 95 % interval, in percent."""
    mean = sum(logs) / len(logs)
    error = math.sqrt(sum((log - mean) ** 2 for log in logs) / (len(logs) - 1) / len(logs))
    return 100 * mean, 196 * error


def main(groups: int, cycles: int) -> None:
    """Measure all bundled workloads and print a table."""
    print("| workload | backend | first pass slower by | speedup lower by |")
    print("| --- | --- | --: | --: |")
    for workload in select_workloads([], [sys.executable]):
        logs: dict[str, list[float]] = defaultdict(list)
        for _ in range(groups):
            for backend, some in measure(workload, cycles).items():
                logs[backend] += some
        for backend in BACKENDS:
            mean, half = interval(logs[backend])
            bias, bias_half = interval(
                [own - base for own, base in zip(logs[backend], logs["sequential"], strict=True)]
            )
            of_speedup = "" if backend == "sequential" else f"{bias:+.1f} ± {bias_half:.1f} %"
            print(f"| {workload.name} | {backend} | {mean:+.1f} ± {half:.1f} % | {of_speedup} |", flush=True)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(*(numbers + [4, 60][len(numbers) :]))
