"""Validate a workload class, and explain what is wrong with it."""

import inspect
from collections.abc import Mapping

from bench.collect.parameters import choice
from bench.collect.workload import NO_GENERATORS, Workload, is_generator, overrides, parameters
from bench.errors import BenchError
from bench.schema import Bound

HOOKS = ("setup", "client", "client_async", "items", "work", "work_async", "discover", "check", "compute_metrics")


def problem(cls: type[Workload]) -> str | None:
    """What makes a class an invalid workload, as a message, or None if it is valid."""
    checks = (_missing_method, _wrong_kind_of_method, _invalid_attribute)
    return next(filter(None, (check(cls) for check in checks)), None)


def _missing_method(cls: type[Workload]) -> str | None:
    for hook in HOOKS:
        if not callable(getattr(cls, hook)):
            return f"{cls.__name__}.{hook} must be a method: the name is reserved"
    for required in ("items", "work"):
        if not overrides(cls, required):
            return f"{cls.__name__} has no {required}() method"
    return None


def _wrong_kind_of_method(cls: type[Workload]) -> str | None:
    for name in ("work", "work_async"):
        if is_generator(getattr(cls, name)):
            return f"{cls.__name__}.{name} is a generator function: {NO_GENERATORS}"
    for name in ("discover", "compute_metrics"):
        if inspect.iscoroutinefunction(getattr(cls, name)):
            return f"{cls.__name__}.{name} is a coroutine function: define it with `def`, as no event loop runs it"
    if inspect.iscoroutinefunction(cls.work):
        return f"{cls.__name__}.work is a coroutine function: rename it to work_async, and add a blocking work()"
    if overrides(cls, "work_async") and not inspect.iscoroutinefunction(cls.work_async):
        return f"{cls.__name__}.work_async is not a coroutine function: define it with `async def`"
    return None


def _invalid_attribute(cls: type[Workload]) -> str | None:
    tags: object = cls.tags
    if not isinstance(tags, tuple | list) or not all(isinstance(tag, str) and tag for tag in tags):
        return f"{cls.__name__}.tags must be a tuple of words, such as ('http',), not {tags!r}"
    metrics: object = cls.metrics
    if not isinstance(metrics, Mapping) or not all(isinstance(text, str) for text in [*metrics, *metrics.values()]):
        return f"{cls.__name__}.metrics must map names to units, such as {{'requests': '1/s'}}, not {metrics!r}"
    if metrics and not overrides(cls, "compute_metrics"):
        return f"{cls.__name__}.metrics are declared, but it has no compute_metrics() method"
    if not metrics and overrides(cls, "compute_metrics"):
        return f"{cls.__name__}.compute_metrics() needs the names and units of its metrics, declared as `metrics`"
    try:
        choice("bound", Bound, str(cls.bound))
        reserved = [name for name in parameters(cls) if hasattr(Workload, name)]
    except BenchError as error:
        return str(error)
    except Exception as error:  # evaluating an annotation may raise anything
        return f"cannot evaluate an annotation of {cls.__name__}: {type(error).__name__}: {error}"
    return f"{cls.__name__}.{reserved[0]} cannot be a parameter: the name is reserved" if reserved else None
