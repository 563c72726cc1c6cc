"""A pool of Ray actors, each a worker that works on one chunk of items after the other.

Actors instead of `ray.util.multiprocessing.Pool`, which consists of actors too, but does not let each of its workers be
reached once: to open and close a client in each, and to take over what each has recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter, perf_counter_ns
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError, RaySystemError, RayTaskError
from ray.util import ActorPool

from bench.backends import _ray_host, _ray_worker
from bench.backends._base import Job, Lane, Pool
from bench.backends._broken_pool import not_portable, untransportable
from bench.backends._engine import PROBE_TASKS, Clocks, chunks_of, joined, packed
from bench.backends._engine_worker import EngineWorkerFacts
from bench.backends._shipment import with_its_code
from bench.errors import TrialFailed
from bench.process.failure_reason import one_line
from bench.schema import Gil, Status


@dataclass(frozen=True)
class RayCrew:
    """The actors that take part, where the workload's file is on their machines, and whether they are the trial's."""

    actors: Sequence[Any]
    locations: Sequence[str]
    embedded: bool


class RayPool(Pool):
    """Ray actors, each of which has opened its client."""

    def __init__(self, job: Job, crew: RayCrew, chunksize: int) -> None:
        self._actors = crew.actors
        self._chunksize = chunksize
        self.in_own_tree = crew.embedded
        self._facts: list[EngineWorkerFacts] = self._ask(
            [(_ray_worker.open_client, job.source, location, job.env) for location in crew.locations]
        )
        self.gil = Gil.ON if any(fact.gil is Gil.ON for fact in self._facts) else Gil.OFF
        actors = {fact.clock: actor for fact, actor in zip(self._facts, self._actors, strict=True)}
        self._clocks = Clocks.compare({clock: partial(_time_at, actor) for clock, actor in actors.items()})

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        try:
            calls = [packed(_ray_worker.work_on, chunk, record_latency) for chunk in chunks_of(items, self._chunksize)]
        except Exception as error:
            raise TrialFailed(Status.ERROR, untransportable(error, items)) from error
        return joined(self._share_out(calls, items))

    def take_lanes(self) -> list[Lane]:
        lanes = self._ask_all("take_lane")
        return [self._clocks.translate(lane, fact.clock) for lane, fact in zip(lanes, self._facts, strict=True)]

    def take_unfinished(self) -> list[str]:
        return [*super().take_unfinished(), *joined(self._ask_all("take_unfinished"))]

    def task_cost_s(self) -> float:
        calls = [packed(_ray_worker.nothing)] * PROBE_TASKS
        self._share_out(calls, None)
        began = perf_counter()
        self._share_out(calls, None)
        return (perf_counter() - began) / PROBE_TASKS

    def close(self) -> None:
        """Have every worker close its client. Raises TrialFailed."""
        self._ask_all("close_client")

    def _share_out(self, calls: Sequence[bytes], items: list[Any] | None) -> list[Any]:
        """Give each actor a call whenever it is idle; the results in the order of the calls. Raises TrialFailed."""
        results: list[Any] = [None] * len(calls)
        pool = ActorPool(list(self._actors))
        try:
            for number, result in pool.map_unordered(_numbered_call, list(enumerate(calls))):
                results[number] = result
        except RayError as error:
            raise explained(error, items) from error
        return results

    def _ask_all(self, method: str) -> list[Any]:
        return self._ask([(_ray_worker.take, method)] * len(self._actors))

    def _ask(self, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """One call for each actor, all at the same time. Raises TrialFailed."""
        try:
            asked = [actor.call.remote(packed(*call)) for actor, call in zip(self._actors, calls, strict=True)]
        except Exception as error:
            raise TrialFailed(Status.ERROR, untransportable(error, None)) from error
        return answers(asked)


def host_class(**options: Any) -> Any:
    """The class of the actors, with options for all of them: none is started in place of one that has died."""
    made = ray.remote(with_its_code(_ray_host, "RayHost"))
    return made.options(num_cpus=0, max_restarts=0, max_task_retries=0, **options)


def answers(asked: Sequence[Any]) -> list[Any]:
    """The results of calls. Raises TrialFailed."""
    try:
        results: list[Any] = ray.get(list(asked))
    except RayError as error:
        raise explained(error, None) from error
    return results


def explained(error: RayError, items: list[Any] | None) -> TrialFailed:
    """What a worker has raised, or how it was lost: Ray does not start another in its place."""
    if isinstance(error, RayTaskError):
        cause = error.cause
        if isinstance(cause, TrialFailed):
            return cause
        return TrialFailed(Status.ERROR, untransportable(cause, items))
    if isinstance(error, RayActorError):
        return TrialFailed(Status.CRASHED, f"a Ray worker was lost{_how_lost(str(error))}")
    if isinstance(error, RaySystemError) and "deserialize" in str(error):
        *_, last = str(error).strip().splitlines()  # of the traceback of unpickling a result
        return TrialFailed(Status.ERROR, not_portable("a result of work()", last))
    return TrialFailed(Status.ERROR, f"Ray failed: {one_line(f'{type(error).__name__}: {error}', 300)}")


def _how_lost(report: str) -> str:
    """What matters of the paragraphs that Ray writes about the death of an actor."""
    place = re.search(r"pid: (\d+).*?ip: (\S+)", report, re.DOTALL)
    detail = re.search(r"exit detail: ([^.]+)\.", report)
    who = f" (process {place[1]} at {place[2]})" if place else ""
    return f"{who}: {one_line(detail[1] if detail else report, 300)}"


def _numbered_call(actor: Any, numbered: tuple[int, bytes]) -> Any:
    return actor.numbered_call.remote(*numbered)


def _time_at(actor: Any) -> int:
    """What the clock of an actor's machine shows."""
    shown: int = ray.get(actor.call.remote(packed(perf_counter_ns)))
    return shown
