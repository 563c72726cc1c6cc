"""`bench list`: everything that a run can name."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.backends._registry import backends
from bench.cli import read_options
from bench.cli.console import data, give_json, say
from bench.collect.discovery import find_workloads, folders, passed_over
from bench.output.terminal import listing


def list_(as_json: read_options.AsJson = False) -> None:
    """List the workloads and the backends."""
    found = catalogue()
    if as_json:
        give_json(found)
    else:
        data.print(listing.catalogue_tables(found))
    say_passed_over(passed_over())


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """All that a run can name: workloads and backends with their lines and defaults. Raises WorkloadFileError."""
    return {
        "workloads": [
            {
                "name": found.name,
                "bound": found.bound,
                "summary": found.summary,
                "params": {name: parameter.default for name, parameter in found.parameters.items()},
                "path": str(found.path),
            }
            for found in find_workloads(folders()).values()
        ],
        "backends": [
            {
                "name": cls.name,
                "summary": cls.summary(),
                "options": {name: parameter.default for name, parameter in cls.known_options().items()},
            }
            for cls in backends().values()
        ],
    }


def say_passed_over(paths: Iterable[Path]) -> None:
    """Name the files that define no workload, on stderr."""
    for path in paths:
        say(f"{path}: defines no workload, passed over; start its name with _ to say so")
