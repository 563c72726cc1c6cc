"""The class of the Ray actors. It is sent with its code, so that a worker needs nothing of this package to make one.

It imports the standard library alone.
"""

import importlib.util
import pickle
import sys
from typing import Any


class RayHost:
    """Makes calls that were packed, in a process that has no other purpose."""

    def __init__(self, package: str | None) -> None:
        """Load this package from its folder, if that is on this machine; otherwise it can be imported."""
        if package and "bench" not in sys.modules:
            spec = importlib.util.spec_from_file_location(
                "bench", f"{package}/__init__.py", submodule_search_locations=[package]
            )
            assert spec is not None and spec.loader is not None, f"{package} is a package"
            module = importlib.util.module_from_spec(spec)
            sys.modules["bench"] = module
            spec.loader.exec_module(module)

    def call(self, call: bytes) -> Any:
        """Make a call."""
        return pickle.loads(call)

    def numbered_call(self, number: int, call: bytes) -> tuple[int, Any]:
        """Make a call; the result with its number."""
        return number, pickle.loads(call)
