"""Explain why a backend did or did not help, only as far as the GIL and the busy cores show it."""

from collections.abc import Iterable, Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.output.wording import formatting
from bench.output.wording.labels import is_blocking
from bench.schema import Bound, Gil

THREADS = "threading"
TURNS = 1.25  # with fewer cores busy, several computing workers took turns
SLOWDOWN = 1.3  # cores busy / speedup: from here on, the work itself got slower
IDLE = 0.75  # with fewer cores busy, most of the time was spent waiting


def representative(best: CaseSummary, cases: Sequence[CaseSummary]) -> CaseSummary:
    """The best case of a backend; if it has one worker, which says nothing about concurrency, the best with several."""
    several = [case for case in cases if case.speedup is not None and case.workers > 1]
    return best if best.workers > 1 or not several else max(several, key=lambda case: case.speedup_or_zero)


def cause(case: CaseSummary) -> str | None:
    """The likely reason for the speed of a case; None if the figures do not show one."""
    disturbed = " Other programs used much of the CPU in most of these trials." * (2 * case.contaminated > case.trials)
    if case.parallelism is None:
        return "Each item blocks the event loop, so nothing overlaps." if is_blocking(case) else None
    return _explanation(case, busy_words(case.parallelism)) + disturbed


def _explanation(case: CaseSummary, cores: str) -> str:
    if case.workers == 1:
        return f"One worker kept {cores} cores busy."
    busy = f"{case.workers} {_noun(case)} kept {cores} cores busy"
    if is_blocking(case):
        return f"Each item blocks the event loop, so nothing overlaps: {busy}."
    return _computing(case, busy) if case.bound == Bound.CPU else _waiting(case, busy)


def _noun(case: CaseSummary) -> str:
    """What to call the workers."""
    if case.start_method is not None:
        return "processes"
    if case.async_style is not None:
        return "coroutines"
    return "threads" if case.backend == THREADS else "workers"


def _computing(case: CaseSummary, busy: str) -> str:
    assert case.parallelism is not None
    shared = case.parallelism < TURNS
    if case.async_style is not None:
        return f"Coroutines share one thread: {busy}."
    if case.start_method is not None:
        return f"{busy}: each has an interpreter and a GIL of its own{_ceiling(case)}."
    if case.gil == Gil.ON:
        return f"Threads take turns under the GIL: {busy}." if shared else f"{busy}: part of the work releases the GIL."
    if case.gil == Gil.OFF:
        return (
            f"Without the GIL, threads compute in parallel: {busy}{_slowdown(case)}{_ceiling(case)}."
            if not shared
            else f"{busy}, though the GIL is off."
        )
    return f"{busy}."


def _waiting(case: CaseSummary, busy: str) -> str:
    """A speedup above the number of busy cores means that waits overlapped: more items were in flight than computed."""
    assert case.parallelism is not None
    interval = case.speedup.interval if case.speedup else None
    if interval and interval[0] > max(1.0, case.parallelism):
        return f"The waits overlap: {busy}."
    waits = "most of the time was spent waiting" if case.parallelism < IDLE else "much of the time was spent computing"
    if interval is None:
        return f"{busy}: {waits}."
    if interval[0] > 1:
        return f"{busy}: {waits}, but less time than in the baseline."
    return f"{busy}: {waits}, {'and more' if interval[1] < 1 else 'perhaps no less'} time than in the baseline."


def _slowdown(case: CaseSummary) -> str:
    """A remark if the work used more CPU time in parallel than alone: more busy cores than speedup."""
    if not case.speedup or not case.parallelism or case.parallelism < SLOWDOWN * case.speedup.point:
        return ""
    return f", but the same work used {case.parallelism / case.speedup.point:.1f} times the CPU time"


def _ceiling(case: CaseSummary) -> str:
    """The ceiling of the machine, if it was measured."""
    return "" if case.ceiling is None else f"; the machine's ceiling for as many processes is {case.ceiling.point:.2f}x"


BRIEF = 0.01  # starts and stops that take a smaller share of the batch are not mentioned


def baseline_of(cases: Iterable[CaseSummary]) -> CaseSummary | None:
    """The baseline among the cases of a subject, None unless it is ok."""
    return next((case for case in cases if case.is_baseline and case.ok), None)


def cost_words(case: CaseSummary, baseline: CaseSummary | None) -> str:
    """`1.04x the baseline's CPU time and 3.10x its memory (92.0 MB)`; empty if nothing is known."""
    return formatting.listed([*_relative_cost(case, baseline), *_pool(case)])


def busy_words(cores: float) -> str:
    """How many cores were busy: `1.9`, with two decimals if there was less than one."""
    return f"{cores:.1f}" if round(cores, 1) >= 1 else f"{cores:.2f}"


def _relative_cost(case: CaseSummary, baseline: CaseSummary | None) -> Iterator[str]:
    """CPU time and memory relative to the baseline, or absolute if the baseline's are unknown."""
    alone_s, alone_bytes = (baseline.cpu_s, baseline.peak_rss_bytes) if baseline else (None, None)
    whose = "the baseline's"
    if case.cpu_s is not None:
        cpu = formatting.seconds(case.cpu_s)
        yield (
            f"{formatting.times(case.cpu_s / alone_s)} {whose} CPU time ({cpu})" if alone_s else f"{cpu} of CPU time"
        )
        whose = "its" if alone_s else whose
    if case.peak_rss_bytes is not None:
        memory = formatting.size(case.peak_rss_bytes)
        ratio = case.peak_rss_bytes / alone_bytes if alone_bytes else None
        yield f"{memory} of memory" if ratio is None else f"{formatting.times(ratio)} {whose} memory ({memory})"


def _pool(case: CaseSummary) -> Iterator[str]:
    if case.startup_s is None or case.shutdown_s is None or not case.median_s:
        return
    pool_s = case.startup_s + case.shutdown_s
    if pool_s > BRIEF * case.median_s:
        yield f"{formatting.seconds(pool_s)} to start and stop its workers"
