"""`bench list`: the workloads and backends that a run can use."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.cli import read_options
from bench.cli.console import data, give_json, say


def list_(as_json: read_options.AsJson = False) -> None:
    """List the workloads and the backends."""
    from bench.collect.discovery import files_without_workloads
    from bench.output.terminal import listing

    entries = catalogue()
    if as_json:
        give_json(entries)
    else:
        data().print(listing.catalogue_tables(entries))
    report_skipped_files(files_without_workloads())


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Workloads and backends with their summaries and defaults. Raises WorkloadFileError."""
    from bench.backends._registry import backends
    from bench.collect.discovery import find_workloads, folders
    from bench.machine.interpreters import probe

    here = probe(sys.executable)
    return {
        "workloads": [
            {
                "name": workload.name,
                "bound": workload.bound,
                "summary": workload.summary,
                "params": {name: parameter.default for name, parameter in workload.parameters.items()},
                "path": str(workload.path),
                "tags": list(workload.tags),
                "optional": workload.optional,
            }
            for workload in find_workloads(folders()).values()
        ],
        "backends": [
            {
                "name": cls.name,
                "summary": cls.summary(),
                "options": {name: parameter.default for name, parameter in cls.known_options().items()},
                "optional": cls.optional,
                "unavailable": cls.unavailable(here),
            }
            for cls in backends().values()
        ],
    }


def report_skipped_files(paths: Iterable[Path]) -> None:
    """List the files that define no workload, on stderr."""
    for path in paths:
        say(f"{path}: skipped, since it defines no workload; start its name with _ if that is intended")
