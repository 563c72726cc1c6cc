"""The speedup that this machine gives k independent busy processes: the upper bound of any backend here.

Two cores seldom do twice the work of one: they share caches, power and, on a virtual machine, the host. The processes
run plain Python and are timed from outside.
"""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from selectors import EVENT_READ, DefaultSelector
from statistics import fmean
from time import monotonic, perf_counter_ns

from bench.machine import host
from bench.schema import Bound, Case, Ceiling

SQUARE_ROOTS = 1_000_000  # some 50 ms of plain Python
ALTERNATIONS = 5
BUDGET_S = 0.8  # of one look, after which no further alternation starts
SHARE = 0.05  # of a run's time that all looks may take
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


MeasureCeiling = Callable[[Case, int, int, float], Ceiling]


class CannotTime(Exception):
    """Busy processes cannot be timed, for the reason in the message."""


def measure_ceiling(case: Case, count: int, round_number: int, budget_s: float = BUDGET_S) -> Ceiling:
    """Measure the ceiling of a worker count in a case's interpreter; if it cannot be timed, it has a reason instead.

    After `budget_s` seconds, no further alternation starts; one is always made.
    """
    try:
        if count > MAX_PROCESSES:
            raise CannotTime(f"more than {MAX_PROCESSES} busy processes are not started")
        with busy_processes(case.executable, count, SQUARE_ROOTS) as processes:
            alone_s, together_s = _alternate(processes, budget_s)
    except CannotTime as error:
        return Ceiling(round_number, count, None, None, python=case.python, reason=str(error))
    return Ceiling(round_number, count, fmean(alone_s), fmean(together_s), len(together_s), python=case.python)


def _alternate(processes: Sequence[BusyProcess], budget_s: float) -> tuple[list[float], list[float]]:
    """Times of one process alone and of all together, in alternation: cores change their speed within seconds.

    A different process runs alone each time, since each core has a speed of its own.
    """
    began = monotonic()
    alone_s = [time_together(processes[:1])]
    together_s: list[float] = []
    while not together_s or (len(together_s) < ALTERNATIONS and monotonic() - began < budget_s):
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


class CeilingMeter:
    """Looks at the ceilings during a run, each time at the worker counts that were looked at least often.

    All looks together take at most a twentieth of the run's time; the first one is made in any case. More processes
    than cores give no higher ceiling than one per core, so there are no looks at larger counts.
    """

    def __init__(
        self,
        measure: MeasureCeiling = measure_ceiling,
        clock: Callable[[], float] = monotonic,
        cores: int | None = None,
    ) -> None:
        self._measure = measure
        self._clock = clock
        self._cores = cores or host.usable_cores()
        self._looks: Counter[int] = Counter()
        self._spent_s = 0.0
        self._longest_s = 0.0

    def look(self, cases: Sequence[Case], round_number: int, run_s: float) -> list[Ceiling]:
        """The ceilings that there is time for, `run_s` seconds after the start of the run."""
        ceilings = []
        for count in sorted(counts_in_play(cases, self._cores), key=self._looks.__getitem__):
            left_s = SHARE * run_s - self._spent_s
            if self._looks and left_s < self._longest_s:
                break
            began = self._clock()
            ceilings.append(self._measure(cases[0], count, round_number, min(left_s, BUDGET_S)))
            took_s = self._clock() - began
            self._spent_s, self._longest_s = self._spent_s + took_s, max(self._longest_s, took_s)
            self._looks[count] += 1
        return ceilings


def counts_in_play(cases: Iterable[Case], cores: int) -> list[int]:
    """The worker counts above 1 of the cases that compute; one per core stands for all larger ones."""
    counts = {case.workers for case in cases if case.bound is Bound.CPU}
    return sorted({min(count, cores) for count in counts} - {1})
