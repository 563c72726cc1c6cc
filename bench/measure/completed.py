"""What of a plan has been measured already, according to the rows on disk, and what is still pending."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.measure.plan import Plan
from bench.schema import CASE_KEY, Case, Status

CaseKey = tuple[str, ...]
TrialKey = tuple[int, CaseKey]  # the round, and the case


def case_key(case: Case) -> CaseKey:
    """What identifies a case within its run, as text."""
    return tuple(str(getattr(case.id, name)) for name in CASE_KEY)


def row_key(row: Mapping[str, str]) -> CaseKey:
    """The same, from a row of samples.csv."""
    return tuple(row[name] for name in CASE_KEY)


@dataclass(frozen=True)
class Completed:
    """The trials that were started: how many passes of each are on disk, and which ended in a failure.

    `spent_s` is the time that measuring them took, in seconds.
    """

    passes: Mapping[TrialKey, int] = field(default_factory=dict)
    failed: frozenset[TrialKey] = frozenset()
    spent_s: float = 0.0

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]], spent_s: float = 0.0) -> "Completed":
        """From rows of samples.csv. Raises ValueError with the row that contradicts those before it."""
        passes: Counter[TrialKey] = Counter()
        failed: set[TrialKey] = set()
        for row in rows:
            trial = int(row["round"]), row_key(row)
            if int(row["value"]) != passes[trial] or trial in failed:
                raise ValueError(f"value {row['value']} of {trial[1]} in round {trial[0]} is duplicate or out of order")
            passes[trial] += row["status"] == Status.OK
            if row["status"] != Status.OK:
                failed.add(trial)
        return cls(passes, frozenset(failed), spent_s)

    def has_round(self, round_number: int) -> bool:
        """Whether there is a row of this round."""
        return any(number == round_number for number, _ in self.passes)

    def next_value(self, round_number: int, case: Case, values: int) -> int | None:
        """The first of a trial's `values` still to be measured; None if the trial is complete or has failed."""
        trial = round_number, case_key(case)
        done = self.passes.get(trial, 0)
        return None if trial in self.failed or done >= values else done

    def finished_trials(self, values: int) -> int:
        """The number of trials that need no further pass."""
        return len(self.failed | {trial for trial, done in self.passes.items() if done >= values})


NOTHING_COMPLETED = Completed()


@dataclass(frozen=True)
class PendingTrial:
    """A trial still to be run, from the pass `first_value` on: those before it are on disk."""

    round: int
    position: int
    case: Case
    first_value: int = 0


def pending_trials(plan: Plan, completed: Completed, round_number: int, cases: Sequence[Case]) -> list[PendingTrial]:
    """What is still to be measured in a round of these cases, in the order of the round, at their own positions."""
    return [
        PendingTrial(round_number, position, case, first)
        for position, case in enumerate(plan.order(round_number, cases))
        if (first := completed.next_value(round_number, case, plan.effort.values)) is not None
    ]
