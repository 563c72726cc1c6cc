"""The file that a fresh interpreter is started with, by its path: `python -P start.py MODULE ARGUMENT`.

It makes `bench` importable by its own location alone, so that nothing else that lies beside an installed `bench`
becomes importable. Worker processes that are spawned run this file again, as `__mp_main__`, for the same reason.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

START = Path(__file__)


def make_bench_importable() -> None:
    """Load the package that this file belongs to, whatever sys.path says."""
    package = START.resolve().parent
    spec = importlib.util.spec_from_file_location(
        "bench", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None and spec.loader is not None, f"{package} is no package"
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench"] = module
    spec.loader.exec_module(module)


if "bench" not in sys.modules:
    make_bench_importable()

if __name__ == "__main__":
    importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2])
