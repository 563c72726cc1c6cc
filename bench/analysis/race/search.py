"""The search before a race: each backend with more and more workers, while that makes it faster, and who is far behind.

It has too few rounds to be sure, so it only rules out what is far behind; what it finds is measured anew in the race.
"""

import math
from statistics import fmean

from bench.analysis.race.course import Dropped, Racer, RaceSoFar, RaceStage

RUNGS = 2  # worker counts of a backend that a round of the search tries
GAIN = 1.05  # times as fast as with the count before: with less, no more workers are tried
FAR = 2.0  # times as long as the best of all: not worth racing
NEAR = 1.3  # times as long as the same backend at its best: another worker count that may be as good
MOST_RACERS = 8


def over_baseline(so_far: RaceSoFar) -> dict[Racer, float]:
    """The mean log of each racer's time over the baseline's, by the rounds of the search; failed ones are left out.

    In rounds without the baseline, times are compared with those that were over it in rounds before.
    """
    ratios: dict[Racer, list[float]] = {so_far.course.baseline: [0.0]}
    for logs in so_far.of(RaceStage.SEARCH):
        known = [racer for racer in logs if racer in ratios]
        level = fmean(logs[racer] - fmean(ratios[racer]) for racer in known) if known else 0.0
        for racer, log in logs.items():
            if not racer.is_baseline:
                ratios.setdefault(racer, []).append(log - level)
    return {racer: fmean(values) for racer, values in ratios.items() if racer not in so_far.failed}


def search_round(so_far: RaceSoFar) -> tuple[Racer, ...]:
    """The next worker counts to try, if there are any, beside the fastest racer so far, whose passes are short."""
    rungs = next_rungs(so_far)
    ratios = over_baseline(so_far)
    return (min(ratios, key=ratios.__getitem__), *rungs) if rungs else ()


def next_rungs(so_far: RaceSoFar) -> list[Racer]:
    """The next worker counts of each backend that became faster with the last one tried."""
    ratios = over_baseline(so_far)
    rungs: list[Racer] = []
    for ladder in so_far.course.ladders:
        tried = sum(racer in ratios for racer in ladder)
        has_gained = (
            tried > 1
            and all(racer in ratios for racer in ladder[:tried])
            and ratios[ladder[tried - 2]] - ratios[ladder[tried - 1]] > math.log(GAIN)
        )
        if has_gained:
            rungs += [racer for racer in ladder[tried : tried + RUNGS] if racer not in so_far.failed]
    return rungs


def chosen_for_race(so_far: RaceSoFar) -> tuple[list[Racer], list[Dropped]]:
    """The best of the search, by preference, and those that are out as they are far behind."""
    ratios = over_baseline(so_far)
    if not ratios:
        return [], []
    best = min(ratios, key=ratios.__getitem__)
    near = [racer for racer in ratios if racer.is_baseline]
    for ladder in so_far.course.ladders:
        tried = [racer for racer in ladder if racer in ratios]
        own = min((ratios[racer] for racer in tried), default=0.0)
        near += [racer for racer in tried if ratios[racer] - own < math.log(NEAR)]
    near = [racer for racer in near if ratios[racer] - ratios[best] < math.log(FAR)]
    chosen = sorted(near, key=ratios.__getitem__)[:MOST_RACERS]
    last = len(so_far.of(RaceStage.SEARCH)) - 1
    dropped = [
        Dropped(racer, RaceStage.SEARCH, last, best, math.exp(ratios[racer] - ratios[best]))
        for racer in ratios
        if racer not in chosen
    ]
    return sorted(chosen, key=so_far.course.preference), dropped
