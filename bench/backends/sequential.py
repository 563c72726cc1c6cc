"""The baseline: one item after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter_ns
from typing import Any

from bench.backends import _worker
from bench.backends._base import Backend, Job, Lane, Pool, closing
from bench.schema import Gil


class Sequential(Backend):
    """The baseline: one item after the other, in a loop."""

    name = "sequential"

    @classmethod
    def worker_counts(cls, asked: tuple[int, ...]) -> tuple[int, ...]:
        return (1,)

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        _worker.prepare(lambda: job.workload, _worker.Alone(), job.source.path)
        facts = _worker.open_client(job.env)
        with closing(_worker.close_client):
            yield SequentialPool(job, _worker.client(), facts.gil)


class SequentialPool(Pool):
    """The only worker is the main thread."""

    def __init__(self, job: Job, client: Any, gil: Gil) -> None:
        self._work = job.workload.work
        self._path = job.source.path
        self._client = client
        self._ready_ns = perf_counter_ns()
        self._spans: list[tuple[int, int]] = []
        self.gil = gil

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        loop = self._loop_recorded if record_latency else self._loop
        results: list[Any] = []
        try:
            loop(items, results)
        except BaseException as error:
            raise _worker.item_failed(error, items[len(results)], self._path) from error
        return results

    def take_lanes(self) -> list[Lane]:
        lane, self._spans = Lane(self._ready_ns, self._spans), []
        return [lane]

    def _loop(self, items: list[Any], results: list[Any]) -> None:
        work, client = self._work, self._client
        for item in items:
            results.append(work(item, client))

    def _loop_recorded(self, items: list[Any], results: list[Any]) -> None:
        work, client, spans = self._work, self._client, self._spans
        for item in items:
            began = perf_counter_ns()
            results.append(work(item, client))
            spans.append((began, perf_counter_ns()))
