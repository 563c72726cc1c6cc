"""Why a subclass of Workload cannot be measured."""

import inspect

from bench.collect.parameters import choice
from bench.collect.workload import NOTHING_RUNS, Workload, is_generator, overrides, parameters
from bench.errors import BenchError
from bench.schema import Bound

HOOKS = ("setup", "client", "client_async", "items", "work", "work_async", "check")


def problem(cls: type[Workload]) -> str | None:
    """What makes a subclass no workload, in words, or None."""
    return next(filter(None, (check(cls) for check in (_missing, _of_the_wrong_kind, _undeclarable))), None)


def _missing(cls: type[Workload]) -> str | None:
    for hook in HOOKS:
        if not callable(getattr(cls, hook)):
            return f"{cls.__name__}.{hook} is no method: the name is taken"
    for required in ("items", "work"):
        if not overrides(cls, required):
            return f"{cls.__name__} has no {required}() method"
    return None


def _of_the_wrong_kind(cls: type[Workload]) -> str | None:
    for name in ("work", "work_async"):
        if is_generator(getattr(cls, name)):
            return f"{cls.__name__}.{name} is a generator: {NOTHING_RUNS}"
    if inspect.iscoroutinefunction(cls.work):
        return f"{cls.__name__}.work is a coroutine function: call it work_async, and give a blocking work() beside it"
    if overrides(cls, "work_async") and not inspect.iscoroutinefunction(cls.work_async):
        return f"{cls.__name__}.work_async is no coroutine function: write `async def`"
    return None


def _undeclarable(cls: type[Workload]) -> str | None:
    try:
        choice("bound", Bound, str(cls.bound))
        taken = [name for name in parameters(cls) if hasattr(Workload, name)]
    except BenchError as error:
        return str(error)
    except Exception as error:  # whatever evaluating an annotation may raise
        return f"an annotation of {cls.__name__} cannot be read: {type(error).__name__}: {error}"
    return f"{cls.__name__}.{taken[0]} cannot be a parameter: every workload has that name" if taken else None
