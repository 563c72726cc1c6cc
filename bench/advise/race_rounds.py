"""Decides the rounds of a race, as the measuring half asks for them, and records each decision in the run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bench.advise.entrants import Entrants
from bench.analysis.advice.advice_record import KEY, AdviceRecord
from bench.analysis.race.course import Dropped, NextStep, Racer, RaceStage, RoundRecord
from bench.analysis.race.race_of_run import race_so_far
from bench.analysis.race.stages import first_step, next_step
from bench.measure.record.recorder import RunRecord
from bench.results.load import load_run
from bench.schema import Case


class StageProgress(Protocol):
    """Is notified of each round of a race before it is measured, and of those who are out since the last one."""

    def round_starts(self, stage: RaceStage, racers: Sequence[Racer], dropped: Sequence[Dropped]) -> None: ...


class RaceRounds:
    """The rounds of one race. A resumed run decides as before the interruption: by what is recorded."""

    def __init__(self, entrants: Entrants, record: RunRecord, known: AdviceRecord, progress: StageProgress) -> None:
        self._entrants = entrants
        self._record = record
        self._known = known
        self._progress = progress
        self._spent_s = 0.0

    @property
    def known(self) -> AdviceRecord:
        """What is recorded by now."""
        return self._known

    def first(self) -> Sequence[Case]:
        """The cases of the first round."""
        if not self._known.rounds:
            self._begin(first_step(self._known.course))
        return self._cases(0)

    def __call__(self, done: int, spent_s: Mapping[str, float]) -> Sequence[Case]:
        total_s = sum(spent_s.values())
        if done < len(self._known.rounds):
            self._spent_s = total_s
            return self._cases(done)
        rounds = list(self._known.rounds)
        rounds[-1] = replace(rounds[-1], took_s=max(total_s - self._spent_s, 0.0))
        self._known = replace(self._known, rounds=tuple(rounds))
        self._spent_s = total_s
        so_far = race_so_far(
            load_run(self._record.folder), self._known.target.workload, self._known.course, self._known.rounds
        )
        if so_far.course.baseline in so_far.failed:
            self._note()
            return ()
        step = next_step(so_far, self._known.budget_s - total_s)
        if not step.racers:
            self._note()
            return ()
        self._begin(step)
        return self._cases(done)

    def _begin(self, step: NextStep) -> None:
        self._known = replace(
            self._known,
            rounds=(*self._known.rounds, RoundRecord(step.stage, step.racers, controls=step.controls)),
            dropped=(*self._known.dropped, *step.dropped),
        )
        self._note()
        self._progress.round_starts(step.stage, step.racers, step.dropped)

    def _note(self) -> None:
        self._record.note({KEY: self._known.to_json()})

    def _cases(self, number: int) -> list[Case]:
        """The racers of a round, and its controls: those of the first finalist."""
        one = self._known.rounds[number]
        cases = [self._entrants.cases[racer] for racer in one.racers]
        return cases + (self._entrants.controls_of(one.racers[1]) if one.controls else [])
