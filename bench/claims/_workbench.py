"""What experiments are carried out with: fresh interpreters, and the program's own core for speedups."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.analysis.evidence import Figure, Unit
from bench.claims._comparison import WaysCompared
from bench.claims._figures import measured
from bench.claims._fresh import FreshCall
from bench.claims._interpreters import is_free_threaded
from bench.claims._measured_ways import MeasuredWays, measure_ways
from bench.errors import TrialFailed
from bench.schema import Interpreter, Status

TRIALS = 5
LEAST_S = 1.0  # of a budget, so that a comparison that is late makes at least its first round


@dataclass
class Workbench:
    """The interpreters, the first of which is the main one, and the folders for runs and for temporary files.

    `step` is called with a line whenever something starts. Nothing starts after `deadline`, a time of
    `time.monotonic`. Each comparison is measured once, however many claims need it.
    """

    interpreters: Sequence[Interpreter]
    cores: int
    folder: Path
    scratch: Path
    step: Callable[[str], None]
    deadline: float
    _measured: dict[WaysCompared, MeasuredWays] = field(default_factory=dict)

    @property
    def main(self) -> Interpreter:
        """The interpreter that claims are tried in."""
        return self.interpreters[0]

    @property
    def free_threaded(self) -> Interpreter | None:
        """The first interpreter that was built without the GIL."""
        return next(filter(is_free_threaded, self.interpreters), None)

    def compare(self, comparison: WaysCompared) -> MeasuredWays:
        """Measure ways of running a workload. Raises TrialFailed, UsageError, RecordError, NoTemporaryFolder."""
        if comparison not in self._measured:
            left_s = self._seconds_left()
            folder = self.folder / f"{len(self._measured) + 1:02}-{comparison.workload.rpartition('/')[2]}"
            bounded = replace(comparison, seconds=max(LEAST_S, min(comparison.seconds, left_s)))
            self._measured[comparison] = measure_ways(bounded, self.interpreters, folder, self.step)
        return self._measured[comparison]

    def experiment(
        self, function: Callable[..., dict[str, tuple[float, Unit]]], trials: int = TRIALS, **arguments: Any
    ) -> tuple[Figure, ...]:
        """Call a function of a claim's file in fresh interpreters; a figure for each number that it returns.

        Each trial must return the same names. Raises TrialFailed, NoTemporaryFolder.
        """
        call = FreshCall(self.main.executable, self.scratch)
        results = []
        for number in range(trials):
            self._seconds_left()
            self.step(f"trial {number + 1} of {trials}")
            results.append(call.result(function, arguments))
        return tuple(
            measured(name, [result[name][0] for result in results], Unit(unit))
            for name, (_, unit) in results[0].items()
        )

    def _seconds_left(self) -> float:
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise TrialFailed(Status.SKIPPED, "no time was left for it: --max-time allows more")
        return left_s
