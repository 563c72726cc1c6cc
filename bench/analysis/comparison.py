"""What came of comparing two runs: frozen data."""

from collections import Counter
from dataclasses import dataclass

from bench.analysis.change import Change, Finding, Judgement
from bench.analysis.surroundings import Difference
from bench.analysis.trials import CaseId
from bench.samples import Status


@dataclass(frozen=True)
class CaseChange(CaseId):
    """One case of both runs: `python` is the new run's; `old_s` and `new_s` are geometric means over the ok trials."""

    old_python: str
    old_s: float
    new_s: float
    change: Change
    judgement: Judgement

    @property
    def finding(self) -> Finding:
        """What is known of the change."""
        return self.judgement.finding


@dataclass(frozen=True)
class CaseNotOk(CaseId):
    """A case with a trial that is not ok in at least one of the runs, with the first such status and its reason."""

    old_status: str
    old_reason: str | None
    new_status: str
    new_reason: str | None


@dataclass(frozen=True)
class Comparison:
    """All cases of two runs: each is in `cases`, `not_ok`, `only_old` or `only_new`; `threshold` is a share.

    `only_relative` are those of `cases` that cannot be told as they are, and did change relative to the plain loop.
    """

    old: str
    new: str
    same_run: bool
    threshold: float
    relative: bool
    by_python: bool
    differences: tuple[Difference, ...]
    cases: tuple[CaseChange, ...]
    not_ok: tuple[CaseNotOk, ...]
    only_old: tuple[CaseId, ...]
    only_new: tuple[CaseId, ...]
    only_relative: tuple[CaseChange, ...] = ()

    @property
    def counts(self) -> dict[Finding, int]:
        """How many cases there are of each finding."""
        found = Counter(case.finding for case in self.cases)
        return {finding: found[finding] for finding in Finding}

    @property
    def newly_failing(self) -> list[CaseNotOk]:
        """The cases that were ok and are no longer."""
        return [case for case in self.not_ok if case.old_status == Status.OK]

    def any_slower_by(self, share: float) -> bool:
        """Whether a case is slower, and by more than this share of its old time."""
        return any(case.finding is Finding.SLOWER and (case.change.ratio or 0) > 1 + share for case in self.cases)
