"""What of a plan has been measured already, according to the rows on disk."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    each round, `cycles` how many cycles each workload makes, as far as that was decided, and `spent_s` the seconds that
    each workload took.
    """

    complete: frozenset[tuple[int, CaseKey]] = frozenset()
    failed: frozenset[tuple[int, CaseKey]] = frozenset()
    groups: Mapping[int, int] = field(default_factory=dict)
    cycles: Mapping[str, int] = field(default_factory=dict)
    spent_s: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_rows(
        cls, rows: Sequence[Mapping[str, str]], cycles: Mapping[str, int], spent_s: float = 0.0
    ) -> "Completed":
        """From rows of samples.csv. Raises ValueError with the row that contradicts those before it.

        `spent_s` is the time that measuring all of them took. A workload's share of it is that of its passes.
        """
        trials: Counter[tuple[int, int, CaseKey]] = Counter()
        complete, failed = set(), set()
        for row in rows:
            trial = int(row["round"]), int(row["group"]), row_key(row)
            if int(row["value"]) != trials[trial] or trial in complete or trial in failed:
                raise ValueError(
                    f"value {row['value']} of {trial[2]} in group {trial[1]} of round {trial[0]} "
                    f"is duplicate or out of order"
                )
            trials[trial] += 1
            if row["status"] != Status.OK:
                failed.add(trial)
            elif row["shutdown_s"]:
                complete.add(trial)
        groups: dict[int, int] = {}
        for number, group, _ in trials:
            groups[number] = max(groups.get(number, 0), group + 1)
        return cls(_without_groups(complete), _without_groups(failed), groups, cycles, _shares(rows, spent_s))

    def has_round(self, round_number: int) -> bool:
        """Whether there is a row of this round."""
        return round_number in self.groups

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


def _shares(rows: Iterable[Mapping[str, str]], spent_s: float) -> dict[str, float]:
    timed: Counter[str] = Counter()
    for row in rows:
        timed[row["workload"]] += float(row["elapsed_s"] or 0)  # type: ignore[assignment]
    total = sum(timed.values())
    return {workload: spent_s * seconds / total for workload, seconds in timed.items()} if total else {}


NOTHING_COMPLETED = Completed()
