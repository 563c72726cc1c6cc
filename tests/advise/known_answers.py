"""Functions whose right answer is known beforehand, as data: see functions/."""

from dataclasses import dataclass

from bench.analysis.advice.advice import AdviceKind
from tests.support.paths import TESTS

FUNCTIONS = TESTS / "advise/functions"


@dataclass(frozen=True)
class KnownAnswer:
    """A target in functions/, its items, and what is right: the kind, one of these backends, these worker counts.

    `why` says so in words. What needs several cores is right only with `cores`.
    """

    target: str
    items: str | None
    kind: AdviceKind
    why: str
    backends: tuple[str, ...] = ()
    workers: tuple[int, ...] = ()
    cores: int = 1

    @property
    def arguments(self) -> list[str]:
        """The arguments of `bench advise`, in the folder of the functions."""
        return [self.target, *(["--items", self.items] if self.items else [])]

    def is_right(self, kind: str, backend: str | None, workers: int | None) -> bool:
        """Whether an answer is this one."""
        if kind != self.kind or self.kind is not AdviceKind.RUN:
            return kind == self.kind
        return backend in self.backends and (not self.workers or workers in self.workers)


THREADS, PROCESSES, COROUTINES = "threading", "multiprocessing", "asyncio"

KNOWN_ANSWERS = (
    KnownAnswer("computing:add_squares", "[40_000] * 100", AdviceKind.RUN, "the GIL", (PROCESSES,), cores=2),
    KnownAnswer("waiting.py::fetch", "range(200)", AdviceKind.RUN, "waits overlap in threads", (THREADS,)),
    KnownAnswer("awaiting:fetch", "range(200)", AdviceKind.RUN, "an event loop runs it", (COROUTINES,)),
    KnownAnswer("hashing:digest", "BUFFERS", AdviceKind.RUN, "hashlib releases the GIL", (THREADS,), cores=2),
    KnownAnswer("tiny.py::increment", "range(1000)", AdviceKind.LEAVE, "passing it on costs more"),
    KnownAnswer("large_arguments:last_letter", "TEXTS", AdviceKind.LEAVE, "sending costs more, and the GIL"),
    KnownAnswer("locked:update", "range(100)", AdviceKind.LEAVE, "one holds the lock at a time"),
    KnownAnswer("unpicklable:hold", "LOCKS", AdviceKind.RUN, "locks cannot be sent", (THREADS,)),
    KnownAnswer("failing:divide", "range(10)", AdviceKind.FAILS, "divides by zero"),
    KnownAnswer(
        "four_slots.py::four-slots", None, AdviceKind.RUN, "four slots, kept busy by 4 to 8", (THREADS,), workers=(4, 8)
    ),
)
