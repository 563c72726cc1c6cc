"""The comparison that claims about computing share, and how a speedup on more cores than there are is judged."""

from bench.analysis.evidence import Figure
from bench.claims._comparison import SEQUENTIAL, Way, WaysCompared

CLAIMED_CORES = 4
TOLERANCE = 0.8  # of the efficiency claimed


def threads(workers: int) -> Way:
    """So many threads."""
    return Way("threading", workers)


def processes(workers: int) -> Way:
    """So many processes, started by the interpreter's default method."""
    return Way("multiprocessing", workers)


def used_cores(cores: int) -> int:
    """The number of cores that can be tried of those claimed."""
    return min(cores, CLAIMED_CORES)


def square_roots(cores: int) -> WaysCompared:
    """Square roots in plain Python by threads and processes: by as many as are claimed, one and two per core."""
    counts = sorted({2, used_cores(cores), cores, 2 * cores} - {1})
    ways = (SEQUENTIAL, *(way(count) for count in counts for way in (threads, processes)))
    return WaysCompared("sqrt-sum", ("tasks=16",), ways, seconds=50, cycles=4)


def as_efficient_as(figure: Figure, claimed_speedup: float, cores: int) -> bool | None:
    """Whether a speedup on `cores` cores is in line with the one claimed for four.

    With fewer cores than that, it can only show that the claim does not hold: if even these are not used well enough.
    """
    enough = figure.at_least(TOLERANCE * claimed_speedup / CLAIMED_CORES * cores)
    return None if enough and cores < CLAIMED_CORES else enough


def too_few_cores(cores: int) -> str:
    """What to add to a judgement if there are fewer cores than are claimed."""
    return "" if cores >= CLAIMED_CORES else f", on {cores} of the {CLAIMED_CORES} cores that it is about"
