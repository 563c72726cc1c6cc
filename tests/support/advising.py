"""An advice without processes: trials take what a function says, on a clock that they move."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.advise.advising import Race, plan_of
from bench.advise.entrants import Entrants, entrants
from bench.advise.race_rounds import RaceRounds
from bench.analysis.advice.advice import Advice, advice_of
from bench.analysis.advice.advice_record import KEY, AdviceRecord
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Dropped, Racer, RaceStage
from bench.collect.discovery import in_file
from bench.machine.interpreters import choose
from bench.measure.plan import Plan
from bench.measure.record.recorder import RunRecord
from bench.measure.trial.protocol import Failed, Measured, Request
from bench.results.load import load_run
from bench.schema import Status, canonical_json
from tests.support.cases import measured
from tests.support.fake_run import START, STOP, FakeRun
from tests.support.races import TARGET, TrueSeconds

START_S = 0.3
WORK = """
from bench import Workload

class Work(Workload):
    def items(self):
        return range(100)
    def work(self, item, client):
        return item
    async def work_async(self, item, client):
        return item
"""
(HERE,) = choose([])


class FakeAdvising(FakeRun):
    """Stands in for what a race is given: trials, the clock, and progress; the rounds are listed."""

    def __init__(self, seconds: TrueSeconds, failing: Mapping[str, str] | None = None) -> None:
        super().__init__(self._trial)
        self._seconds = seconds
        self._failing = failing or {}
        self.rounds: list[tuple[RaceStage, list[Racer]]] = []
        self.interrupt_after: int | None = None

    def looks_at(self, name: str) -> None:
        self.events.append(f"look at {name}")

    def begins(self, folder: Path) -> None:
        self.events.append(f"begin {folder.name}")

    def shares_machine(self, another: Mapping[str, object]) -> None:
        self.events.append("another run")

    def round_starts(self, stage: RaceStage, racers: Sequence[Racer], dropped: Sequence[Dropped]) -> None:
        if self.interrupt_after is not None and len(self.rounds) >= self.interrupt_after:
            self.interrupt_after = None
            raise KeyboardInterrupt
        self.rounds.append((stage, list(racers)))

    def _trial(self, request: Request, number: int) -> Measured | Failed:
        if request.backend in self._failing:
            return Failed(Status.ERROR, self._failing[request.backend])
        if number == STOP:
            return measured()
        backend = {"threads": "threading", "processes": "multiprocessing", "coroutines": "asyncio"}.get(request.backend)
        racer = Racer(backend or request.backend, canonical_json(request.options), request.workers)
        seconds = self._seconds(racer) if request.workload == "work" else 0.05
        seconds *= 1 + 0.002 * (len(self.events) % 5)
        self.now += START_S + seconds * bool(request.warmups) if number == START else seconds
        return measured(elapsed_s=seconds, items=100)


def race_in(folder: Path, look: Look, fake: FakeAdvising, budget_s: float = 60.0) -> tuple[Race, RunRecord]:
    """A race that is ready to be run in a folder, and its record."""
    (folder / "work.py").write_text(WORK)
    (workload,) = in_file(folder / "work.py")
    racing = entrants(look, workload, {}, HERE, cores=2)
    known = AdviceRecord(TARGET, look, racing.ruled_out, racing.course, None, budget_s)
    plan = plan_of(racing, look, budget_s, seed=1)
    record = RunRecord.begin(plan, [HERE], [], "", folder / "run")
    record.note({KEY: known.to_json()})
    return _race(racing, plan, record, known, fake), record


def _race(racing: Entrants, plan: Plan, record: RunRecord, known: AdviceRecord, fake: FakeAdvising) -> Race:
    return Race(RaceRounds(racing, record, known, fake), plan, record, fake, fake.instruments)


def advised(folder: Path, look: Look, fake: FakeAdvising, budget_s: float = 60.0) -> Advice:
    """The advice after the whole race."""
    race, record = race_in(folder, look, fake, budget_s)
    with record:
        race.run()
    advice = advice_of(load_run(folder / "run"))
    assert advice is not None
    return advice


def recorded(folder: Path) -> dict[str, object]:
    """What environment.json says of the advice."""
    facts: dict[str, object] = json.loads((folder / "run/environment.json").read_text())[KEY]
    return facts
