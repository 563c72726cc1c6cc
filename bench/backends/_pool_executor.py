"""An executor on multiprocessing.Pool, whose workers are watched: the pool would wait forever for one that has died."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from multiprocessing import connection
from multiprocessing.pool import Pool
from typing import Any

from bench.backends._process_executor import WatchedContext

_LOOK_S = 0.2  # how often the workers that a pool has started since are looked for


class PoolExecutor(Executor):
    """Tasks of a multiprocessing.Pool as futures; if a worker dies, all pending ones fail with BrokenExecutor."""

    def __init__(
        self, processes: int, context: WatchedContext, initializer: Callable[..., None], initargs: tuple[Any, ...]
    ) -> None:
        self._context = context
        self._pending: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._broken = False
        self._pool = Pool(processes, initializer, initargs, context=context)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand over one call."""
        future = self._future()
        self._pool.apply_async(fn, args, kwargs, *_callbacks(future))
        return future

    def map(
        self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1
    ) -> Iterator[Any]:
        """Call a function with each item, as Pool.map does."""
        (items,) = iterables
        future = self._future()
        self._pool.map_async(fn, items, chunksize, *_callbacks(future))
        return iter(future.result(timeout))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the pool: at once if it is broken or something is still pending."""
        self._stopped.set()
        self._watcher.join()
        if self._broken or self._pending:
            self._pool.terminate()
        else:
            self._pool.close()
        self._pool.join()

    def _future(self) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            if self._broken:
                future.set_exception(BrokenExecutor("a worker process has died"))
            else:
                self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def _watch(self) -> None:
        while not self._stopped.is_set():
            sentinels = [process.sentinel for process in self._context.made if process.pid is not None]
            if connection.wait(sentinels, _LOOK_S) and not self._stopped.is_set():
                with self._lock:
                    self._broken, pending = True, list(self._pending)
                for future in pending:
                    _settle(future, lambda one: one.set_exception(BrokenExecutor("a worker process has died")))
                return


def _callbacks(future: Future[Any]) -> tuple[Callable[[Any], None], Callable[[BaseException], None]]:
    return (
        lambda result: _settle(future, lambda one: one.set_result(result)),
        lambda error: _settle(future, lambda one: one.set_exception(error)),
    )


def _settle(future: Future[Any], settle: Callable[[Future[Any]], None]) -> None:
    """Give a future its result, unless it has one."""
    if not future.done():
        settle(future)
