"""Measure which way of running work concurrently is fastest, and how sure that is."""

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without the import
if TYPE_CHECKING:
    from bench.collect.workload import Workload, workload

__all__ = ["Workload", "workload"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import the public names when they are first used: `bench --version` and worker processes need few of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bench.collect import workload as module

    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
