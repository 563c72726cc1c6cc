"""Processes, each with its own interpreter."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from bench.backends._base import Backend, Job, Pool
from bench.backends._executor import started
from bench.backends._process_executor import process_executor
from bench.collect.parameters import Parameter
from bench.errors import ParameterError
from bench.schema import Interpreter, Value

AUTO = "auto"
CHUNKS_PER_WORKER = 4  # as multiprocessing.Pool.map makes them


class StartMethod(StrEnum):
    """How multiprocessing makes a process."""

    FORK = "fork"
    SPAWN = "spawn"
    FORKSERVER = "forkserver"


class PoolApi(StrEnum):
    """What hands the items to the processes."""

    EXECUTOR = "executor"
    POOL = "pool"


class Multiprocessing(Backend):
    """Processes, in a ProcessPoolExecutor or a Pool (api=executor|pool, start_method=..., chunksize=N|auto)."""

    name = "multiprocessing"
    start_method: StartMethod | None = None
    chunksize: str = "1"
    api: PoolApi | None = None

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        method, chunksize = start_method(options, interpreter), _chunksize(options["chunksize"])
        resolved = {**options, "start_method": method, "chunksize": chunksize}
        if resolved.get("api") in (None, PoolApi.EXECUTOR):  # recorded only if it is not the usual one
            resolved.pop("api", None)
        return resolved

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        executor, explain = process_executor(job, job.workers, self.start_method, pool=self.api is PoolApi.POOL)
        with started(executor, job, chunking(self.chunksize, job.workers), explain) as pool:
            yield pool


def start_method(options: Mapping[str, Value], interpreter: Interpreter) -> Value:
    """The start method asked for, or the interpreter's own. Raises ParameterError."""
    method = options["start_method"] or interpreter.start_methods[0]
    if method not in interpreter.start_methods:
        raise ParameterError(
            f"start_method={method}: Python {interpreter.version} only supports "
            f"{', '.join(interpreter.start_methods)} on this system"
        )
    return method


def chunking(chunksize: object, workers: int) -> Callable[[int], int]:
    """The items in a chunk, given the number of items in the batch."""
    if chunksize == AUTO:
        return lambda items: max(1, -(-items // (CHUNKS_PER_WORKER * workers)))
    size = int(str(chunksize))
    return lambda _: size


def _chunksize(given: Value) -> Value:
    """A positive number, or `auto`. Raises ParameterError."""
    if given == AUTO:
        return AUTO
    number = Parameter("chunksize", int, 1).parse(str(given))
    if not isinstance(number, int) or number < 1:
        raise ParameterError(f"chunksize={given}: must be a positive integer, or {AUTO}")
    return number
