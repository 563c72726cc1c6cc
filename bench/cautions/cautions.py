"""The gatherer: is shown the machine and every sample, and gives what there is to say."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from bench.cautions import of_machine, of_samples
from bench.cautions.caution import Caution, Kind
from bench.samples import Case, Sample

SHORTEST_S, FEWEST_TICKS = 0.001, 1000  # of a batch whose time means something; ticks are the clock's


class Cautions:
    """What to be wary of in one run."""

    def __init__(self, at_start: Mapping[str, Any], resolution_s: float | None = None) -> None:
        """The machine as `machine.changeable` tells it, and the resolution of a clock other than perf_counter."""
        ticks_s = FEWEST_TICKS * (resolution_s or time.get_clock_info("perf_counter").resolution)
        self._shortest_s = max(SHORTEST_S, ticks_s)
        self._looks = [at_start]
        self._samples: list[Sample] = []
        self._causes: dict[tuple[str, str], str] = {}

    def look(self, machine: Mapping[str, Any]) -> None:
        """Take in what the machine is by now."""
        self._looks.append(machine)

    def see(self, samples: Iterable[Sample]) -> None:
        """Take in what was measured."""
        self._samples += samples

    def hear_gil_cause(self, case: Case, cause: str | None) -> None:
        """Take in what a trial says of why it has the GIL; None where it has none, or cannot tell."""
        if cause:
            self._causes.setdefault((case.workload, case.python), cause)

    def all(self) -> list[Caution]:
        """What there is to say by now, the gravest first."""
        found = [
            *of_samples.gil_came_back(self._samples, self._causes),
            *of_machine.changed(self._looks),
            *of_machine.busy_at_start(self._looks),
            *of_samples.contaminated(self._samples),
            *of_samples.too_short(self._samples, self._shortest_s),
            *of_samples.oversubscribed(self._samples, self._looks[0].get("cores_usable")),
        ]
        return sorted(found, key=lambda caution: list(Kind).index(caution.kind))
