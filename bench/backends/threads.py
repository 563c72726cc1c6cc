"""Threads of one process."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool
from bench.backends._executor import one_by_one, started
from bench.errors import TrialFailed


class Threading(Backend):
    """Threads of one process, in a concurrent.futures.ThreadPoolExecutor."""

    name = "threading"

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        barrier = threading.Barrier(job.workers)
        executor = ThreadPoolExecutor(
            job.workers, initializer=_worker.prepare, initargs=(lambda: job.workload, barrier, job.source.path)
        )

        def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
            return _worker.stage_failed("a thread failed", error, job.source.path)

        with started(executor, job, one_by_one, explain) as pool:
            yield pool
