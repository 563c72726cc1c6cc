"""What a case costs beside the plain loop: the cores it keeps busy, its memory, its pool."""

from collections.abc import Iterable, Iterator

from bench.analysis.case_summary import CaseSummary
from bench.present import words

BRIEF = 0.01  # a pool whose start and stop take less than this share of the batch is not worth a word


def loop_of(cases: Iterable[CaseSummary]) -> CaseSummary | None:
    """The plain loop of a subject's cases, where it is ok."""
    return next((case for case in cases if case.is_baseline and case.ok), None)


def cost_words(case: CaseSummary, loop: CaseSummary | None) -> str:
    """`1.9 busy cores instead of 1.0 and 3.1x the memory (92 MB)`; empty where nothing is known."""
    return words.listed([*_cores(case, loop), *_memory(case, loop), *_pool(case)])


def cost_beside_cores(case: CaseSummary, loop: CaseSummary | None) -> str:
    """The same without the cores, for where they are spoken of already."""
    return words.listed([*_memory(case, loop), *_pool(case)])


def busy_words(cores: float) -> str:
    """How many cores were busy: `1.9`, with two decimals where there was less than one."""
    return f"{cores:.1f}" if round(cores, 1) >= 1 else f"{cores:.2f}"


def memory_ratio(case: CaseSummary, loop: CaseSummary | None) -> float | None:
    """The case's memory over the plain loop's; None where either is not known."""
    if loop is None or not loop.peak_rss_bytes or case.peak_rss_bytes is None:
        return None
    return case.peak_rss_bytes / loop.peak_rss_bytes


def _cores(case: CaseSummary, loop: CaseSummary | None) -> Iterator[str]:
    if case.parallelism is None:
        return
    alone = loop.parallelism if loop else None
    instead = f" instead of {busy_words(alone)}" if alone is not None else ""
    yield f"{busy_words(case.parallelism)} busy cores{instead}"


def _memory(case: CaseSummary, loop: CaseSummary | None) -> Iterator[str]:
    if case.peak_rss_bytes is None:
        return
    ratio = memory_ratio(case, loop)
    size = words.size(case.peak_rss_bytes)
    yield f"{size} of memory" if ratio is None else f"{words.times(ratio)} the memory ({size})"


def _pool(case: CaseSummary) -> Iterator[str]:
    if case.startup_s is None or case.shutdown_s is None or not case.median_s:
        return
    pool_s = case.startup_s + case.shutdown_s
    if pool_s > BRIEF * case.median_s:
        yield f"{words.seconds(pool_s)} to start and stop its workers"
