"""Whole passes over a workload's batch in a pool that is ready: what a trial times, and pytest-benchmark too."""

import inspect
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from numbers import Real
from typing import Any

from bench.backends._base import Job, Pool
from bench.backends._frontier import Frontier
from bench.backends._worker import stage_failed
from bench.collect.workload import Workload, entered, overrides
from bench.errors import TrialFailed
from bench.process.failure_reason import short_repr
from bench.schema import Status


class Batch:
    """The passes of one job."""

    def __init__(self, job: Job, pool: Pool) -> None:
        self._job = job
        self._pool = pool
        self._discovers = overrides(type(job.workload), "discover")

    def items(self) -> list[Any]:
        """The batch, made anew for each pass. Raises TrialFailed if it is empty."""
        return make_items(self._job)

    def run(self, items: list[Any], record_latency: bool = False) -> list[Any]:
        """Work on every item, and return the results in item order: the timed part.

        If the workload discovers items while it works, `items` has all of them afterwards.
        """
        if not self._discovers:
            return self._pool.run(items, record_latency)
        frontier = Frontier(items, self._discover)
        self._pool.explore(frontier, record_latency)
        items[:] = frontier.items
        return frontier.results

    def _discover(self, item: Any, result: Any) -> list[Any]:
        with stage("discover", self._job.source.path):
            found: Any = self._job.workload.discover(item, result)
            if found is None or isinstance(found, str | bytes):  # which would be one item per character
                raise TypeError(f"returned {short_repr(found)} in place of a list of items")
            return list(found)

    def check(self, items: list[Any], results: list[Any]) -> None:
        """Raise TrialFailed with status `wrong` if the results are not right."""
        with stage("check", self._job.source.path, Status.WRONG):
            self._pool.confirm()
            assert len(results) == len(items), f"{len(results)} results for {len(items)} items"
            undone = next((result for result in results if _is_undone(result)), None)
            assert undone is None, f"work() returned {undone!r}, which was never awaited or iterated over"
            forgotten = self._pool.take_unfinished()
            assert not forgotten, forgotten[0]
            verdict = self._job.workload.check(items, results, self._job.env)
            assert verdict is not False, "check() returned False"

    def metrics(self, items: list[Any], results: list[Any], elapsed_s: float) -> dict[str, float] | None:
        """The workload's own metrics; None if it declares none. Raises TrialFailed if they are not as declared."""
        workload = self._job.workload
        if not workload.metrics:
            return None
        with stage("compute_metrics", self._job.source.path):
            found = dict(workload.compute_metrics(items, results, elapsed_s))
        if unknown := [name for name in found if name not in workload.metrics]:
            known = ", ".join(workload.metrics)
            raise TrialFailed(Status.ERROR, f"compute_metrics: {unknown[0]!r} is not one of its metrics: {known}")
        for name, value in found.items():
            if not _is_number(value):
                raise TrialFailed(
                    Status.ERROR, f"compute_metrics: {name} is {short_repr(value)}, which is not a finite number"
                )
        return {name: float(value) for name, value in found.items()}


def _is_number(value: object) -> bool:
    """Whether it is a finite real number, also one of numpy's."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the range of floats
        return False


def make_items(job: Job) -> list[Any]:
    """The items of a job's workload. Raises TrialFailed if there are none."""
    with stage("items", job.source.path):
        items = list(job.workload.items()) * job.repeat
    if not items:
        raise TrialFailed(Status.ERROR, "items: the batch is empty, so there is nothing to measure")
    return items


def _is_undone(result: Any) -> bool:
    """Whether a result stands for work that has not started."""
    return inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result)


@contextmanager
def stage(name: str, path: str, status: Status = Status.ERROR) -> Iterator[None]:
    """Report a failure of the workload's own code with the stage it happened in."""
    try:
        yield
    except BaseException as error:
        raise stage_failed(name, error, path, status) from error


@contextmanager
def set_up(workload: Workload, path: str) -> Iterator[Any]:
    """Enter the workload's `setup`, and leave it after everything else; yields `env`."""
    with stage("setup", path):
        context = entered(workload.setup(), "setup")
        env = context.__enter__()
    try:
        yield env
    except BaseException as error:
        with suppress(BaseException):  # the first failure is the one to report
            context.__exit__(type(error), error, error.__traceback__)
        raise
    with stage("teardown", path):
        context.__exit__(None, None, None)
