"""Races without a machine: rounds whose times follow from a function, on a clock that they move."""

import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.analysis.advice.advice import Advice, advice_of
from bench.analysis.advice.advice_record import EXPRESSION, KEY, AdviceRecord, RuledOut, Target
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Course, Dropped, NextStep, Racer, RaceSoFar, RaceStage, RoundRecord
from bench.analysis.race.stages import first_step, next_step
from bench.results.load import load_run
from bench.schema import BASELINE
from tests.support.factory import ENVIRONMENT, failure, sample, write_run

TrueSeconds = Callable[[Racer], float]
LOOP = Racer(BASELINE, "{}", 1)


def racer(backend: str, workers: int) -> Racer:
    """A racer without options."""
    return Racer(backend, json.dumps({}), workers)


def course(*backends: str, counts: tuple[int, ...] = (2, 4, 8, 16)) -> Course:
    """Each backend with these worker counts."""
    return Course(LOOP, tuple(tuple(racer(backend, count) for count in counts) for backend in backends))


@dataclass
class SimulatedRace:
    """A race whose passes take what `seconds` says, give or take some percent; the start of a trial takes `start_s`."""

    course: Course
    seconds: TrueSeconds
    budget_s: float = 60.0
    noise: float = 0.01
    start_s: float = 0.3
    failing: dict[Racer, str] = field(default_factory=dict)
    seed: int = 1
    rounds: list[RoundRecord] = field(default_factory=list)
    logs: list[dict[Racer, float]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    timed_s: list[float] = field(default_factory=list)
    spent_s: float = 0.0

    def run(self) -> "SimulatedRace":
        """Measure round after round until the race has ended."""
        dice = random.Random(self.seed)
        step = first_step(self.course)
        while step.racers:
            self._measure(step, dice)
            step = next_step(self.so_far(), self.budget_s - self.spent_s)
            self.dropped += step.dropped
            assert len(self.rounds) < 200, "it never ends"
        return self

    def so_far(self) -> RaceSoFar:
        """What has been measured."""
        return RaceSoFar(self.course, tuple(self.rounds), tuple(self.logs), tuple(self.timed_s), self.failing)

    def stages(self) -> list[RaceStage]:
        """The stages, each once, in their order."""
        return list(dict.fromkeys(one.stage for one in self.rounds))

    def of(self, stage: RaceStage) -> list[RoundRecord]:
        """The rounds of a stage."""
        return [one for one in self.rounds if one.stage is stage]

    @property
    def finalists(self) -> list[Racer]:
        """Those of the final, without the baseline."""
        return list(self.of(RaceStage.FINAL)[0].racers[1:])

    def _measure(self, step: NextStep, dice: random.Random) -> None:
        running = [one for one in step.racers if one not in self.failing]
        timed_s = sum(2 * self.seconds(one) for one in running)
        took_s = timed_s + self.start_s * (len(running) + 4 * step.controls)
        level = dice.choice((0.0, math.log(1.8)))
        self.logs.append({one: math.log(self.seconds(one)) + level + dice.gauss(0, self.noise) for one in running})
        self.rounds.append(replace(RoundRecord(step.stage, step.racers, controls=step.controls), took_s=took_s))
        self.timed_s.append(timed_s)
        self.spent_s += took_s


def waits_with_slots(slots: int, seconds: float = 1.0) -> TrueSeconds:
    """Work that overlaps in all backends, until as many wait as there are slots."""
    return lambda one: seconds if one.is_baseline else seconds / min(one.workers, slots) * 1.01


def computes_on(cores: int, seconds: float = 0.15) -> TrueSeconds:
    """Pure Python: only processes gain, up to the number of cores."""

    def taken(one: Racer) -> float:
        return seconds / min(one.workers, cores) * 1.05 if one.backend == "multiprocessing" else seconds * 1.02

    return taken


def gains_nothing(seconds: float = 0.1, slower: float = 1.3) -> TrueSeconds:
    """All backends are slower than the loop."""
    return lambda one: seconds if one.is_baseline else seconds * slower


COMPUTES = Look(
    items=100,
    seen=100,
    item_s=0.002,
    cpu_share=0.99,
    native=False,
    item_bytes=5,
    result_bytes=20,
    sending_s=4e-6,
    threads_busy=1.01,
    python_busy=1.0,
)
WAITS = replace(COMPUTES, item_s=0.02, cpu_share=0.02, threads_busy=0.02)
TARGET = Target("work.py::work", "work", "work", "work", "/nowhere", EXPRESSION, "range(100)")


def write_race(folder: Path, race: SimulatedRace, look: Look = WAITS, **facts: Any) -> Path:
    """The run of a race that was simulated; `facts` replace those of its record."""
    samples = []
    for number, (one, logs) in enumerate(zip(race.rounds, race.logs, strict=True)):
        for who in one.racers:
            about: dict[str, Any] = {"backend": who.backend, "options": who.options, "workers": who.workers}
            about |= {"round": number, "items": look.items, "bound": "cpu" if look.computes else "io"}
            if who in logs:
                memory = 30_000_000 + 10_000_000 * who.workers * (not who.is_baseline)
                started_s = 0.0 if who.is_baseline else 0.01 * who.workers
                costs = {"cpu_user_s": 0.1, "peak_rss_bytes": memory, "startup_s": started_s, "shutdown_s": 0.0}
                samples.append(sample(elapsed_s=math.exp(logs[who]), **about, **costs))
            else:
                samples.append(failure(reason=race.failing[who], **about))
    record = AdviceRecord(
        target=TARGET,
        look=look,
        ruled_out=(RuledOut("asyncio", "it is not a coroutine function"),),
        course=race.course,
        batch=None,
        budget_s=race.budget_s,
        rounds=tuple(race.rounds),
        dropped=tuple(race.dropped),
    )
    environment = {**ENVIRONMENT, KEY: replace(record, **facts).to_json()}
    return write_run(folder, samples, environment)


def advice_on(folder: Path, race: SimulatedRace, look: Look = WAITS, **facts: Any) -> Advice:
    """The advice of a simulated race."""
    advice = advice_of(load_run(write_race(folder, race, look, **facts)))
    assert advice is not None
    return advice
