"""The reference pass: a fixed amount of plain Python in a process of its own, which tells how fast the machine is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bench.measure.ceiling import CannotTime, busy_processes, time_together

SQUARE_ROOTS = 400_000  # some 20 ms

TimeReference = Callable[[], float | None]


@contextmanager
def reference_process(executable: str) -> Iterator[TimeReference]:
    """A process that makes a reference pass when called: its seconds, or None once it cannot be timed."""
    with ExitStack() as stack:
        try:
            processes = stack.enter_context(busy_processes(executable, 1, SQUARE_ROOTS))
        except CannotTime:
            processes = []

        def time_reference() -> float | None:
            try:
                return time_together(processes) if processes else None
            except CannotTime:
                processes.clear()
                return None

        yield time_reference
