"""Results by backend: the best case of each, and why it was faster or slower, if the figures show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import BackendConfig
from bench.output.html.explanations import baseline_of, cause, cost_words, representative
from bench.output.wording import formatting
from bench.output.wording.case_text import failures
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels

NO_SPEEDUP = "No round has an ok trial of both this and the baseline."


@dataclass(frozen=True)
class BackendResult:
    """One backend configuration: the workers, speedup and cost of its representative case, and the likely reason.

    `share` is the speedup relative to the highest of all backends, for a bar; None without a speedup.
    """

    label: str
    is_baseline: bool
    workers: int | None
    speedup: str
    share: float | None
    cost: str
    why: str


def backend_results(cases: Sequence[CaseSummary], labels: Labels) -> Iterator[BackendResult]:
    """One result per backend of a subject, the baseline first, then by speedup; none if no case is ok."""
    if not any(case.ok for case in cases):
        return
    by_config: dict[BackendConfig, list[CaseSummary]] = {}
    for case in cases:
        by_config.setdefault(case.config, []).append(case)
    baseline = baseline_of(cases)
    highest = max((case.speedup.point for case in cases if case.speedup), default=1.0)

    def order(own_cases: Sequence[CaseSummary]) -> tuple[bool, float]:
        return not own_cases[0].is_baseline, -max((case.speedup_or_zero for case in own_cases), default=0.0)

    for own_cases in sorted(by_config.values(), key=order):
        yield _result(own_cases, baseline, labels, highest)


def _result(
    cases: Sequence[CaseSummary], baseline: CaseSummary | None, labels: Labels, highest: float
) -> BackendResult:
    label, is_baseline = labels[cases[0].config], cases[0].is_baseline
    best = max((case for case in cases if case.speedup), key=lambda case: case.speedup_or_zero, default=None)
    failed = " ".join(f"{failure}." for failure in failures(cases, labels))
    if best is None or best.speedup is None:
        timed = next((case for case in cases if case.ok), None)
        text = f"took {formatting.seconds(timed.median_s)}" if timed else cases[0].status
        return BackendResult(label, is_baseline, None, text, None, "", failed or NO_SPEEDUP)
    best = representative(best, cases)  # the figures and the reason must belong to the same case
    speedup = "1.00x, the baseline" if is_baseline else speedup_words(best)
    cost = "" if is_baseline else cost_words(best, baseline)
    why = _baseline_facts(best) if is_baseline else cause(best) or ""
    share = None if best.speedup is None else best.speedup.point / highest
    return BackendResult(label, is_baseline, best.workers, speedup, share, cost, " ".join(filter(None, [why, failed])))


def _baseline_facts(baseline: CaseSummary) -> str:
    facts = [f"{formatting.seconds(baseline.median_s)} for the batch"]
    facts += [formatting.size(baseline.peak_rss_bytes)] if baseline.peak_rss_bytes is not None else []
    return f"One item at a time: {', '.join(facts)}."
