"""Subinterpreters of one process, each with a GIL of its own."""

import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from typing import Any, ClassVar

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool, version_of
from bench.backends._broken_pool import untransportable
from bench.backends._executor import one_by_one, started
from bench.backends._pipe_barrier import PipeBarrier, pipe_barrier
from bench.collect.workload import Workload
from bench.errors import TrialFailed
from bench.process import runtime_warnings
from bench.process.bootstrap import BOOTSTRAP
from bench.process.failure_reason import one_line
from bench.schema import Interpreter, Status

SINCE = (3, 14)

# What a new interpreter runs first: it is as bare as a fresh process, and finds this package where the trial found it.
_START = """
import importlib.util, pickle, sys
sys.path[:] = {path!r}
spec = importlib.util.spec_from_file_location("bench_bootstrap", {bootstrap!r})
spec.loader.exec_module(importlib.util.module_from_spec(spec))
prepare, arguments = pickle.loads({pickled!r})
prepare(*arguments)
"""


class Interpreters(Backend):
    """Subinterpreters of one process, each with its own GIL, in an InterpreterPoolExecutor."""

    name = "interpreters"
    optional: ClassVar[bool] = True
    start_allowance_s: ClassVar[float] = 10.0  # each interpreter imports everything anew

    @classmethod
    def unavailable(cls, interpreter: Interpreter) -> str | None:
        if version_of(interpreter) >= SINCE:
            return None
        return "needs Python {0}.{1}: --python python{0}.{1}".format(*SINCE)

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        with pipe_barrier(job.workers) as barrier:
            executor = _executor(job, barrier)

            def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
                if isinstance(error, BrokenExecutor):
                    cause = one_line(str(error.__cause__ or error))
                    return TrialFailed(Status.ERROR, f"a subinterpreter could not be started: {cause}")
                sent = [job.env] if items is None else items
                return _refused(executor, sent) or TrialFailed(
                    Status.ERROR, untransportable(error, items, "interpreter")
                )

            with started(executor, job, one_by_one, explain) as pool:
                yield pool


def _refused(executor: Executor, objects: Iterable[Any]) -> TrialFailed | None:
    """The failure if an object needs a module that a subinterpreter cannot import; None if that is not what is wrong.

    The executor's own error does not say why an object did not arrive.
    """
    for one in objects:
        try:
            pickled = pickle.dumps(one)
        except Exception:
            return None
        if failed := executor.submit(_unpickle, pickled).result():
            return failed if failed.status is Status.SKIPPED else None
    return None


def _unpickle(pickled: bytes) -> TrialFailed | None:
    """Unpickle an object in a subinterpreter; the failure if that fails."""
    try:
        pickle.loads(pickled)
    except Exception as error:
        return _worker.stage_failed("unpickling", error, "")
    return None


def _executor(job: Job, barrier: PipeBarrier) -> Executor:
    """An executor whose interpreters build the workload as they start."""
    from concurrent.futures import InterpreterPoolExecutor  # type: ignore[attr-defined,unused-ignore]  # of Python 3.14

    pickled = pickle.dumps((_prepare, (job.source.build, barrier, job.source.path)))
    start = _START.format(path=sys.path, bootstrap=str(BOOTSTRAP), pickled=pickled)
    executor: Executor = InterpreterPoolExecutor(job.workers, initializer=exec, initargs=(start, {}))
    return executor


def _prepare(build: Callable[[], Workload], barrier: PipeBarrier, path: str) -> None:
    """Prepare the only worker of this interpreter."""
    _worker.keep_state_per_interpreter()
    runtime_warnings.watch_unawaited()
    _worker.prepare(build, barrier, path)
