"""joblib.Parallel, as data scientists run it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import ClassVar

from bench.backends._base import Backend, Job, Pool, closing
from bench.backends._engine import not_installed
from bench.collect.parameters import Parameter
from bench.errors import ParameterError
from bench.schema import Interpreter, Value

AUTO = "auto"


class JoblibBackend(StrEnum):
    """What joblib runs the tasks in."""

    LOKY = "loky"
    THREADING = "threading"


class Joblib(Backend):
    """joblib.Parallel (backend=loky|threading, batch_size=N|auto)."""

    name = "joblib"
    optional: ClassVar[bool] = True
    start_allowance_s: ClassVar[float] = 10.0  # each worker is a fresh interpreter that imports joblib
    backend: JoblibBackend = JoblibBackend.LOKY
    batch_size: str = AUTO

    @classmethod
    def unavailable(cls, interpreter: Interpreter) -> str | None:
        return not_installed(interpreter, "joblib", "joblib")

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        size = options["batch_size"]
        number = AUTO if size == AUTO else Parameter("batch_size", int, 1).parse(str(size))
        if number != AUTO and (not isinstance(number, int) or number < 1):
            raise ParameterError(f"batch_size={size}: must be a positive integer, or {AUTO}")
        return {**options, "batch_size": number}

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        from joblib import Parallel  # here, as is what imports it: few trials need it

        from bench.backends._joblib_pool import JoblibPool

        size = AUTO if self.batch_size == AUTO else int(self.batch_size)
        parallel = Parallel(job.workers, backend=self.backend.value, batch_size=size, max_nbytes=None)
        try:
            with parallel:
                pool = JoblibPool(parallel, job)
                pool.open()
                with closing(pool.close):
                    yield pool
        finally:
            if self.backend is JoblibBackend.LOKY:
                from joblib.externals.loky import get_reusable_executor

                get_reusable_executor(job.workers).shutdown(wait=True, kill_workers=True)  # it outlives its Parallel
