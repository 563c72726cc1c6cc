"""Try one claim."""

import time

from bench.analysis.evidence import ClaimJudgement, ClaimResult, ClaimVerdict, Evidence
from bench.claims._claim import Claim
from bench.claims._workbench import Workbench
from bench.errors import BenchError, TrialFailed
from bench.schema import Status


def try_claim(claim: Claim, workbench: Workbench) -> ClaimResult:
    """Carry out a claim's experiment and judge it. An experiment that fails decides nothing, and says why."""
    began, failed = time.monotonic(), False
    try:
        evidence = claim.measure(workbench)
        judgement = claim.verdict(evidence)
    except BenchError as error:
        evidence, failed = Evidence(missing=_reason(error)), not _is_skipped(error)
        judgement = ClaimJudgement(ClaimVerdict.CANT_TELL, evidence.missing)
    return ClaimResult(claim.id, claim.claim, claim.criterion, evidence, judgement, time.monotonic() - began, failed)


def _reason(error: BenchError) -> str:
    return error.reason if isinstance(error, TrialFailed) else str(error)


def _is_skipped(error: BenchError) -> bool:
    """Whether something that the experiment needs is not there, rather than that it went wrong."""
    return isinstance(error, TrialFailed) and error.status is Status.SKIPPED
