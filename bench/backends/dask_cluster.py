"""Workers of a Dask cluster."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar

from bench.backends._base import Backend, Job, Pool, closing
from bench.backends._engine import check_address, check_whole, not_installed
from bench.schema import Interpreter, Value

SCHEMES = ("tcp", "tls")
EXAMPLE = "address=tcp://10.0.0.1:8786"


class Dask(Backend):
    """Dask workers, embedded or of a cluster (address=tcp://HOST:PORT, threads_per_worker=N, chunksize=N)."""

    name = "dask"
    optional: ClassVar[bool] = True
    start_allowance_s: ClassVar[float] = 30.0
    address: str | None = None
    threads_per_worker: int | None = None
    chunksize: int = 1

    @classmethod
    def unavailable(cls, interpreter: Interpreter) -> str | None:
        """Why it cannot run in this interpreter; None if it can."""
        return not_installed(interpreter, "distributed", "dask")

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        """One thread per worker by default; the workers of an existing cluster have as many as they were given."""
        check_address(options["address"], SCHEMES, EXAMPLE)
        threads = options["threads_per_worker"]
        if threads is None and options["address"] is None:
            threads = 1
        resolved = {**options, "threads_per_worker": threads}
        check_whole(resolved, "chunksize", *(["threads_per_worker"] if threads is not None else []))
        return resolved

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        from bench.backends._dask_pool import DaskPool  # here, since Dask takes a second to import

        with self._crew(job) as (client, job_there, crew):
            pool = DaskPool(client, job_there, crew, self.chunksize)
            with closing(pool.close):
                yield pool

    def _crew(self, job: Job) -> AbstractContextManager[tuple[Any, Job, Any]]:
        if self.address is None:
            from bench.backends._dask_embedded import embedded

            return embedded(job, self.threads_per_worker or 1)
        check_address(self.address, SCHEMES, EXAMPLE)  # again, since a variable may have held it
        from bench.backends._dask_existing import existing

        return existing(job, self.address, self.threads_per_worker)
