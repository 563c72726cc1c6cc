"""The script that a fresh interpreter is started with, by path: `python -P bootstrap.py MODULE ARGUMENT`.

It makes `bench` importable from its own location alone, so that no other package installed beside
`bench` becomes importable. Spawned worker processes run this file again, as `__mp_main__`, for the same reason.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

BOOTSTRAP = Path(__file__)
PACKAGE = BOOTSTRAP.resolve().parent.parent


def command(executable: str, module: str, argument: str) -> list[str]:
    """The command that runs `main(argument)` of a module of this package in another interpreter."""
    return [executable, "-P", str(BOOTSTRAP), module, argument]


def in_trial() -> bool:
    """Whether this process is a trial or a worker of one: its main program is this file."""
    main = getattr(sys.modules["__main__"], "__file__", None)
    return main is not None and Path(main).resolve() == BOOTSTRAP.resolve()


def make_bench_importable() -> None:
    """Load the package that this file belongs to, independently of sys.path."""
    spec = importlib.util.spec_from_file_location(
        "bench", PACKAGE / "__init__.py", submodule_search_locations=[str(PACKAGE)]
    )
    assert spec is not None and spec.loader is not None, f"{PACKAGE} is not a package"
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench"] = module
    spec.loader.exec_module(module)


if "bench" not in sys.modules:
    make_bench_importable()

if __name__ == "__main__":
    importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2])
