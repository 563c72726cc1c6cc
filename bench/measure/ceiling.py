"""The speedup that this machine really gives k independent busy processes: the limit of any backend here.

Two cores seldom do twice the work of one: they share caches, power and, on a virtual machine, the host.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from selectors import EVENT_READ, DefaultSelector
from statistics import fmean
from time import monotonic, perf_counter_ns

from bench.schema import Ceiling

PATIENCE_S, PATIENCE_EACH_S = 10.0, 1.0  # for one answer, of work that takes some 50 ms where nothing is wrong

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
Process = subprocess.Popen[bytes]


class NoAnswer(Exception):
    """Busy processes cannot be timed, for the reason that the message gives."""


@contextmanager
def busy_processes(executable: str, count: int, square_roots: int) -> Iterator[list[Process]]:
    """So many processes, each warm and waiting to be told; they are ended and reaped whatever happens.

    In sessions of their own, they hear nothing of Ctrl-C; were this process killed, they would end at their next wait.
    Raises NoAnswer.
    """
    with ExitStack() as stack:
        try:
            processes = [stack.enter_context(_busy(executable, square_roots)) for _ in range(count)]
        except OSError as error:
            raise NoAnswer(f"busy processes cannot be started: {error.strerror or error}") from error
        _hear(processes)
        yield processes


def time_together(processes: Sequence[Process]) -> float:
    """Seconds from the moment that all are told to work to the moment that the last is done. Raises NoAnswer."""
    began = perf_counter_ns()
    for process in processes:
        assert process.stdin is not None
        try:
            process.stdin.write(b"\n")
        except BrokenPipeError as error:
            raise NoAnswer("a busy process ended before it was told to work") from error
    _hear(processes)
    return (perf_counter_ns() - began) * 1e-9


@contextmanager
def _busy(executable: str, square_roots: int) -> Iterator[Process]:
    command = [executable, "-I", "-S", "-c", _BUSY, str(square_roots)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _hear(processes: Sequence[Process]) -> None:
    """Wait until each has answered."""
    patience_s = PATIENCE_S + PATIENCE_EACH_S * len(processes)
    deadline = monotonic() + patience_s
    with DefaultSelector() as silent:
        for process in processes:
            assert process.stdout is not None
            silent.register(process.stdout, EVENT_READ, process.stdout)
        while silent.get_map():
            answers = silent.select(max(0.0, deadline - monotonic()))
            if not answers:
                raise NoAnswer(f"busy processes gave no answer within {patience_s:g} s")
            for key, _ in answers:
                if not key.data.read(1):
                    raise NoAnswer("a busy process ended before it was done")
                silent.unregister(key.fileobj)


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
