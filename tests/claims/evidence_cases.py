"""For each claim figures that support it, figures that refute it, and figures that are too noisy to tell.

A figure is its value, which every trial gave, or the value with the ends of its interval.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bench.claims import (
    _after_failure,
    asyncio_thousands,
    batch_processes,
    echo_overlap,
    executor_in_group,
    free_threading,
    group_cancels,
    group_collects_all,
    group_except_star,
    group_longest,
    group_manual_cancel,
    group_timeout,
    health_check,
    hybrid,
    mixed_requests,
    n_plus_one,
    processes_linear,
    rollback,
    sqlite_threads,
    switch_cost,
    thread_memory,
)

Figures = Mapping[str, float | tuple[float, float, float]]
MB = 1e6


class EvidenceCases(NamedTuple):
    """Figures by their names."""

    supporting: Figures
    refuting: Figures
    noisy: Figures


def _changed(figures: Figures, **changes: float | tuple[float, float, float]) -> Figures:
    """The same with other values; an underscore stands for a space."""
    return {**figures, **{name.replace("_", " "): value for name, value in changes.items()}}


def _after(cancelled: Mapping[str, float | tuple[float, float, float]]) -> Figures:
    """The figures of `gather-goes-on` for what each means did with running items."""
    figures: dict[str, float | tuple[float, float, float]] = {}
    for means in _after_failure.MEANS:
        figures[f"{_after_failure.CANCELLED}, {means}"] = cancelled.get(means, 0)
        figures[f"{_after_failure.BEGUN}, {means}"] = 7
    return figures


def _linear(cores: float, at: tuple[float, float, float], gain: tuple[float, float, float]) -> Figures:
    return {processes_linear.CORES: cores, processes_linear.AT: at, processes_linear.GAIN: gain}


def _thousands(memory: tuple[float, float, float], cpu: tuple[float, float, float], answered: float) -> Figures:
    name, few, many = asyncio_thousands.name, asyncio_thousands.FEW, asyncio_thousands.MANY
    coroutines, threads = asyncio_thousands.COROUTINES, asyncio_thousands.THREADS
    return {
        name(asyncio_thousands.ANSWERED, coroutines, many): answered,
        name(asyncio_thousands.MEMORY, coroutines, many): (8e3, 7e3, 9e3),
        name(asyncio_thousands.MEMORY, coroutines, few): (8e3, 7e3, 9e3),
        name(asyncio_thousands.CPU, coroutines, few): (1e-4, 0.9e-4, 1.1e-4),
        name(asyncio_thousands.MEMORY, threads, few): memory,
        name(asyncio_thousands.CPU, threads, few): cpu,
    }


TIMEOUT: Figures = {"TimeoutErrors raised": 1, "tasks cancelled": 1, "time until then": (0.201, 0.2, 0.202)}
CANCELS: Figures = {group_cancels.CANCELLED: 4, group_cancels.GROUPS: 1, group_cancels.KNOWN: (1e-4, 0.9e-4, 2e-4)}
GROUP_TIMEOUT: Figures = {
    group_timeout.CANCELLED: 5,
    group_timeout.RAISED: 1,
    group_timeout.SECONDS: (0.201, 0.2, 0.202),
}
MANUAL: Figures = {group_manual_cancel.RAISED: 1, group_manual_cancel.MEMBERS: 3, group_manual_cancel.CANCELLED: 3}
ECHO: Figures = {echo_overlap.ANSWERED: 5, echo_overlap.AT_ONCE: 5, echo_overlap.SECONDS: (0.91, 0.9, 0.92)}
EXECUTOR: Figures = {executor_in_group.RATIO: (1.02, 1.01, 1.03), executor_in_group.IN_FLIGHT: 9}
START_BY_FORK = "start of a process by fork"
OWN_BY_SPAWN, ALL_BY_SPAWN = "of which its own, by spawn", "resident memory of a process by spawn"
THREADS, COROUTINES = "speedup of threading x5", "speedup of asyncio x5"
SPAWN: Figures = {
    "speedup with start and stop of multiprocessing:spawn x5": (2.1, 2.0, 2.2),
    "speedup of multiprocessing:spawn x5": (4.9, 4.8, 4.95),
    "start and stop of multiprocessing:spawn x5": (1.4, 1.3, 1.5),
}
SENT: Figures = {"arrived through a pool, by spawn": 0.0, "arrived as arguments of a Process, by fork": 0.0}
HEALTH: Figures = {
    health_check.UNEQUAL: (1.4, 1.35, 1.45),
    health_check.EQUAL_FEW: (1.2, 1.15, 1.25),
    health_check.EQUAL_MANY: (1.2, 1.15, 1.25),
}
HYBRID: Figures = {
    hybrid.OVER_THREADS: (1.8, 1.7, 1.9),
    hybrid.OVER_PROCESSES: (3.0, 2.9, 3.1),
    hybrid.OVER_MANY: (1.0, 0.9, 1.1),
}
SWITCH: Figures = {
    switch_cost.PROCESSES: (5e-6, 4.9e-6, 5.1e-6),
    switch_cost.THREADS: (3e-6, 2.9e-6, 3.1e-6),
    switch_cost.COROUTINES: (1e-6, 0.9e-6, 1.1e-6),
    switch_cost.FIRST: (1.67, 1.6, 1.7),
    switch_cost.SECOND: (3.0, 2.8, 3.2),
}
BATCH: Figures = {
    batch_processes.CORES: 4.0,
    batch_processes.COLD: (3.2, 3.1, 3.3),
    batch_processes.WARM: (3.3, 3.2, 3.4),
}
QUERIES: Figures = {n_plus_one.QUERIES_LAZY: 51, n_plus_one.QUERIES_AT_ONCE: 2, n_plus_one.RATIO: (4.0, 3.5, 4.5)}
SQLITE: Figures = {sqlite_threads.SECONDS: (0.2, 0.19, 0.21), sqlite_threads.SPEEDUP: (3.0, 2.8, 3.2)}

CASES: dict[str, EvidenceCases] = {
    "io-threads": EvidenceCases(
        {THREADS: (4.9, 4.8, 4.95), COROUTINES: (4.8, 4.7, 4.9)},
        {THREADS: (4.9, 4.8, 4.95), COROUTINES: (3.9, 3.8, 4.0)},
        {THREADS: (4.9, 4.8, 4.95), COROUTINES: (4.4, 3.9, 4.8)},
    ),
    "io-processes": EvidenceCases(
        SPAWN,
        {**SPAWN, "speedup with start and stop of multiprocessing:spawn x5": (4.0, 3.9, 4.1)},
        {**SPAWN, "speedup with start and stop of multiprocessing:spawn x5": (2.4, 1.9, 2.9)},
    ),
    "gil-computing": EvidenceCases(
        {"speedup of threading x2": (0.82, 0.8, 0.84), "speedup of threading x4": (0.8, 0.78, 0.83)},
        {"speedup of threading x2": (0.99, 0.98, 1.0), "speedup of threading x4": (0.98, 0.97, 1.0)},
        {"speedup of threading x2": (0.9, 0.8, 1.0), "speedup of threading x4": (0.8, 0.78, 0.83)},
    ),
    "gil-io": EvidenceCases(
        {"speedup of threading x8": (7.8, 7.7, 7.9)},
        {"speedup of threading x8": (1.0, 0.9, 1.1)},
        {"speedup of threading x8": (4.1, 3.0, 5.2)},
    ),
    "processes-linear": EvidenceCases(
        _linear(4, (3.6, 3.5, 3.7), (1.0, 0.95, 1.05)),
        _linear(2, (1.2, 1.1, 1.3), (1.0, 0.95, 1.05)),
        _linear(4, (2.9, 2.5, 3.4), (1.0, 0.95, 1.05)),
    ),
    "batch-processes": EvidenceCases(
        BATCH,
        {**BATCH, batch_processes.COLD: (0.6, 0.55, 0.65)},
        {**BATCH, batch_processes.COLD: (2.6, 2.2, 3.1)},
    ),
    "sqlite-threads": EvidenceCases(
        SQLITE,
        {**SQLITE, sqlite_threads.SECONDS: (0.8, 0.7, 0.9)},
        {**SQLITE, sqlite_threads.SECONDS: (0.5, 0.4, 0.6)},
    ),
    "asyncio-thousands": EvidenceCases(
        _thousands((1.2 * MB, 1.1 * MB, 1.3 * MB), (5e-4, 4e-4, 6e-4), 2000),
        _thousands((0.02 * MB, 0.019 * MB, 0.021 * MB), (1e-4, 0.9e-4, 1.1e-4), 2000),
        _thousands((1.2 * MB, 1.1 * MB, 1.3 * MB), (2e-4, 1.5e-4, 2.5e-4), 2000),
    ),
    "mixed-requests": EvidenceCases(
        {mixed_requests.SECONDS: (1.02, 1.01, 1.03), mixed_requests.SUCCEEDED: 100},
        {mixed_requests.SECONDS: (1.02, 1.01, 1.03), mixed_requests.SUCCEEDED: 98},
        {mixed_requests.SECONDS: (1.2, 1.0, 1.4), mixed_requests.SUCCEEDED: 100},
    ),
    "health-check": EvidenceCases(
        HEALTH,
        {**HEALTH, health_check.EQUAL_MANY: (1.0, 0.98, 1.02)},
        {**HEALTH, health_check.EQUAL_FEW: (1.1, 0.9, 1.3)},
    ),
    "echo-overlap": EvidenceCases(
        ECHO, {**ECHO, echo_overlap.AT_ONCE: 1}, {**ECHO, echo_overlap.AT_ONCE: (4.7, 3.2, 6.1)}
    ),
    "thread-start": EvidenceCases(
        {"start of a thread": (3e-5, 2e-5, 4e-5)},
        {"start of a thread": (3e-3, 2e-3, 4e-3)},
        {"start of a thread": (1e-3, 0.5e-3, 2e-3)},
    ),
    "process-start": EvidenceCases(
        {START_BY_FORK: (2e-3, 1.8e-3, 2.2e-3), "start of a process by spawn": (0.05, 0.04, 0.06)},
        {START_BY_FORK: (0.5e-3, 0.4e-3, 0.6e-3), "start of a process by spawn": (0.05, 0.04, 0.06)},
        {START_BY_FORK: (1e-3, 0.5e-3, 2e-3), "start of a process by spawn": (0.05, 0.04, 0.06)},
    ),
    "thread-memory": EvidenceCases(
        {thread_memory.RESIDENT: (1.4 * MB, 1.3 * MB, 1.5 * MB), thread_memory.RESERVED: 8 * MB},
        {thread_memory.RESIDENT: (0.02 * MB, 0.01 * MB, 0.03 * MB), thread_memory.RESERVED: 8 * MB},
        {thread_memory.RESIDENT: (0.8 * MB, 0.5 * MB, 1.1 * MB), thread_memory.RESERVED: 8 * MB},
    ),
    "process-memory": EvidenceCases(
        {OWN_BY_SPAWN: (30 * MB, 29 * MB, 31 * MB), ALL_BY_SPAWN: 40 * MB},
        {OWN_BY_SPAWN: (8 * MB, 7 * MB, 9 * MB), ALL_BY_SPAWN: 16 * MB},
        {OWN_BY_SPAWN: (17 * MB, 14 * MB, 20 * MB), ALL_BY_SPAWN: 30 * MB},
    ),
    "switch-cost": EvidenceCases(
        SWITCH,
        {**SWITCH, switch_cost.FIRST: (1.0, 0.95, 1.05)},
        {**SWITCH, switch_cost.SECOND: (1.2, 0.8, 1.8)},
    ),
    "pickling": EvidenceCases(
        SENT,
        {**SENT, "arrived as arguments of a Process, by fork": 3.0},
        {**SENT, "arrived as arguments of a Process, by fork": (1.0, -0.5, 2.5)},
    ),
    "hybrid": EvidenceCases(
        HYBRID,
        {**HYBRID, hybrid.OVER_THREADS: (0.9, 0.85, 0.95)},
        {**HYBRID, hybrid.OVER_THREADS: (1.2, 0.9, 1.5)},
    ),
    "free-threading": EvidenceCases(
        {free_threading.SPEEDUP: (1.0, 0.95, 1.05)},
        {free_threading.SPEEDUP: (1.8, 1.7, 1.9), free_threading.COST: (1.1, 1.05, 1.15)},
        {free_threading.SPEEDUP: (1.2, 0.8, 1.7)},
    ),
    "timeout": EvidenceCases(
        TIMEOUT, _changed(TIMEOUT, tasks_cancelled=0), _changed(TIMEOUT, time_until_then=(0.24, 0.2, 0.28))
    ),
    "group-longest": EvidenceCases(
        {group_longest.FLAT: (1.01, 1.0, 1.02), group_longest.NESTED: (1.01, 1.0, 1.02)},
        {group_longest.FLAT: (2.0, 1.9, 2.1), group_longest.NESTED: (1.01, 1.0, 1.02)},
        {group_longest.FLAT: (1.2, 1.0, 1.4), group_longest.NESTED: (1.01, 1.0, 1.02)},
    ),
    "group-cancels": EvidenceCases(
        CANCELS, {**CANCELS, group_cancels.CANCELLED: 0}, {**CANCELS, group_cancels.CANCELLED: (3.7, 3.2, 4.1)}
    ),
    "group-collects-all": EvidenceCases(
        {group_collects_all.COLLECTED: 3, group_collects_all.CANCELLED: 0},
        {group_collects_all.COLLECTED: 1, group_collects_all.CANCELLED: 2},
        {group_collects_all.COLLECTED: (2.5, 1.5, 3.5), group_collects_all.CANCELLED: (0.5, -0.5, 1.5)},
    ),
    "group-except-star": EvidenceCases(
        {group_except_star.FIRST: 1, group_except_star.SECOND: 1},
        {group_except_star.FIRST: 1, group_except_star.SECOND: 0},
        {group_except_star.FIRST: 1, group_except_star.SECOND: (0.6, -0.1, 1.3)},
    ),
    "group-timeout": EvidenceCases(
        GROUP_TIMEOUT,
        {**GROUP_TIMEOUT, group_timeout.CANCELLED: 2},
        {**GROUP_TIMEOUT, group_timeout.SECONDS: (0.25, 0.2, 0.3)},
    ),
    "group-manual-cancel": EvidenceCases(
        MANUAL,
        {**MANUAL, group_manual_cancel.RAISED: 0, group_manual_cancel.MEMBERS: 0},
        {**MANUAL, group_manual_cancel.MEMBERS: (2.5, 1.5, 3.5)},
    ),
    "gather-goes-on": EvidenceCases(
        _after({_after_failure.GROUP: 2}),
        _after({_after_failure.GROUP: 2, _after_failure.GATHER: 2}),
        _after({_after_failure.GROUP: 2, "thread pool (map)": (0.5, -0.5, 1.5)}),
    ),
    "executor-in-group": EvidenceCases(
        EXECUTOR,
        {executor_in_group.RATIO: (2.0, 1.95, 2.05), executor_in_group.IN_FLIGHT: 6},
        {**EXECUTOR, executor_in_group.RATIO: (1.2, 0.9, 1.6)},
    ),
    "n-plus-one": EvidenceCases(
        QUERIES,
        {**QUERIES, n_plus_one.QUERIES_AT_ONCE: 51},
        {**QUERIES, n_plus_one.QUERIES_LAZY: (40.3, 20.0, 60.6)},
    ),
    "rollback": EvidenceCases(
        {rollback.FAILED: 0, rollback.COMMITTED: 10},
        {rollback.FAILED: 6, rollback.COMMITTED: 10},
        {rollback.FAILED: (0.4, -0.4, 1.2), rollback.COMMITTED: 10},
    ),
}
