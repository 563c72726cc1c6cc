"""Processes that compute when told, and how long some of them at once take: plain Python, timed from outside."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from selectors import EVENT_READ, DefaultSelector
from time import monotonic, perf_counter_ns

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
