"""The stages of a race over the rounds of a run, as pure decisions: who takes part in the next round, and who is out.

After the search comes the race of its best, by Kim and Nelson's procedure, and then the final: the winner, and those
that are as good, against the baseline in fresh rounds, so that their figures are not flattered by the choice.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from bench.analysis.intervals import ratio_of
from bench.analysis.race.course import Course, Dropped, NextStep, Racer, RaceSoFar, RaceStage
from bench.analysis.race.kim_nelson import FIRST_STAGE, ZONE, KimNelson
from bench.analysis.race.search import RUNGS, chosen_for_race, over_baseline, search_round
from bench.analysis.stopping_rule import is_narrow_enough
from bench.schema import MIN_ROUNDS, MIN_ROUNDS_FOR_PRECISION

FINALISTS = 2  # besides the baseline
FEWEST_RACERS = FINALISTS + 1  # a race of fewer is the final
FINAL_ROUNDS = MIN_ROUNDS_FOR_PRECISION  # that time is kept for
CONTROLS = 4  # trials: two kinds of work, each with a baseline
CONTROL_ROUNDS = MIN_ROUNDS
PRECISION = 0.1  # of the winner's speedup


def first_step(course: Course) -> NextStep:
    """The first round: of the search, or of the final if there is nothing but the baseline."""
    rungs = [racer for ladder in course.ladders for racer in ladder[:RUNGS]]
    return NextStep(RaceStage.SEARCH if rungs else RaceStage.FINAL, (course.baseline, *rungs))


def next_step(so_far: RaceSoFar, left_s: float) -> NextStep:
    """What comes after the rounds so far, if there are so many seconds left for all that is to come."""
    last = so_far.rounds[-1]
    if last.stage is RaceStage.FINAL:
        return _after_final_round(so_far, left_s)
    step = _after_search(so_far, left_s) if last.stage is RaceStage.SEARCH else _after_race_round(so_far, left_s)
    return replace(step, dropped=(*_failures(so_far), *step.dropped))


def replayed(so_far: RaceSoFar) -> KimNelson[Racer] | None:
    """The race after all of its rounds; None if there was none."""
    start = so_far.started(RaceStage.RACE)
    if start is None:
        return None
    race = KimNelson(so_far.rounds[start].racers)
    for logs in so_far.of(RaceStage.RACE):
        for racer in [racer for racer in race.survivors if racer not in logs]:
            race.withdraw(racer)
        race.add(logs)
    return race


def _failures(so_far: RaceSoFar) -> list[Dropped]:
    """Those that failed in the last round."""
    last, number = so_far.rounds[-1], len(so_far.rounds) - 1
    failed = [racer for racer in last.racers if racer in so_far.failed and not racer.is_baseline]
    return [Dropped(racer, last.stage, number, reason=so_far.failed[racer]) for racer in failed]


def _after_search(so_far: RaceSoFar, left_s: float) -> NextStep:
    tries = search_round(so_far)
    if tries and left_s > _expected_s(so_far, tries) + _final_s(so_far, tries[:1]):
        return NextStep(RaceStage.SEARCH, tries)
    chosen, dropped = chosen_for_race(so_far)
    racers = _with_time_to_race(so_far, chosen, left_s)
    if racers:
        return NextStep(RaceStage.RACE, racers, (*dropped, *_left_out(so_far, chosen, racers)))
    finalists = _finalists(so_far, chosen)
    return _final_round(so_far, finalists, left_s, (*dropped, *_left_out(so_far, chosen, finalists)))


def _with_time_to_race(so_far: RaceSoFar, chosen: Sequence[Racer], left_s: float) -> tuple[Racer, ...]:
    """As many of the best as there is time to race, by preference; none if that are too few."""
    behind = _times_behind(so_far, chosen)
    racers = list(chosen)
    while len(racers) > 1 and left_s <= FIRST_STAGE * _expected_s(so_far, racers) + _final_s(so_far, racers):
        racers.remove(max(racers, key=behind.__getitem__))
    enough = len(racers) >= FEWEST_RACERS or len(racers) == len(chosen) > 1
    return tuple(racers) if enough else ()


def _left_out(so_far: RaceSoFar, racers: Sequence[Racer], chosen: Sequence[Racer]) -> tuple[Dropped, ...]:
    """Those for whom the next stage has no time or place, with how far they were behind the best that it has."""
    behind = _times_behind(so_far, racers)
    best = min((racer for racer in chosen if racer in behind), key=behind.__getitem__, default=None)
    if best is None:
        return ()
    last, number = so_far.rounds[-1], len(so_far.rounds) - 1
    return tuple(
        Dropped(racer, last.stage, number, best, behind[racer] / behind[best], undecided=True)
        for racer in racers
        if racer not in chosen and racer in behind and not racer.is_baseline
    )


def _after_race_round(so_far: RaceSoFar, left_s: float) -> NextStep:
    race = replayed(so_far)
    assert race is not None, "the last round was one of the race"
    last, number = so_far.rounds[-1], len(so_far.rounds) - 1
    dropped = tuple(
        Dropped(one.name, RaceStage.RACE, number, one.rival, one.times)
        for one in race.eliminated
        if one.rounds == race.rounds
    )
    next_s = (last.took_s or 0.0) * len(race.survivors) / len(last.racers)
    if not race.is_over and left_s > next_s + _final_s(so_far, race.survivors):
        return NextStep(RaceStage.RACE, tuple(race.survivors), dropped)
    finalists = _finalists(so_far, race.survivors)
    return _final_round(so_far, finalists, left_s, (*dropped, *_left_out(so_far, race.survivors, finalists)))


def _after_final_round(so_far: RaceSoFar, left_s: float) -> NextStep:
    last = so_far.rounds[-1]
    baseline, *others = last.racers
    is_known = not others or _is_known(so_far.of(RaceStage.FINAL), baseline, others[0])
    step = _final_round(so_far, last.racers, left_s)
    if left_s < _expected_s(so_far, last.racers) or (is_known and not step.controls):
        return NextStep(RaceStage.FINAL, ())
    return step


def _final_round(
    so_far: RaceSoFar, racers: tuple[Racer, ...], left_s: float, dropped: tuple[Dropped, ...] = ()
) -> NextStep:
    """A round of the final; with controls, if these had too few rounds, and an answer leaves time for them."""
    final = [one for one in so_far.rounds if one.stage is RaceStage.FINAL]
    needed_s = max(1, MIN_ROUNDS - len(final)) * _expected_s(so_far, racers)
    wanted = len(racers) > 1 and sum(one.controls for one in final) < CONTROL_ROUNDS
    controls = wanted and left_s > needed_s + _controls_s(so_far)
    return NextStep(RaceStage.FINAL, racers, dropped, controls)


def _finalists(so_far: RaceSoFar, survivors: Sequence[Racer]) -> tuple[Racer, ...]:
    """The baseline, the pick, and others that are as good, the fastest first; the best of the search, if none is.

    The pick is the preferred one of those within the zone of the fastest, also if it was dropped for being slower by
    less than that.
    """
    behind = _times_behind(so_far, survivors)
    level = [racer for racer, times in behind.items() if times <= ZONE]
    ordered = sorted(behind, key=lambda racer: (racer not in survivors, behind[racer]))
    if level:
        pick = min(level, key=so_far.course.preference)
        ordered = [pick, *(racer for racer in ordered if racer != pick and (racer in survivors or racer in level))]
    finalists = [racer for racer in ordered if not racer.is_baseline]
    if not finalists:
        ratios = over_baseline(so_far)
        finalists = sorted((racer for racer in ratios if not racer.is_baseline), key=ratios.__getitem__)[:1]
    return (so_far.course.baseline, *finalists[:FINALISTS])


def _times_behind(so_far: RaceSoFar, survivors: Sequence[Racer]) -> dict[Racer, float]:
    """How many times as long as the leader each took: all of the race in the rounds that they shared with it.

    Without a race, the survivors of the search.
    """
    race = replayed(so_far)
    if race is None or not race.survivors:
        ratios = over_baseline(so_far)
        best = min(ratios.values(), default=0.0)
        return {racer: math.exp(ratios[racer] - best) for racer in survivors}
    leader, rounds = race.leader, so_far.of(RaceStage.RACE)
    racers = [racer for racer in rounds[0] if racer not in so_far.failed]
    shared = {racer: [logs[racer] - logs[leader] for logs in rounds if racer in logs] for racer in racers}
    return {racer: math.exp(fmean(logs)) for racer, logs in shared.items() if logs}


def _is_known(rounds: Sequence[Mapping[Racer, float]], baseline: Racer, racer: Racer) -> bool:
    """Whether the speedup of a racer is known precisely enough, or surely is no gain."""
    logs = [logs[baseline] - logs[racer] for logs in rounds if baseline in logs and racer in logs]
    ratio = ratio_of(np.array(logs))
    if ratio is None or ratio.relative_width is None or ratio.high is None:
        return False
    is_loss = ratio.high < 1 and len(logs) >= MIN_ROUNDS_FOR_PRECISION
    return is_loss or is_narrow_enough(ratio.relative_width, len(logs), PRECISION)


def _final_s(so_far: RaceSoFar, racers: Sequence[Racer]) -> float:
    """The expected seconds of the final: as many rounds as a precise answer may take, and one with controls."""
    finalists = (so_far.course.baseline, *(racer for racer in racers if not racer.is_baseline))[: 1 + FINALISTS]
    return FINAL_ROUNDS * _expected_s(so_far, finalists) + _controls_s(so_far)


def _expected_s(so_far: RaceSoFar, racers: Sequence[Racer]) -> float:
    """The expected seconds of a round of these racers: each is started, and makes passes for as long, or as before."""
    pass_s = {racer: math.exp(log) for logs in so_far.logs for racer, log in logs.items()}
    shortest_s, start_s, passes = min(pass_s.values(), default=0.0), _start_s(so_far), _passes(so_far)
    return sum(start_s + max(start_s, passes * pass_s.get(racer, shortest_s)) for racer in racers)


def _passes(so_far: RaceSoFar) -> float:
    """The passes of a racer in the last round without controls."""
    number = max(number for number, one in enumerate(so_far.rounds) if not one.controls or not number)
    one_s = sum(map(math.exp, so_far.logs[number].values()))
    return max(so_far.timed_s[number] / one_s, 1.0) if one_s else 1.0


def _controls_s(so_far: RaceSoFar) -> float:
    """The expected seconds of the controls, whose passes are short."""
    return CONTROLS * 2 * _start_s(so_far)


def _start_s(so_far: RaceSoFar) -> float:
    """The seconds that each trial of the last round took beside its timed passes: mostly its start."""
    last = so_far.rounds[-1]
    beside_s = max((last.took_s or 0.0) - so_far.timed_s[-1], 0.0)
    return beside_s / (len(last.racers) + CONTROLS * last.controls)
