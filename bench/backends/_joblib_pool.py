"""A pool of joblib.Parallel's workers."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor
from typing import Any

from joblib import Parallel, delayed

from bench.backends import _joblib_worker
from bench.backends._base import Job, Lane, Pool
from bench.backends._broken_pool import untransportable, why_broken
from bench.backends._joblib_worker import Opening, Recorded
from bench.errors import TrialFailed
from bench.schema import Gil, Status

_EXIT = re.compile(r"[A-Z]+\((-?\d+)\)")
MOST_ROUNDS = 100  # of a short task per worker, until each of them has had one


class JoblibPool(Pool):
    """Workers of a Parallel that is entered already."""

    def __init__(self, parallel: Parallel, job: Job) -> None:
        self._parallel = parallel
        self._workers = job.workers
        self._opening = Opening(job.source, job.env)
        self._spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._ready_ns: dict[tuple[int, int], int] = {}
        self._has_failed = False

    def open(self) -> None:
        """Let every worker open its client. Raises TrialFailed."""
        gils = set()
        for _ in range(MOST_ROUNDS):
            for worker, gil, ready_ns in self._each(_joblib_worker.ready, self._opening):
                gils.add(gil)
                self._ready_ns.setdefault(worker, ready_ns)
            if len(self._ready_ns) >= self._workers:
                break
        else:
            raise TrialFailed(
                Status.ERROR, f"only {len(self._ready_ns)} of {self._workers} workers of joblib took part"
            )
        self.gil = Gil.ON if Gil.ON in gils else Gil.OFF

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        calls = (delayed(_joblib_worker.work)(self._opening, item, record_latency) for item in items)
        results = self._results(calls, items)
        if not record_latency:
            return results
        for one in results:
            self._spans.setdefault(one.worker, []).append((one.began_ns, one.ended_ns))
        return [one.result for one in results if isinstance(one, Recorded)]

    def take_lanes(self) -> list[Lane]:
        taken, self._spans = self._spans, {}
        workers = list(dict.fromkeys([*self._ready_ns, *taken]))
        first = min(self._ready_ns.values(), default=0)
        return [Lane(self._ready_ns.get(worker, first), taken.get(worker, [])) for worker in workers]

    def take_unfinished(self) -> list[str]:
        found = self._each(_joblib_worker.unfinished)
        return [line for lines in [super().take_unfinished(), *found] for line in lines]

    def close(self) -> None:
        """Let every worker close its client. Raises TrialFailed.

        After a failure joblib kills processes, and leaves threads to the end of the trial; another call would return
        what was left of the one that failed.
        """
        if self._has_failed:
            return
        closed: set[tuple[int, int]] = set()
        for _ in range(MOST_ROUNDS):
            closed.update(self._each(_joblib_worker.close))
            if closed >= set(self._ready_ns):
                return

    def _each(self, function: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Call a function once per worker; it may reach one twice and another not at all."""
        return self._results((delayed(function)(*arguments) for _ in range(self._workers)), None)

    def _results(self, calls: Iterable[Any], items: list[Any] | None) -> list[Any]:
        self._has_failed = True  # unless it returns
        try:
            results: list[Any] = self._parallel(calls)
        except TrialFailed:
            raise
        except BrokenExecutor as error:
            raise why_broken(error, items, _exit_codes(error)) from error
        except Exception as error:
            raise TrialFailed(Status.ERROR, untransportable(error, items)) from error
        self._has_failed = False
        return results


def _exit_codes(error: BrokenExecutor) -> list[int]:
    """The exit codes of workers that a message of joblib names, such as `{SIGKILL(-9), EXIT(1)}`.

    A worker that cannot unpickle its task goes on, and only the message says so: it counts as one that exited with 1,
    as the workers of an executor do.
    """
    text = str(error)
    return [1] if "A task has failed to un-serialize" in text else [int(code) for code in _EXIT.findall(text)]
