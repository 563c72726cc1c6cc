"""The base of every claim: an experiment that gives figures, and a judgement that depends on these alone.

Standard library only, like every file of a claim: its experiments run in fresh interpreters.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from bench.analysis.evidence import ClaimJudgement, ClaimVerdict, Evidence

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench  # which imports what measures and analyses


class Claim(ABC):
    """A sentence that tutorials repeat. `criterion` says in measurable terms when it holds.

    `seconds` is what its experiment may take, as a rule; it ends soon after.
    """

    id: ClassVar[str]
    claim: ClassVar[str]
    criterion: ClassVar[str]
    seconds: ClassVar[float] = 5.0

    @abstractmethod
    def measure(self, workbench: "Workbench") -> Evidence:
        """Carry out the experiment. Raises TrialFailed if it cannot be carried out."""

    @abstractmethod
    def judge(self, evidence: Evidence) -> ClaimJudgement:
        """What follows from the figures, and from nothing else."""

    def verdict(self, evidence: Evidence) -> ClaimJudgement:
        """The judgement, or what the evidence lacks for one."""
        return ClaimJudgement(ClaimVerdict.CANT_TELL, evidence.missing) if evidence.missing else self.judge(evidence)
