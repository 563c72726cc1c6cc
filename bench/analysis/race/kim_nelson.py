"""The procedure of Kim and Nelson: pick the fastest candidate, and drop the others as soon as they are surely slower.

S.-H. Kim, B. L. Nelson 2001, "A fully sequential procedure for indifference-zone selection in simulation", ACM TOMACS
11(3), with common random numbers (c = 1). With probability 1 - risk it picks the fastest candidate, if that is faster
than every other by the indifference zone; otherwise one that is within the zone of it. Rounds must be independent of
each other: here, each consists of fresh trials. Within a round, candidates may depend on each other: they share cycles.
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

FIRST_STAGE = 6  # rounds before anyone may be dropped: chosen with tests.tools.simulate_race --designs
ZONE = 1.05  # times as long: candidates that are closer count as equally fast
RISK = 0.05

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Elimination(Generic[Name]):
    """A candidate dropped after `rounds` rounds, since it took `times` as long as a `rival`, on average."""

    name: Name
    rounds: int
    rival: Name
    times: float


class KimNelson(Generic[Name]):
    """A race of candidates. It is given the log times of each round, and says who is dropped."""

    def __init__(
        self, names: Iterable[Name], first_stage: int = FIRST_STAGE, zone: float = ZONE, risk: float = RISK
    ) -> None:
        """Start a race. Raises ValueError for fewer than 2 rounds in the first stage, or no candidates."""
        self.survivors = list(names)
        if first_stage < 2 or not self.survivors:
            raise ValueError("a race needs candidates, and 2 rounds to know how much they vary")
        self.rounds = 0
        self.eliminated: list[Elimination[Name]] = []
        self._first_stage = first_stage
        self._zone = math.log(zone)
        self._h2 = h_squared(len(self.survivors), first_stage, risk)
        self._sums = dict.fromkeys(self.survivors, 0.0)
        self._first: dict[Name, list[float]] = {name: [] for name in self.survivors}
        self._variances: dict[tuple[Name, Name], float] = {}

    @property
    def is_over(self) -> bool:
        """Whether more rounds would change nothing: one candidate is left, or all that are left are within the zone."""
        return len(self.survivors) < 2 or (self.rounds >= self._first_stage and self.rounds > self._most_rounds())

    @property
    def leader(self) -> Name:
        """The survivor with the shortest times so far; the first of equal ones. Raises ValueError if none is left."""
        return min(self.survivors, key=self._sums.__getitem__)

    def behind(self, name: Name) -> float:
        """How many times as long as the leader a survivor took so far, on average."""
        return self._times(name, self.leader)

    def withdraw(self, name: Name) -> None:
        """Take a candidate that has failed out of the race; it has not lost to anyone."""
        if name in self.survivors:
            self.survivors.remove(name)

    def add(self, logs: Mapping[Name, float]) -> list[Elimination[Name]]:
        """Take in the log time of each survivor in one round; returns those that are dropped. Raises KeyError."""
        for name in self.survivors:
            self._sums[name] += logs[name]
            if self.rounds < self._first_stage:
                self._first[name].append(logs[name])
        self.rounds += 1
        if self.rounds < self._first_stage:
            return []
        if self.rounds == self._first_stage:
            self._variances = {pair: self._variance(*pair) for pair in self._pairs()}
        dropped = [elimination for name in self.survivors if (elimination := self._elimination(name))]
        for elimination in dropped:
            self.survivors.remove(elimination.name)
        self.eliminated += dropped
        return dropped

    def _elimination(self, name: Name) -> Elimination[Name] | None:
        """Who drops a candidate: of those that do, the one with the shortest times."""
        rivals = [other for other in self.survivors if other != name and self._is_surely_slower(name, other)]
        if not rivals:
            return None
        rival = min(rivals, key=self._sums.__getitem__)
        return Elimination(name, self.rounds, rival, self._times(name, rival))

    def _is_surely_slower(self, name: Name, other: Name) -> bool:
        allowed = self._h2 * self._variances[name, other] / (2 * self._zone) - self._zone * self.rounds / 2
        return self._sums[name] - self._sums[other] > max(0.0, allowed)

    def _most_rounds(self) -> int:
        """The rounds after which no difference would be allowed any more."""
        return max(math.floor(self._h2 * self._variances[pair] / self._zone**2) for pair in self._pairs())

    def _pairs(self) -> list[tuple[Name, Name]]:
        return [(one, other) for one in self.survivors for other in self.survivors if one != other]

    def _variance(self, one: Name, other: Name) -> float:
        """The variance of the difference of two candidates within a round."""
        return float(np.var(np.subtract(self._first[one], self._first[other]), ddof=1))

    def _times(self, name: Name, other: Name) -> float:
        return math.exp((self._sums[name] - self._sums[other]) / self.rounds) if self.rounds else 1.0


def h_squared(candidates: int, first_stage: int, risk: float) -> float:
    """The constant that decides how far behind a candidate may be."""
    if candidates < 2:
        return 0.0
    return float((first_stage - 1) * ((2 * risk / (candidates - 1)) ** (-2 / (first_stage - 1)) - 1))
