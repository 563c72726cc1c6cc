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
    """How many passes of each case are on disk, in the longest of its trials of each round, and which cases failed.

    Both are by round and case. `groups` is the number of groups of each round, `cycles` how many cycles each workload
    makes, as far as that was decided, and `spent_s` the seconds that each workload took.
    """

    passes: Mapping[tuple[int, CaseKey], int] = field(default_factory=dict)
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
        over = set()
        for row in rows:
            trial = int(row["round"]), int(row["group"]), row_key(row)
            if int(row["value"]) != trials[trial] or trial in over:
                raise ValueError(
                    f"value {row['value']} of {trial[2]} in group {trial[1]} of round {trial[0]} "
                    f"is duplicate or out of order"
                )
            trials[trial] += row["status"] == Status.OK
            if row["status"] != Status.OK:
                over.add(trial)
        return cls(
            _longest(trials),
            frozenset((number, key) for number, _, key in over),
            {number: 1 + max(group for other, group, _ in trials if other == number) for number, _, _ in trials},
            cycles,
            _shares(rows, spent_s),
        )

    def has_round(self, round_number: int) -> bool:
        """Whether there is a row of this round."""
        return round_number in self.groups

    def is_done(self, round_number: int, case: Case, cycles: int | None) -> bool:
        """Whether a case needs no trial in a round of so many cycles: one has made them all, or has failed."""
        key = round_number, case_key(case)
        return key in self.failed or (cycles is not None and self.passes.get(key, 0) >= cycles)

    def finished_trials(self, cycles: int | None) -> int:
        """The number of cases, over all rounds, that are done; `cycles` is the number given, if one was."""
        done = {
            key
            for key, passes in self.passes.items()
            if (wanted := cycles or self.cycles.get(key[1][0])) and passes >= wanted
        }
        return len(self.failed | done)


def _longest(trials: Mapping[tuple[int, int, CaseKey], int]) -> dict[tuple[int, CaseKey], int]:
    longest: dict[tuple[int, CaseKey], int] = {}
    for (number, _, key), passes in trials.items():
        longest[number, key] = max(passes, longest.get((number, key), 0))
    return longest


def _shares(rows: Iterable[Mapping[str, str]], spent_s: float) -> dict[str, float]:
    timed: Counter[str] = Counter()
    for row in rows:
        timed[row["workload"]] += float(row["elapsed_s"] or 0)  # type: ignore[assignment]
    total = sum(timed.values())
    return {workload: spent_s * seconds / total for workload, seconds in timed.items()} if total else {}


NOTHING_COMPLETED = Completed()
