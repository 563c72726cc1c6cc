"""The speedup that this machine gives k independent busy processes: the upper bound of any backend here.

Two cores seldom do twice the work of one: they share caches, power and, on a virtual machine, the host. The processes
run plain Python and are timed from outside.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from selectors import EVENT_READ, DefaultSelector
from statistics import fmean
from time import monotonic, perf_counter_ns

from bench.schema import Ceiling

SQUARE_ROOTS = 1_000_000  # some 50 ms of plain Python
ALTERNATIONS = 5
BUDGET_S = 0.8  # after which no further alternation starts
MAX_PROCESSES = 64  # each takes some 6 MB, and time to start
TIMEOUT_S, TIMEOUT_PER_PROCESS_S = 10.0, 1.0  # for one answer, to work that takes some 50 ms

_BUSY = """
import math, sys
def work(count):
    sqrt, total = math.sqrt, 0.0
    for i in range(count):
        total += sqrt(i)
count = int(sys.argv[1])
work(max(1, count // 10))
print(flush=True)
for _ in sys.stdin:
    work(count)
    print(flush=True)
"""

BusyProcess = subprocess.Popen[bytes]


class CannotTime(Exception):
    """Busy processes cannot be timed, for the reason in the message."""


def measure_ceilings(
    executable: str, python: str, counts: Iterable[int], round_number: int, square_roots: int = SQUARE_ROOTS
) -> list[Ceiling]:
    """Measure the ceiling of each worker count; if its processes cannot be timed, it has a reason instead of times.

    One interpreter measures for all: the ceiling is the machine's, and interpreters hardly differ in it.
    """
    ceilings = []
    for count in counts:
        try:
            alone_s, together_s = _measure(executable, count, square_roots)
            ceilings.append(
                Ceiling(round_number, count, fmean(alone_s), fmean(together_s), len(together_s), python=python)
            )
        except CannotTime as error:
            ceilings.append(Ceiling(round_number, count, None, None, python=python, reason=str(error)))
    return ceilings


def _measure(executable: str, count: int, square_roots: int) -> tuple[list[float], list[float]]:
    if count > MAX_PROCESSES:
        raise CannotTime(f"more than {MAX_PROCESSES} busy processes are not started")
    with busy_processes(executable, count, square_roots) as processes:
        return _alternate(processes)


def _alternate(processes: Sequence[BusyProcess]) -> tuple[list[float], list[float]]:
    """Times of one process alone and of all together, in alternation: cores change their speed within seconds.

    A different process runs alone each time, since each core has a speed of its own. If many processes take long,
    there are fewer alternations, but at least one.
    """
    began = monotonic()
    alone_s = [time_together(processes[:1])]
    together_s: list[float] = []
    while not together_s or (len(together_s) < ALTERNATIONS and monotonic() - began < BUDGET_S):
        together_s.append(time_together(processes))
        place = len(together_s) % len(processes)
        alone_s.append(time_together(processes[place : place + 1]))
    return alone_s, together_s


@contextmanager
def busy_processes(executable: str, count: int, square_roots: int) -> Iterator[list[BusyProcess]]:
    """Processes that are warm and wait to be told to work; they are killed and reaped at the end.

    They are in sessions of their own, so Ctrl-C does not reach them; if this process is killed, they end at their next
    read. Raises CannotTime.
    """
    with ExitStack() as stack:
        try:
            processes = [stack.enter_context(_busy(executable, square_roots)) for _ in range(count)]
        except OSError as error:
            raise CannotTime(f"busy processes cannot be started: {error.strerror or error}") from error
        _await_answers(processes)
        yield processes


def time_together(processes: Sequence[BusyProcess]) -> float:
    """Seconds from when all processes are told to work until the last one is done. Raises CannotTime."""
    began = perf_counter_ns()
    for process in processes:
        assert process.stdin is not None
        try:
            process.stdin.write(b"\n")
        except BrokenPipeError as error:
            raise CannotTime("a busy process ended before it was told to work") from error
    _await_answers(processes)
    return (perf_counter_ns() - began) * 1e-9


@contextmanager
def _busy(executable: str, square_roots: int) -> Iterator[BusyProcess]:
    command = [executable, "-I", "-S", "-c", _BUSY, str(square_roots)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _await_answers(processes: Sequence[BusyProcess]) -> None:
    timeout_s = TIMEOUT_S + TIMEOUT_PER_PROCESS_S * len(processes)
    deadline = monotonic() + timeout_s
    with DefaultSelector() as pending:
        for process in processes:
            assert process.stdout is not None
            pending.register(process.stdout, EVENT_READ, process.stdout)
        while pending.get_map():
            answers = pending.select(max(0.0, deadline - monotonic()))
            if not answers:
                raise CannotTime(f"busy processes did not answer within {timeout_s:g} s")
            for key, _ in answers:
                if not key.data.read(1):
                    raise CannotTime("a busy process ended before it was done")
                pending.unregister(key.fileobj)
