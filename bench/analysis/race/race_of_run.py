"""What the samples of a run say of its race: the mean log time of each racer in each round, and who failed."""

from collections.abc import Sequence

from bench.analysis.pairing import mean_logs
from bench.analysis.race.course import Course, Racer, RaceSoFar, RoundRecord
from bench.analysis.trials import CaseTrials, known, trials_by_case
from bench.results.load import Run


def race_so_far(run: Run, workload: str, course: Course, rounds: Sequence[RoundRecord]) -> RaceSoFar:
    """The race by its recorded rounds; times that a round's record does not ask for are left out."""
    numbers = sorted(int(number) for number in run.samples["round"].unique())
    logs: list[dict[Racer, float]] = [{} for _ in rounds]
    failed: dict[Racer, str] = {}
    for case, trials in trials_by_case(run).items():
        racer = Racer.of(case)
        if case.workload != workload:
            continue
        for place, log in _by_round(trials):
            number = numbers[place]
            if number < len(rounds) and racer in rounds[number].racers:
                logs[number][racer] = log
        if not trials.failed.empty:
            failed[racer] = _why(trials)
    for of_round in logs:
        for racer in failed:
            of_round.pop(racer, None)
    by_round = run.samples.groupby("round")["elapsed_s"].sum()
    timed_s = tuple(float(by_round.get(number, 0.0)) for number in range(len(rounds)))
    return RaceSoFar(course, tuple(rounds), tuple(logs), timed_s, failed)


def _by_round(trials: CaseTrials) -> list[tuple[int, float]]:
    found = mean_logs(trials)
    return [(int(place), float(log)) for place, log in zip(found.rounds, found.logs, strict=True)]


def _why(trials: CaseTrials) -> str:
    first = trials.failed.iloc[0]
    return ": ".join(filter(None, [str(first["status"]), known(first["reason"])]))
