"""What of a plan has been measured already, according to the rows on disk."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench.schema import CASE_KEY, Case, Status

CaseKey = tuple[str, ...]


def case_key(case: Case) -> CaseKey:
    """What identifies a case within its run, as text."""
    return tuple(str(getattr(case.id, name)) for name in CASE_KEY)


def row_key(row: Mapping[str, str]) -> CaseKey:
    """The same, from a row of samples.csv."""
    return tuple(row[name] for name in CASE_KEY)


@dataclass(frozen=True)
class Completed:
    """Which cases have a complete trial on disk, and which a failed one, both by round and case.

    A trial is complete if its last row has the time that its pool took to stop. `groups` is the number of groups of
    each round, `started` has the workloads that have rows of a round, `cycles` how many cycles each workload makes, as
    far as that was decided, and `spent_s` the seconds that each workload took.
    """

    complete: frozenset[tuple[int, CaseKey]] = frozenset()
    failed: frozenset[tuple[int, CaseKey]] = frozenset()
    groups: Mapping[int, int] = field(default_factory=dict)
    started: frozenset[tuple[int, str]] = frozenset()
    cycles: Mapping[str, int] = field(default_factory=dict)
    spent_s: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, str]], cycles: Mapping[str, int], spent_s: Mapping[str, float]
    ) -> "Completed":
        """From rows of samples.csv. Raises ValueError with the row that contradicts those before it."""
        trials: Counter[tuple[int, int, CaseKey]] = Counter()
        complete, failed = set(), set()
        for row in rows:
            trial = int(row["round"]), int(row["group"]), row_key(row)
            is_ok = row["status"] == Status.OK
            if int(row["value"]) != trials[trial] or trial in failed or (is_ok and trial in complete):
                raise ValueError(
                    f"value {row['value']} of {trial[2]} in group {trial[1]} of round {trial[0]} "
                    f"is duplicate or out of order"
                )
            trials[trial] += 1
            if not is_ok:
                failed.add(trial)
            elif row["shutdown_s"]:
                complete.add(trial)
        groups: dict[int, int] = {}
        for number, group, _ in trials:
            groups[number] = max(groups.get(number, 0), group + 1)
        started = frozenset((number, key[0]) for number, _, key in trials)
        return cls(_without_groups(complete), _without_groups(failed), groups, started, cycles, spent_s)

    def has_round(self, round_number: int) -> bool:
        """Whether there is a row of this round."""
        return round_number in self.groups

    def counted_s(self, round_number: int, spent_s: Mapping[str, float]) -> dict[str, float]:
        """The part of the time spent that counts for whether a round is measured: a workload with rows had enough."""
        return {name: seconds for name, seconds in spent_s.items() if (round_number, name) not in self.started}

    def is_done(self, round_number: int, case: Case) -> bool:
        """Whether a case needs no other trial in a round: one is complete, or has failed."""
        key = round_number, case_key(case)
        return key in self.failed or key in self.complete

    @property
    def finished_trials(self) -> int:
        """The number of cases, over all rounds, that are done."""
        return len(self.failed | self.complete)


def _without_groups(trials: Iterable[tuple[int, int, CaseKey]]) -> frozenset[tuple[int, CaseKey]]:
    return frozenset((number, key) for number, _, key in trials)


NOTHING_COMPLETED = Completed()
