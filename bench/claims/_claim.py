"""The base of every claim: an experiment that gives figures, and a judgement that depends on these alone.

Standard library only, like every file of a claim: its experiments run in fresh interpreters.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from bench.analysis.evidence import ClaimJudgement, ClaimVerdict, Evidence

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench  # which imports what measures and analyses


class Claim(ABC):
    """A sentence that tutorials repeat. `criterion` says in measurable terms when it holds.

    `seconds` is about how long its experiment takes on a machine that does nothing else.
    """

    id: ClassVar[str]
    claim: ClassVar[str]
    criterion: ClassVar[str]
    seconds: ClassVar[float] = 3.0

    @abstractmethod
    def measure(self, workbench: "Workbench") -> Evidence:
        """Carry out the experiment. Raises TrialFailed if it cannot be carried out."""

    @abstractmethod
    def judge(self, evidence: Evidence) -> ClaimJudgement:
        """What follows from the figures, and from nothing else."""

    def verdict(self, evidence: Evidence) -> ClaimJudgement:
        """The judgement, or what the evidence lacks for one."""
        if evidence.missing:
            return ClaimJudgement(ClaimVerdict.CANT_TELL, evidence.missing)
        judgement = self.judge(evidence)
        if judgement.verdict is ClaimVerdict.CANT_TELL and not evidence.has_intervals:
            return replace(judgement, why=f"{judgement.why}: there was no time for the three trials of an interval")
        return judgement
