"""Actors of a Ray cluster."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar

from bench.backends._base import Backend, Job, Pool, closing
from bench.backends._engine import check_address, check_whole, not_installed
from bench.schema import Interpreter, Value

SCHEMES = ("", "ray")
EXAMPLE = "address=10.0.0.1:6379, or address=ray://10.0.0.1:10001"


class Ray(Backend):
    """Ray actors, embedded or of a cluster (address=HOST:PORT, chunksize=N)."""

    name = "ray"
    optional: ClassVar[bool] = True
    start_allowance_s: ClassVar[float] = 60.0
    address: str | None = None
    chunksize: int = 1

    @classmethod
    def unavailable(cls, interpreter: Interpreter) -> str | None:
        return not_installed(interpreter, "ray", "ray")

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        check_address(options["address"], SCHEMES, EXAMPLE)
        check_whole(options, "chunksize")
        return dict(options)

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        with self._crew(job) as (job_there, crew):
            from bench.backends._ray_pool import RayPool  # only now, since Ray reads its settings when it is imported

            pool = RayPool(job_there, crew, self.chunksize)
            with closing(pool.close):
                yield pool

    def _crew(self, job: Job) -> AbstractContextManager[tuple[Job, Any]]:
        if self.address is None:
            from bench.backends._ray_embedded import embedded

            return embedded(job)
        check_address(self.address, SCHEMES, EXAMPLE)  # again, since a variable may have held it
        from bench.backends._ray_existing import existing

        return existing(job, self.address)
