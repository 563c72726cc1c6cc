"""What goes on after a failure, under everything but a task group."""

from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims import _after_failure
from bench.claims._after_failure import AT_ONCE, BEGUN, CANCELLED, FAIL_AFTER_S, GROUP, ITEM_S, ITEMS, MEANS
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

TRIALS = 3


class GatherGoesOn(Claim):
    """A batch of which two items fail, under gather and pools, with a task group beside them."""

    id = "gather-goes-on"
    claim = "With gather the siblings of a failed coroutine go on, and so they do with a thread or process pool."
    criterion = "In every trial, none of the items that were running at the failure is cancelled."
    seconds = 8.0

    def measure(self, workbench: "Workbench") -> Evidence:
        figures = [workbench.experiment(_after_failure.fail_under, TRIALS, means=means) for means in MEANS]
        fail = " and ".join(f"{seconds:g}" for seconds in FAIL_AFTER_S.values())
        conditions = f"{ITEMS} items of {ITEM_S} s, {AT_ONCE} at once, of which two fail after {fail} s"
        return Evidence(sum(figures, ()), (conditions,))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        others = [means for means in MEANS if means != GROUP]
        holds = every(*(evidence[f"{CANCELLED}, {means}"].equals(0) for means in others))
        parts = [
            f"{means} {value_text(evidence[f'{CANCELLED}, {means}'])} and {value_text(evidence[f'{BEGUN}, {means}'])}"
            for means in MEANS
        ]
        return judged(holds, f"running items cancelled, and items begun after the failure: {', '.join(parts)}")
