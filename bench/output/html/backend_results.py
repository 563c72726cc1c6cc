"""Results by backend: the best case of each, and why it was faster or slower as far as the figures show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import BackendConfig
from bench.output.html.explanations import cause, cost_words, loop_of, telling
from bench.output.wording import formatting
from bench.output.wording.case_text import failures
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels

NO_SPEEDUP = "No round has an ok trial of both this and the baseline."


@dataclass(frozen=True)
class BackendResult:
    """One way: the workers of its telling case, that case's speedup, what it cost, and why it was no faster or slower.

    `share` is the speedup over the highest of all ways, for a bar; None where there is no speedup.
    """

    label: str
    is_baseline: bool
    workers: int | None
    speedup: str
    share: float | None
    cost: str
    why: str


def backend_results(cases: Sequence[CaseSummary], labels: Labels) -> Iterator[BackendResult]:
    """One for each way of a subject, the baseline first, then the highest speedup first; none where nothing is ok."""
    if not any(case.ok for case in cases):
        return
    by_config: dict[BackendConfig, list[CaseSummary]] = {}
    for case in cases:
        by_config.setdefault(case.config, []).append(case)
    loop = loop_of(cases)
    highest = max((case.speedup.point for case in cases if case.speedup), default=1.0)

    def place(alike: Sequence[CaseSummary]) -> tuple[bool, float]:
        return not alike[0].is_baseline, -max((case.speedup_or_zero for case in alike), default=0.0)

    for alike in sorted(by_config.values(), key=place):
        yield _config(alike, loop, labels, highest)


def _config(alike: Sequence[CaseSummary], loop: CaseSummary | None, labels: Labels, highest: float) -> BackendResult:
    label, is_loop = labels[alike[0].config], alike[0].is_baseline
    best = max((case for case in alike if case.speedup), key=lambda case: case.speedup_or_zero, default=None)
    failed = " ".join(f"{told}." for told in failures(alike, labels))
    if best is None or best.speedup is None:
        timed = next((case for case in alike if case.ok), None)
        said = f"took {formatting.seconds(timed.median_s)}" if timed else alike[0].status
        return BackendResult(label, is_loop, None, said, None, "", failed or NO_SPEEDUP)
    best = telling(best, alike)  # figures and reasons are of the same case
    told = "1.00x, the baseline" if is_loop else speedup_words(best)
    cost = "" if is_loop else cost_words(best, loop)
    why = _of_the_loop(best) if is_loop else cause(best) or ""
    share = None if best.speedup is None else best.speedup.point / highest
    return BackendResult(label, is_loop, best.workers, told, share, cost, " ".join(filter(None, [why, failed])))


def _of_the_loop(loop: CaseSummary) -> str:
    facts = [f"{formatting.seconds(loop.median_s)} for the batch"]
    facts += [formatting.size(loop.peak_rss_bytes)] if loop.peak_rss_bytes is not None else []
    return f"One item after another: {', '.join(facts)}."
