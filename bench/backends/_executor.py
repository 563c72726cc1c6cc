"""The pool on concurrent.futures that threads and processes share."""

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from queue import SimpleQueue
from threading import BrokenBarrierError
from typing import Any

from bench.backends import _worker
from bench.backends._base import Job, Lane, Pool, closing
from bench.backends._frontier import Frontier
from bench.errors import TrialFailed
from bench.process import runtime_warnings
from bench.schema import Gil

Explain = Callable[[BaseException, list[Any] | None], TrialFailed]
"""Turn an error of the executor into a TrialFailed; the items are None while the workers are being started."""

Chunking = Callable[[int], int]
"""How many items are handed over together, given the number of items in the batch."""


def one_by_one(_: int) -> int:
    """Items are handed over one at a time."""
    return 1


class ExecutorPool(Pool):
    """Workers of an executor, all of which have opened their client."""

    def __init__(self, executor: Executor, job: Job, chunking: Chunking, explain: Explain) -> None:
        self._executor = executor
        self._job = job
        self._chunking = chunking
        self._explain = explain
        facts = self._each_worker(_worker.open_client, job.env)
        self.gil = Gil.ON if any(fact.gil is Gil.ON for fact in facts) else Gil.OFF

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        function = _worker.call_recorded if record_latency else _worker.call
        try:
            return list(self._executor.map(function, items, chunksize=self._chunking(len(items))))
        except TrialFailed:
            raise
        except Exception as error:
            raise self._explain(error, items) from error

    def explore(self, frontier: Frontier, record_latency: bool) -> None:
        """Hand over each item as soon as it is found, on its own: there are no chunks."""
        function = _worker.call_recorded if record_latency else _worker.call
        done: SimpleQueue[Future[Any]] = SimpleQueue()
        numbers: dict[Future[Any], int] = {}
        try:
            while True:
                for number, item in frontier.take():
                    future = self._executor.submit(function, item)
                    numbers[future] = number
                    future.add_done_callback(done.put)
                if not numbers:
                    return
                future = done.get()
                frontier.finish(numbers.pop(future), future.result())
        except TrialFailed:
            raise
        except Exception as error:
            raise self._explain(error, frontier.items) from error
        finally:
            for future in numbers:
                future.cancel()

    def take_lanes(self) -> list[Lane]:
        return self._each_worker(_worker.take_lane)

    def take_unfinished(self) -> list[str]:
        forgotten = self._each_worker(runtime_warnings.take_unawaited)
        return [line for lines in [super().take_unfinished(), *forgotten] for line in lines]

    def close(self) -> None:
        """Have every worker close its client."""
        self._each_worker(_worker.close_client)

    def _each_worker(self, function: Callable[..., Any], *args: Any) -> list[Any]:
        """Run a function once in every worker, all at the same time."""
        futures: list[Future[Any]] = []
        try:
            futures += [self._executor.submit(_worker.meet, function, *args) for _ in range(self._job.workers)]
        except BrokenExecutor as error:  # a worker died while others were still being started
            raise self._explain(error, None) from error
        causes = [cause for future in futures if (cause := future.exception())]
        if causes:
            cause = next((one for one in causes if not isinstance(one, BrokenBarrierError)), causes[0])
            raise cause if isinstance(cause, TrialFailed) else self._explain(cause, None)
        return [future.result() for future in futures]


@contextmanager
def started(executor: Executor, job: Job, chunking: Chunking, explain: Explain) -> Iterator[Pool]:
    """A pool of the executor's workers, stopped on exit; after a failure, no further item is started."""
    try:
        pool = ExecutorPool(executor, job, chunking, explain)
        with closing(pool.close):
            yield pool
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
