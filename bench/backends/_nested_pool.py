"""Processes each of which has a pool of its own: the hybrids of processes with threads or coroutines."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import BrokenBarrierError
from typing import Any, ClassVar

from bench.backends import _worker
from bench.backends._base import Backend, Job, Lane, Pool, closing
from bench.backends._executor import Explain
from bench.backends._process_executor import process_executor
from bench.backends._registry import backend_in
from bench.backends.processes import StartMethod, start_method
from bench.errors import ParameterError, TrialFailed
from bench.schema import Gil, Interpreter, Value

_exits = ExitStack()
_inner: list[Pool] = []


class Hybrid(Backend):
    """Processes with several workers in each; `workers` is the number of all of them."""

    inner: ClassVar[str]
    optional: ClassVar[bool] = True
    start_method: StartMethod | None = None
    each: int = 2

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        each = options["each"]
        if not isinstance(each, int) or each < 1:
            raise ParameterError(f"each={each}: must be a positive integer")
        return {**options, "start_method": start_method(options, interpreter)}

    @classmethod
    def fits(cls, workers: int, options: Mapping[str, Value]) -> bool:
        return workers % int(str(options["each"])) == 0

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        executor, explain = process_executor(job, job.workers // self.each, self.start_method)
        try:
            pool = NestedPool(executor, job, self.each, explain)
            pool.open(self.inner)
            with closing(pool.close):
                yield pool
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


class NestedPool(Pool):
    """Each process gets an equal share of a batch: every so many items, beginning with its own number."""

    def __init__(self, executor: Executor, job: Job, each: int, explain: Explain) -> None:
        self._executor = executor
        self._job = replace(job, workers=each)
        self._processes = job.workers // each
        self._explain = explain

    def open(self, inner: str) -> None:
        """Start the pool of each process."""
        job = self._job
        arguments = (inner, job.source, job.env, job.workers)
        gils = self._each_process(_open, [arguments] * self._processes)
        self.gil = Gil.ON if Gil.ON in gils else Gil.OFF

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        shares = [items[number :: self._processes] for number in range(self._processes)]
        results: list[Any] = [None] * len(items)
        busy = [(share, record_latency) for share in shares if share]
        for number, found in enumerate(self._called(_run, busy, items)):
            results[number :: self._processes] = found
        return results

    def take_lanes(self) -> list[Lane]:
        return [lane for lanes in self._each_process(_lanes) for lane in lanes]

    def take_unfinished(self) -> list[str]:
        return [line for lines in [super().take_unfinished(), *self._each_process(_unfinished)] for line in lines]

    def close(self) -> None:
        """Stop the pool of each process."""
        self._each_process(_close)

    def _each_process(self, function: Callable[..., Any], arguments: list[tuple[Any, ...]] | None = None) -> list[Any]:
        """Call a function once in every process, all at the same time."""
        calls = [(function, *one) for one in arguments or [()] * self._processes]
        return self._called(_worker.meet, calls, None)

    def _called(self, function: Callable[..., Any], calls: list[tuple[Any, ...]], items: list[Any] | None) -> list[Any]:
        futures: list[Future[Any]] = []
        try:
            futures += [self._executor.submit(function, *one) for one in calls]
        except BrokenExecutor as error:  # a process died while others were still given their share
            raise self._explain(error, items) from error
        causes = [cause for future in futures if (cause := future.exception())]
        if causes:
            cause = next((one for one in causes if not isinstance(one, BrokenBarrierError)), causes[0])
            raise cause if isinstance(cause, TrialFailed) else self._explain(cause, items) from cause
        return [future.result() for future in futures]


def _open(inner: str, source: Any, env: Any, workers: int) -> Gil:
    """In a process: start its own pool."""
    job = Job(_worker.built_workload(), source, env, workers)
    _inner.append(_exits.enter_context(backend_in(inner)().pool(job)))
    return _inner[0].gil


def _run(items: list[Any], record_latency: bool) -> list[Any]:
    return _inner[0].run(items, record_latency)


def _lanes() -> list[Lane]:
    return _inner[0].take_lanes()


def _unfinished() -> list[str]:
    return _inner[0].take_unfinished()


def _close() -> None:
    _inner.clear()
    _exits.close()
