"""A pool of Dask workers: each chunk of items is a task of a `distributed.Client`."""

import asyncio
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import perf_counter, perf_counter_ns
from typing import Any

from distributed import Client, Future, KilledWorker

from bench.backends import _dask_worker
from bench.backends._base import Job, Lane, Pool
from bench.backends._broken_pool import untransportable
from bench.backends._dask_watch import Losses, LostWorkers
from bench.backends._engine import PROBE_TASKS, Clocks, chunks_of, joined, packed
from bench.backends._engine_worker import EngineWorkerFacts
from bench.errors import TrialFailed
from bench.schema import Gil, Status

NOTICE_S = 2.0  # for the loss of a worker to be reported, once a task has failed for it


@dataclass(frozen=True)
class DaskMember:
    """A Dask worker that takes part; `location` is where the workload's file is on its machine."""

    address: str
    threads: int
    location: str


@dataclass(frozen=True)
class DaskCrew:
    """The Dask workers that take part; if the cluster `has_others`, tasks are kept away from these.

    `explain` says why workers that were lost are gone.
    """

    scheduler: str
    members: Sequence[DaskMember]
    has_others: bool
    explain: Callable[[Losses], TrialFailed]


class DaskPool(Pool):
    """Dask workers, each thread of which has opened its client."""

    def __init__(self, client: Client, job: Job, crew: DaskCrew, chunksize: int) -> None:
        self._client = client
        self._crew = crew
        self._chunksize = chunksize
        self._token = client.id
        self.in_own_tree = not crew.has_others
        self._lost = Losses(client, {member.address for member in crew.members})
        self._keepers = [self._submit(member, _dask_worker.Keeper, self._token) for member in crew.members]
        self._facts: list[EngineWorkerFacts] = self._each(lambda member: self._opening(member, job))
        self.gil = Gil.ON if any(fact.gil is Gil.ON for fact in self._facts) else Gil.OFF
        addresses = {fact.clock: address for fact, address in zip(self._facts, self._threads(), strict=True)}
        self._clocks = Clocks.compare({clock: partial(self._time_at, one) for clock, one in addresses.items()})

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        try:
            calls = [
                packed(_dask_worker.work_on, self._token, chunk, record_latency)
                for chunk in chunks_of(items, self._chunksize)
            ]
            return joined(self._values(self._map(calls)))
        except (TrialFailed, MemoryError):
            raise
        except Exception as error:
            brief = type(error)(str(error).partition("\n")[0])  # Dask appends a traceback
            raise TrialFailed(Status.ERROR, untransportable(brief, items)) from error

    def take_lanes(self) -> list[Lane]:
        lanes = self._each(lambda _: (_dask_worker.take, self._token, "take_lane"))
        return [self._clocks.translate(lane, fact.clock) for lane, fact in zip(lanes, self._facts, strict=True)]

    def take_unfinished(self) -> list[str]:
        forgotten = self._each(lambda _: (_dask_worker.take, self._token, "take_unfinished"))
        return [*super().take_unfinished(), *joined(forgotten)]

    def confirm(self) -> None:
        members, present = set(self._threads()), set(self._client.nthreads())
        self._lost.add_absent(members - present)
        if self._lost:
            raise self._crew.explain(self._lost)

    def task_cost_s(self) -> float:
        call = packed(_dask_worker.nothing)
        self._values(self._map([call] * PROBE_TASKS))
        began = perf_counter()
        self._values(self._map([call] * PROBE_TASKS))
        return (perf_counter() - began) / PROBE_TASKS

    def close(self) -> None:
        """Have every worker close its client. Raises TrialFailed."""
        if not self._lost and self._client.status == "running":
            self._each(lambda _: (_dask_worker.take, self._token, "close_client"))

    def _opening(self, member: DaskMember, job: Job) -> tuple[Any, ...]:
        spec = _dask_worker.PoolSpec(self._token, job.source, member.location, member.threads)
        return _dask_worker.open_client, spec, job.env

    def _time_at(self, address: str) -> int:
        """What the clock of a worker's machine shows."""
        shown: int = self._client.run(perf_counter_ns, workers=[address])[address]
        return shown

    def _threads(self) -> list[str]:
        """The address of each thread of the workers that take part."""
        return [member.address for member in self._crew.members for _ in range(member.threads)]

    def _map(self, calls: list[bytes]) -> list[Future]:
        """Tasks that the scheduler places on the workers that take part."""
        places = sorted(set(self._threads())) if self._crew.has_others else None
        futures: list[Future] = self._client.map(pickle.loads, calls, pure=False, workers=places)
        return futures

    def _submit(self, member: DaskMember, function: Callable[..., Any], *args: Any) -> Future:
        """A task for one worker."""
        return self._client.submit(pickle.loads, packed(function, *args), pure=False, workers=[member.address])

    def _each(self, call: Callable[[DaskMember], tuple[Any, ...]]) -> list[Any]:
        """Call a function once in each thread of each worker; the threads of a worker wait for one another."""
        try:
            futures = [
                self._submit(member, *call(member)) for member in self._crew.members for _ in range(member.threads)
            ]
            return self._values(futures)
        except TrialFailed:
            raise
        except Exception as error:
            raise TrialFailed(Status.ERROR, untransportable(error, None)) from error

    def _values(self, futures: list[Future]) -> list[Any]:
        """The values of tasks, in order. Raises TrialFailed if the engine fails, and what a task raises."""
        try:
            values: list[Any] = self._client.sync(self._gather, futures)
        except (LostWorkers, KilledWorker) as error:
            self._lost.wait(NOTICE_S)
            raise self._crew.explain(self._lost) from error
        except CancelledError as error:
            reason = f"lost the connection to the Dask scheduler at {self._crew.scheduler}"
            raise TrialFailed(Status.CRASHED, reason) from error
        except BaseException:
            with suppress(Exception):
                self._client.cancel(futures, force=True)  # no further item is started
            raise
        return values

    async def _gather(self, futures: list[Future]) -> list[Any]:
        """Wait for the values, or for the loss of a worker, whose tasks the engine would run again on the others."""
        gathering = asyncio.ensure_future(self._client.gather(futures, asynchronous=True))
        losing = asyncio.ensure_future(self._lost.event.wait())
        try:
            await asyncio.wait((gathering, losing), return_when=asyncio.FIRST_COMPLETED)
            if losing.done():
                raise LostWorkers
            values: list[Any] = gathering.result()
            return values
        finally:
            for waiting in (gathering, losing):
                waiting.cancel()
                waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
