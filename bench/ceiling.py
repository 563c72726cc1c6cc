"""The speedup that this machine really gives k independent busy processes: the limit of any backend here.

Two cores seldom do twice the work of one: they share caches, power and, on a virtual machine, the host.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from time import perf_counter_ns

from bench.samples import Bound, Case, Ceiling

SQUARE_ROOTS = 1_000_000  # some 50 ms of plain Python

_BUSY = """
import math, sys
sqrt, count = math.sqrt, int(sys.argv[1])
for _ in range(2):
    print(flush=True)
    sys.stdin.readline()
    total = 0.0
    for i in range(count):
        total += sqrt(i)
print(flush=True)
"""


def counts_in_play(cases: Iterable[Case]) -> list[int]:
    """The numbers of workers, above 1, of the cases that compute."""
    return sorted({case.workers for case in cases if case.bound is Bound.CPU and case.workers > 1})


def measure_ceilings(
    executable: str, counts: Iterable[int], round_number: int, square_roots: int = SQUARE_ROOTS
) -> list[Ceiling]:
    """For each count, the time of so many busy processes at once, and the mean of one's right before and after it.

    A count whose processes do not come through has no ceiling: the rows of the trials tell what is wrong there.
    """
    found = []
    for count in counts:
        with suppress(BrokenPipeError, EOFError):
            before_s = _together_s(executable, 1, square_roots)
            together_s = _together_s(executable, count, square_roots)
            after_s = _together_s(executable, 1, square_roots)
            found.append(Ceiling(round_number, count, (before_s + after_s) / 2, together_s))
    return found


def _together_s(executable: str, count: int, square_roots: int) -> float:
    """From the moment that all are told to start, each of them warm, to the moment that the last is done."""
    with ExitStack() as stack:
        processes = [stack.enter_context(_busy(executable, square_roots)) for _ in range(count)]
        _hear(processes)
        _tell(processes)
        _hear(processes)
        began = perf_counter_ns()
        _tell(processes)
        _hear(processes)
        return (perf_counter_ns() - began) * 1e-9


@contextmanager
def _busy(executable: str, square_roots: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [executable, "-I", "-S", "-c", _BUSY, str(square_roots)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


def _hear(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise EOFError("a busy process ended before it was done")


def _tell(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
