"""What of a plan has been measured already, by the rows that there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.measure.plan import Plan
from bench.schema import CASE_KEY, Case, Status

CaseKey = tuple[str, ...]
Trial = tuple[int, CaseKey]  # the round, and the case


def key_of(case: Case) -> CaseKey:
    """What tells a case from the others of its run, as in samples.csv."""
    known = case.id
    return tuple(str(getattr(known, name)) for name in CASE_KEY)


def key_of_row(row: Mapping[str, str]) -> CaseKey:
    """The same, from a row of samples.csv."""
    return tuple(row[name] for name in CASE_KEY)


@dataclass(frozen=True)
class Kept:
    """The trials that were begun: how many passes of each are there, and which ended in a failure.

    `spent_s` is the time that measuring them took, in seconds.
    """

    passes: Mapping[Trial, int] = field(default_factory=dict)
    failed: frozenset[Trial] = frozenset()
    spent_s: float = 0.0

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]], spent_s: float = 0.0) -> "Kept":
        """From rows of samples.csv. Raises ValueError, with the row that does not go with those before it."""
        passes: Counter[Trial] = Counter()
        failed: set[Trial] = set()
        for row in rows:
            trial = int(row["round"]), key_of_row(row)
            if int(row["value"]) != passes[trial] or trial in failed:
                raise ValueError(
                    f"value {row['value']} of {trial[1]} in round {trial[0]} is there twice or out of turn"
                )
            passes[trial] += row["status"] == Status.OK
            if row["status"] != Status.OK:
                failed.add(trial)
        return cls(passes, frozenset(failed), spent_s)

    def begun(self, round_number: int) -> bool:
        """Whether there is a row of this round."""
        return any(number == round_number for number, _ in self.passes)

    def first_missing(self, round_number: int, case: Case, values: int) -> int | None:
        """The first of a trial's `values` that is still to be measured; None where the trial is whole or has failed."""
        trial = round_number, key_of(case)
        there = self.passes.get(trial, 0)
        return None if trial in self.failed or there >= values else there

    def whole(self, values: int) -> int:
        """How many trials need nothing more."""
        return len(self.failed | {trial for trial, there in self.passes.items() if there >= values})


@dataclass(frozen=True)
class Missing:
    """A trial that is still to be made, from the pass `first_value` on: those before it are there."""

    round: int
    position: int
    case: Case
    first_value: int = 0


def missing(plan: Plan, kept: Kept, round_number: int, cases: Sequence[Case]) -> list[Missing]:
    """What is to be measured in a round of these cases, in the round's order, at the positions that are theirs."""
    return [
        Missing(round_number, position, case, first)
        for position, case in enumerate(plan.order(round_number, cases))
        if (first := kept.first_missing(round_number, case, plan.effort.values)) is not None
    ]
