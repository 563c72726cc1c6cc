"""Measure which way of running work concurrently is fastest, and how sure that is."""

import sys
from types import ModuleType

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without the import
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from bench.api.measuring import measure
    from bench.api.result import Result, load_run
    from bench.collect.workload import Workload, workload

__all__ = ["Result", "Workload", "load_run", "measure", "workload"]
__version__ = "0.1.0"

_HOMES = {
    "Result": "bench.api.result",
    "Workload": "bench.collect.workload",
    "load_run": "bench.api.result",
    "measure": "bench.api.measuring",
    "workload": "bench.collect.workload",
}


def __getattr__(name: str) -> object:
    """Import the public names when they are first used: `bench --version` and worker processes need few of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Register the magics: `%load_ext bench`."""
    from bench.api.magics import register

    register(shell)


class _Package(ModuleType):
    """This package; its attribute `measure` is the public function, whatever imports the package of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "measure" or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
