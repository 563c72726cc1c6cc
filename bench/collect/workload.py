"""Define a workload: a batch of items, and the work done on each.

A workload file uses the full form, a subclass of `Workload`, or the short form, a function decorated with `@workload`.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from typing import Any, ClassVar, TypeVar

from bench.collect.parameters import Parameter, choice, complete, declared, revive_all
from bench.errors import ParameterError
from bench.schema import Bound, Value

Function = TypeVar("Function", bound=Callable[..., Any])

MARK = "__bench_workload__"
NO_GENERATORS = "calling it does no work, so return a value instead of yielding"


class Workload:
    """Base of every workload. Annotated attributes of a subclass are its parameters.

    Only `items` and `work` are required. `setup` and `client` may also be generator functions that yield once.
    """

    name: ClassVar[str] = ""
    bound: ClassVar[str] = Bound.CPU
    environment: ClassVar[Mapping[str, str]] = {}
    """Environment variables of its trials, such as OMP_NUM_THREADS, which is 1 by default."""
    exclusive: ClassVar[bool] = False
    """Whether its trials do not rest while they wait for their turn, so that no other trial may be alive meanwhile."""
    tags: ClassVar[tuple[str, ...]] = ()
    """Words that choose it with `bench run --tag`; the first is its heading in `bench list`."""
    metrics: ClassVar[Mapping[str, str]] = {}
    """Units of the metrics that `compute_metrics` gives, by name, such as {"requests": "1/s"}."""
    optional: ClassVar[bool] = False
    """Whether a run measures it only if it is named, or chosen by a tag."""

    def __init__(self, **values: Value) -> None:
        known = parameters(type(self))
        for name, value in revive_all(complete(values, known, type(self).__name__), known.values()).items():
            setattr(self, name, value)

    def setup(self) -> Any:
        """Context manager, entered once per trial, not timed: yields `env`, which must be picklable (a URL, a path)."""
        return nullcontext()

    def client(self, env: Any) -> Any:
        """Context manager, entered once per worker, not timed: yields the worker's client; by default `env` itself."""
        return nullcontext(env)

    def client_async(self, env: Any) -> Any:
        """The same for coroutines, entered once per event loop; by default the same as `client`."""
        return self.client(env)

    def items(self) -> Iterable[Any]:
        """The batch, created anew for each pass, not timed."""
        raise NotImplementedError

    def work(self, item: Any, client: Any) -> Any:
        """Work on one item, blocking."""
        raise NotImplementedError

    async def work_async(self, item: Any, client: Any) -> Any:
        """Work on one item, as a coroutine. Without it, the asyncio backend calls `work` inside one, and says so."""
        raise NotImplementedError

    def discover(self, item: Any, result: Any) -> Iterable[Any]:
        """The items that a result leads to: each is worked on once, in the same pass. Timed, and called by the backend.

        Items of a workload that overrides this must be hashable; `check` gets all that were worked on.
        """
        return ()

    def check(self, items: list[Any], results: list[Any], env: Any) -> object:
        """Raise, or return False, if the results are wrong: called after every pass, not timed."""
        return None

    def compute_metrics(self, items: list[Any], results: list[Any], elapsed_s: float) -> Mapping[str, float]:
        """The workload's own metrics of a pass that took `elapsed_s` seconds: called after its check, not timed."""
        return {}


def parameters(cls: type[Workload]) -> dict[str, Parameter]:
    """The parameters that a workload declares."""
    return declared(cls, Workload)


def overrides(cls: type[Workload], method: str) -> bool:
    """Whether a workload overrides a method."""
    return getattr(cls, method) is not getattr(Workload, method)


def summary(cls: type[Workload]) -> str:
    """The first line of its docstring."""
    own = cls.__doc__ if cls.__doc__ != Workload.__doc__ else None
    return inspect.cleandoc(own or "").partition("\n")[0]


def entered(context: Any, method: str) -> AbstractContextManager[Any]:
    """What `setup` or `client` returned, as a context manager."""
    if isinstance(context, AbstractContextManager):
        return context
    if inspect.isgenerator(context):
        return contextmanager(lambda: context)()
    raise TypeError(f"{method} must be a context manager or a generator that yields once, not {type(context).__name__}")


def entered_async(context: Any, method: str) -> AbstractAsyncContextManager[Any]:
    """What `client_async` returned, as an asynchronous context manager."""
    if isinstance(context, AbstractAsyncContextManager):
        return context
    if inspect.isasyncgen(context):
        return asynccontextmanager(lambda: context)()
    return _from_blocking(entered(context, method))


@asynccontextmanager
async def _from_blocking(context: AbstractContextManager[Any]) -> Any:
    with context as value:
        yield value


def workload(
    bare: object = None,
    /,
    *,
    items: Iterable[Any] | Callable[[], Iterable[Any]] = (),
    bound: str = Bound.CPU,
    name: str | None = None,
    check: Callable[[list[Any], list[Any]], object] | None = None,
) -> Callable[[Function], Function]:
    """Make a workload of a function, or of a coroutine function, that takes one item.

    `items` is the batch, or a function that creates it anew for each pass; `check(items, results)` raises, or
    returns False, if the results are wrong. The function itself is returned unchanged.
    """
    if bare is not None:
        raise ParameterError("@workload needs the items to work on: write @workload(items=...)")
    batch = items if callable(items) else _repeatable(items)

    def register(function: Function) -> Function:
        if problem := _problem(function):
            raise ParameterError(f"{function.__name__} {problem}")
        base = CoroutineForm if is_coroutine_function(function) else FunctionForm
        attributes: Mapping[str, Any] = {
            "__doc__": function.__doc__ or "",
            "__module__": function.__module__,
            "name": name or function.__name__.strip("_").replace("_", "-"),
            "bound": choice("bound", Bound, bound),
            "function": staticmethod(function),
            "batch": staticmethod(batch),
            "checker": staticmethod(check or accept_any),
        }
        setattr(function, MARK, type(function.__name__, (base,), dict(attributes)))
        return function

    return register


def _problem(function: Callable[..., Any]) -> str | None:
    """Why a function cannot be a workload, or None."""
    if is_generator(function):
        return f"is a generator function: {NO_GENERATORS}"
    if hasattr(function.__globals__.get(function.__name__), MARK):
        return "is defined twice in this file: the second would hide the first"
    return None


def is_coroutine_function(function: object) -> bool:
    """Whether calling it gives a coroutine: also a partial, a method, or an object whose class defines the call."""
    call = getattr(type(function), "__call__", None)  # noqa: B004  # not whether there is one, but what it is
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def is_generator(function: object) -> bool:
    """Whether calling the function only creates a generator."""
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _repeatable(items: Iterable[Any]) -> Callable[[], Iterable[Any]]:
    repeatable = items if isinstance(items, range) else list(items)
    return lambda: repeatable


def accept_any(items: list[Any], results: list[Any]) -> None:
    """Accept any results, if no check was given."""


class FunctionForm(Workload):
    """A workload made of a function of one item, `batch` and `checker`; its subclasses set all three."""

    function: ClassVar[Callable[..., Any]]
    batch: ClassVar[Callable[[], Iterable[Any]]]
    checker: ClassVar[Callable[[list[Any], list[Any]], object]]

    def items(self) -> Iterable[Any]:
        return type(self).batch()

    def work(self, item: Any, client: Any) -> Any:
        return type(self).function(item)

    def check(self, items: list[Any], results: list[Any], env: Any) -> object:
        return type(self).checker(items, results)


class CoroutineForm(FunctionForm):
    """The same for a coroutine function: each blocking worker runs it on its own event loop, from item to item."""

    def client(self, env: Any) -> Iterator[Any]:
        import asyncio  # here, since every worker process imports this module and few need an event loop

        with asyncio.Runner() as runner:
            yield runner

    def client_async(self, env: Any) -> Any:
        return nullcontext(env)

    def work(self, item: Any, client: Any) -> Any:
        return client.run(type(self).function(item))

    async def work_async(self, item: Any, client: Any) -> Any:
        return await type(self).function(item)
