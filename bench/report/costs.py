"""What a case costs beside the plain loop: CPU time, memory, and its pool."""

from collections.abc import Iterable, Iterator

from bench.analysis.case_summary import CaseSummary
from bench.present import words

BRIEF = 0.01  # a pool whose start and stop take less than this share of the batch is not worth a word


def loop_of(cases: Iterable[CaseSummary]) -> CaseSummary | None:
    """The plain loop of a subject's cases, where it is ok."""
    return next((case for case in cases if case.is_baseline and case.ok), None)


def cost_words(case: CaseSummary, loop: CaseSummary | None) -> str:
    """`1.04x the plain loop's CPU time and 3.10x its memory (92.0 MB)`; empty where nothing is known."""
    return words.listed([*_beside_loop(case, loop), *_pool(case)])


def busy_words(cores: float) -> str:
    """How many cores were busy: `1.9`, with two decimals where there was less than one."""
    return f"{cores:.1f}" if round(cores, 1) >= 1 else f"{cores:.2f}"


def _beside_loop(case: CaseSummary, loop: CaseSummary | None) -> Iterator[str]:
    """CPU time and memory over the plain loop's, or as they are where that is not known."""
    alone_s, alone_bytes = (loop.cpu_s, loop.peak_rss_bytes) if loop else (None, None)
    whose = "the plain loop's"
    if case.cpu_s is not None:
        told = words.seconds(case.cpu_s)
        yield f"{words.times(case.cpu_s / alone_s)} {whose} CPU time ({told})" if alone_s else f"{told} of CPU time"
        whose = "its" if alone_s else whose
    if case.peak_rss_bytes is not None:
        told = words.size(case.peak_rss_bytes)
        ratio = case.peak_rss_bytes / alone_bytes if alone_bytes else None
        yield f"{told} of memory" if ratio is None else f"{words.times(ratio)} {whose} memory ({told})"


def _pool(case: CaseSummary) -> Iterator[str]:
    if case.startup_s is None or case.shutdown_s is None or not case.median_s:
        return
    pool_s = case.startup_s + case.shutdown_s
    if pool_s > BRIEF * case.median_s:
        yield f"{words.seconds(pool_s)} to start and stop its workers"
