"""Why a way of running the work did or did not help, as far as the GIL and the cores busy show it, and no further."""

from collections.abc import Iterable, Iterator, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.output.wording import formatting
from bench.output.wording.labels import is_blocking
from bench.schema import Bound, Gil

THREADS = "threading"
TURNS = 1.25  # with fewer cores busy than this, several workers that compute took turns
DEARER = 1.3  # times the cores busy over the speedup: the work itself got slower
IDLE = 0.75  # with fewer, most of the time went in waiting


def telling(best: CaseSummary, alike: Sequence[CaseSummary]) -> CaseSummary:
    """The best case of a way; where that has one worker, which shows nothing of concurrency, the best with several."""
    several = [case for case in alike if case.speedup is not None and case.workers > 1]
    return best if best.workers > 1 or not several else max(several, key=lambda case: case.speedup_or_zero)


def cause(case: CaseSummary) -> str | None:
    """What is seen of why a case was no faster, or no slower; None where nothing is seen."""
    disturbed = " Others took much of the cores in most of these trials." * (2 * case.contaminated > case.trials)
    if case.parallelism is None:
        return "Each item stops the event loop, so nothing overlaps." if is_blocking(case) else None
    return _seen(case, busy_words(case.parallelism)) + disturbed


def _seen(case: CaseSummary, cores: str) -> str:
    if case.workers == 1:
        return f"One worker kept {cores} cores busy."
    busy = f"{case.workers} {_noun(case)} kept {cores} cores busy"
    if is_blocking(case):
        return f"Each item stops the event loop, so nothing overlaps: {busy}."
    return _computing(case, busy) if case.bound == Bound.CPU else _waiting(case, busy)


def _noun(case: CaseSummary) -> str:
    """What the workers are."""
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
        return (
            f"Threads take turns under the GIL: {busy}." if shared else f"{busy}: part of the work lets go of the GIL."
        )
    if case.gil == Gil.OFF:
        return (
            f"Without the GIL threads compute at once: {busy}{_dearer(case)}{_ceiling(case)}."
            if not shared
            else f"{busy}, though the GIL is off."
        )
    return f"{busy}."


def _waiting(case: CaseSummary, busy: str) -> str:
    """More speedup than cores busy means that waits overlapped: so many items were under way, and did not compute."""
    assert case.parallelism is not None
    interval = case.speedup.interval if case.speedup else None
    if interval and interval[0] > max(1.0, case.parallelism):
        return f"The waits overlap: {busy}."
    waits = "the time went in waiting" if case.parallelism < IDLE else "much of the time went in computing"
    if interval is None:
        return f"{busy}: {waits}."
    if interval[0] > 1:
        return f"{busy}: {waits}, and there was less of it."
    return f"{busy}: {waits}, and there was {'more of it' if interval[1] < 1 else 'perhaps no less of it'}."


def _dearer(case: CaseSummary) -> str:
    """That the same work took more CPU time at once than alone: cores busy without as much speedup."""
    if not case.speedup or not case.parallelism or case.parallelism < DEARER * case.speedup.point:
        return ""
    return f", but the same work took {case.parallelism / case.speedup.point:.1f} times the CPU time that way"


def _ceiling(case: CaseSummary) -> str:
    """What the machine itself gave, where it was measured."""
    return "" if case.ceiling is None else f"; as many busy processes got {case.ceiling.point:.2f}x from this machine"


BRIEF = 0.01  # a pool whose start and stop take less than this share of the batch is not worth a word


def loop_of(cases: Iterable[CaseSummary]) -> CaseSummary | None:
    """The baseline of a subject's cases, where it is ok."""
    return next((case for case in cases if case.is_baseline and case.ok), None)


def cost_words(case: CaseSummary, loop: CaseSummary | None) -> str:
    """`1.04x the baseline's CPU time and 3.10x its memory (92.0 MB)`; empty where nothing is known."""
    return formatting.listed([*_beside_loop(case, loop), *_pool(case)])


def busy_words(cores: float) -> str:
    """How many cores were busy: `1.9`, with two decimals where there was less than one."""
    return f"{cores:.1f}" if round(cores, 1) >= 1 else f"{cores:.2f}"


def _beside_loop(case: CaseSummary, loop: CaseSummary | None) -> Iterator[str]:
    """CPU time and memory over the baseline's, or as they are where that is not known."""
    alone_s, alone_bytes = (loop.cpu_s, loop.peak_rss_bytes) if loop else (None, None)
    whose = "the baseline's"
    if case.cpu_s is not None:
        told = formatting.seconds(case.cpu_s)
        yield (
            f"{formatting.times(case.cpu_s / alone_s)} {whose} CPU time ({told})" if alone_s else f"{told} of CPU time"
        )
        whose = "its" if alone_s else whose
    if case.peak_rss_bytes is not None:
        told = formatting.size(case.peak_rss_bytes)
        ratio = case.peak_rss_bytes / alone_bytes if alone_bytes else None
        yield f"{told} of memory" if ratio is None else f"{formatting.times(ratio)} {whose} memory ({told})"


def _pool(case: CaseSummary) -> Iterator[str]:
    if case.startup_s is None or case.shutdown_s is None or not case.median_s:
        return
    pool_s = case.startup_s + case.shutdown_s
    if pool_s > BRIEF * case.median_s:
        yield f"{formatting.seconds(pool_s)} to start and stop its workers"
