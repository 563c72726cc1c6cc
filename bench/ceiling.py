"""The speedup that this machine really gives k independent busy processes: the limit of any backend here.

Two cores seldom do twice the work of one: they share caches, power and, on a virtual machine, the host.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean
from time import monotonic

from bench.busy import NoAnswer, Process, busy_processes, time_together
from bench.samples import Ceiling

SQUARE_ROOTS = 1_000_000  # some 50 ms of plain Python
ALTERNATIONS = 5
BUDGET_S = 0.8  # after which no further alternation begins
MOST_PROCESSES = 64  # each takes some 6 MB, and time to start


def measure_ceilings(
    executable: str, python: str, counts: Iterable[int], round_number: int, square_roots: int = SQUARE_ROOTS
) -> list[Ceiling]:
    """A look at each count; one whose processes cannot be timed has no times, and says why.

    One interpreter measures for all: the ceiling is the machine's, and interpreters hardly differ in it.
    """
    return [_look(executable, python, count, round_number, square_roots) for count in counts]


def _look(executable: str, python: str, count: int, round_number: int, square_roots: int) -> Ceiling:
    try:
        if count > MOST_PROCESSES:
            raise NoAnswer(f"more than {MOST_PROCESSES} busy processes are not started")
        with busy_processes(executable, count, square_roots) as processes:
            alone_s, together_s = _alternated(processes)
    except NoAnswer as error:
        return Ceiling(round_number, count, None, None, python=python, reason=str(error))
    return Ceiling(round_number, count, fmean(alone_s), fmean(together_s), len(together_s), python)


def _alternated(processes: Sequence[Process]) -> tuple[list[float], list[float]]:
    """The times of one process alone, and of all together in between: cores change their speed within seconds.

    Another process each time is the one alone, since each core has a speed of its own. Where many processes take long,
    the alternations are fewer, but there is one.
    """
    began = monotonic()
    alone_s = [time_together(processes[:1])]
    together_s: list[float] = []
    while not together_s or (len(together_s) < ALTERNATIONS and monotonic() - began < BUDGET_S):
        together_s.append(time_together(processes))
        place = len(together_s) % len(processes)
        alone_s.append(time_together(processes[place : place + 1]))
    return alone_s, together_s
