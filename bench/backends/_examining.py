"""A first look at a workload, for `bench advise`: what its items cost, and what may keep them from running at once.

It is requested like a backend, but makes no passes: it looks while its pool starts, and writes what it finds to a file.
"""

import json
import pickle
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool
from bench.backends.sequential import SequentialPool
from bench.collect.workload import overrides
from bench.errors import TrialFailed
from bench.process.failure_reason import one_line, short_repr
from bench.schema import Status

MOST_ITEMS = 200  # that are pickled
SWITCH_S = 1.0


class Examining(Backend):
    """Look at a workload for so many seconds per step, and write a JSON object to the file `report`."""

    name = "examining"
    report: str
    seconds: float = 1.0

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        _worker.prepare(lambda: job.workload, _worker.Alone(), job.source.path)
        gil = _worker.open_client(job.env).gil
        items = self._items(job)
        facts = _one_after_the_other(items, self.seconds)
        facts |= {"native": overrides(type(job.workload), "work_async")}
        facts |= _by_threads(job, items, self.seconds)
        Path(self.report).write_text(json.dumps(facts), encoding="utf-8")
        yield SequentialPool(job, _worker.client(), gil)
        _worker.close_client()

    def _items(self, job: Job) -> list[Any]:
        try:
            items = list(job.workload.items())
        except BaseException as error:
            raise _worker.stage_failed("items", error, job.source.path) from error
        if not items:
            raise TrialFailed(Status.ERROR, "items: the batch is empty, so there is nothing to measure")
        return items


def _one_after_the_other(items: list[Any], seconds: float) -> dict[str, Any]:
    """Work on each item in turn, at least on one, as long as there is time; the first of several does not count."""
    took_s: list[float] = []
    pairs: list[tuple[Any, Any]] = []
    demand, began = _Demand(), perf_counter()
    with demand.counted():
        for item in items:
            started = perf_counter()
            result = _worker.call(item)
            took_s.append(perf_counter() - started)
            if len(pairs) < MOST_ITEMS:
                pairs.append((item, result))
            if perf_counter() - began > seconds:
                break
    wanted_s, elapsed_s = demand.total_s(), perf_counter() - began
    return {
        "items": len(items),
        "seen": len(took_s),
        "item_s": median(took_s[1:] or took_s),
        "cpu_share": min(wanted_s / elapsed_s, 1.0),
        **_sent(pairs),
    }


def _sent(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    """Sizes in bytes and seconds of sending an item and its result to another process; what cannot be sent, and why."""
    sizes: dict[str, list[int]] = {"item": [], "result": []}
    took_s: list[float] = []
    for item, result in pairs:
        began = perf_counter()
        for what, value in (("item", item), ("result", result)):
            try:
                pickled = bytes(ForkingPickler.dumps(value))
                pickle.loads(pickled)
            except BaseException as error:
                whose = f"{what} {short_repr(value)}"
                return {"unsendable": f"{whose}: {one_line(f'{type(error).__name__}: {error}', 200)}"}
            sizes[what].append(len(pickled))
        took_s.append(perf_counter() - began)
    return {
        "item_bytes": round(median(sizes["item"])),
        "result_bytes": round(median(sizes["result"])),
        "sending_s": median(took_s),
    }


def _by_threads(job: Job, items: list[Any], seconds: float) -> dict[str, Any]:
    """How many cores two threads want at once, with the work, and with pure Python, which the GIL keeps at one."""
    try:
        busy = _TwoThreads(items, lambda: _opened(job), _worker.call).cores(seconds)
    except TrialFailed as failure:
        return {"threads_failed": failure.reason}
    return {"threads_busy": busy, "python_busy": _TwoThreads([20_000], nullcontext, _add_up).cores(seconds / 2)}


def _add_up(count: int) -> int:
    return sum(range(count))


@contextmanager
def _opened(job: Job) -> Iterator[None]:
    """A thread that is ready to work, with a client of its own."""
    _worker.prepare(lambda: job.workload, _worker.Alone(), job.source.path)
    _worker.open_client(job.env)
    yield
    _worker.close_client()


class _TwoThreads:
    """Two threads that share items, again and again as long as there is time; each works on at least one."""

    def __init__(
        self, items: list[Any], ready: Callable[[], AbstractContextManager[None]], call: Callable[[Any], Any]
    ) -> None:
        self._items, self._ready, self._call = items, ready, call
        self._lock = threading.Lock()
        self._next = 0
        self._demand = _Demand()
        self._failures: list[TrialFailed] = []

    def cores(self, seconds: float) -> float:
        """The cores that they want on average. Raises TrialFailed if an item fails."""
        threads = [threading.Thread(target=self._work, args=(perf_counter() + seconds,)) for _ in range(2)]
        began = perf_counter()
        with _without_switching():
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self._failures:
            raise self._failures[0]
        return self._demand.total_s() / (perf_counter() - began)

    def _work(self, until: float) -> None:
        try:
            with self._ready(), self._demand.counted():
                self._call(self._take())
                while perf_counter() < until:
                    self._call(self._take())
        except TrialFailed as failure:
            self._failures.append(failure)

    def _take(self) -> Any:
        with self._lock:
            self._next += 1
            return self._items[(self._next - 1) % len(self._items)]


class _Demand:
    """How much CPU time is wanted: used by this process, or waited for by the threads that are counted.

    The time in the kernel's queue for a core tells work that computes on a busy machine from work that waits for
    something else, such as the GIL.
    """

    def __init__(self) -> None:
        self._cpu_s = _cpu_s()
        self._queued_s: list[float] = []

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the time in the queue of the calling thread."""
        before_s = _queued_s()
        yield
        self._queued_s.append(_queued_s() - before_s)

    def total_s(self) -> float:
        """What has been wanted since this was made."""
        return _cpu_s() - self._cpu_s + sum(self._queued_s)


@contextmanager
def _without_switching() -> Iterator[None]:
    """Let a thread keep the GIL until it releases it: those that wait would wake up and queue again and again."""
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before_s)


def _queued_s() -> float:
    """How long the calling thread has waited in the queue for a core; 0 where that is not known."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return 0.0


def _cpu_s() -> float:
    """The CPU time of this process and of those that it has waited for, in seconds."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
