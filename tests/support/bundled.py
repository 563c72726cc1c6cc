"""Bundled workloads in the test's own process."""

from typing import Any

from bench.collect.discovery import bundled_folder
from bench.collect.loader import workloads_in
from bench.collect.parameters import parse_all
from bench.collect.workload import Workload, entered, parameters


def bundled(name: str, **typed: str) -> Any:
    """An instance of a bundled workload, with parameters as typed on the command line."""
    (cls,) = workloads_in(bundled_folder() / f"{name.replace('-', '_')}.py").values()
    return cls(**parse_all(typed, parameters(cls), name))


def work_through(workload: Workload) -> tuple[list[Any], list[Any], Any]:
    """The items, results and env of one pass, one item after the other, and checked."""
    with entered(workload.setup(), "setup") as env, entered(workload.client(env), "client") as client:
        items, results = list(workload.items()), []
        for item in items:
            results.append(workload.work(item, client))
            items += [found for found in dict.fromkeys(workload.discover(item, results[-1])) if found not in items]
        workload.check(items, results, env)
        return items, results, env
