"""What happens after one of several items has failed: under a task group, gather, a thread pool and a process pool.

The items write down when they begin, end and fail, into a file, since some of them run in other processes.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from pathlib import Path

from bench.analysis.evidence import Unit

ITEMS, AT_ONCE = 12, 4
ITEM_S = 0.15
FAIL_AFTER_S = {0: 0.05, 1: 0.1}  # the items that fail, while others are running

KNOWN = "until the caller knows"
CANCELLED = "running items cancelled"
BEGUN = "items begun after the failure"
FINISHED = "items finished after the failure"
LOST = "errors lost"

Event = tuple[str, int, int]  # what an item did, its number, and when, in nanoseconds


class _ItemError(Exception):
    """An item that fails."""


def fail_under(means: str) -> dict[str, tuple[float, Unit]]:
    """Let two items of a batch fail, and watch what goes on until nothing more does."""
    path = Path(tempfile.gettempdir(), "events")
    caught, known_at = MEANS[means](path)
    events = [(what, int(item), int(when)) for what, item, when in map(str.split, path.read_text().splitlines())]
    return {f"{name}, {means}": value for name, value in _outcome(events, caught, known_at).items()}


def _outcome(events: Iterable[Event], caught: int, known_at: int) -> dict[str, tuple[float, Unit]]:
    """What happened, from the events, the number of errors that reached the caller, and when they did."""
    times: dict[str, dict[int, int]] = {"begin": {}, "end": {}, "fail": {}}
    for what, item, when in events:
        times[what][item] = when
    failed_at = min(times["fail"].values())
    running = [item for item, when in times["begin"].items() if when <= failed_at and item not in FAIL_AFTER_S]
    return {
        KNOWN: (max(known_at - failed_at, 0) * 1e-9, Unit.SECONDS),
        CANCELLED: (sum(item not in times["end"] for item in running), Unit.COUNT),
        BEGUN: (sum(when > failed_at for when in times["begin"].values()), Unit.COUNT),
        FINISHED: (sum(when > failed_at for when in times["end"].values()), Unit.COUNT),
        LOST: (len(times["fail"]) - caught, Unit.COUNT),
    }


def _note(path: Path, what: str, item: int) -> None:
    """Append an event; the clock is one that all processes share."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{what} {item} {time.monotonic_ns()}\n".encode())
    os.close(descriptor)


def work(path: Path, item: int) -> None:
    """One blocking item."""
    _note(path, "begin", item)
    time.sleep(FAIL_AFTER_S.get(item, ITEM_S))
    _finish(path, item)


async def _work_async(path: Path, item: int, turns: asyncio.Semaphore) -> None:
    async with turns:
        _note(path, "begin", item)
        await asyncio.sleep(FAIL_AFTER_S.get(item, ITEM_S))
        _finish(path, item)


def _finish(path: Path, item: int) -> None:
    _note(path, "fail" if item in FAIL_AFTER_S else "end", item)
    if item in FAIL_AFTER_S:
        raise _ItemError(item)


async def _in_group(path: Path) -> tuple[int, int]:
    turns, caught = asyncio.Semaphore(AT_ONCE), 0
    try:
        async with asyncio.TaskGroup() as group:
            for item in range(ITEMS):
                group.create_task(_work_async(path, item, turns))
    except* _ItemError as errors:
        caught = len(errors.exceptions)
    return await _settled(caught)


async def _in_gather(path: Path) -> tuple[int, int]:
    turns, caught = asyncio.Semaphore(AT_ONCE), 0
    try:
        await asyncio.gather(*(_work_async(path, item, turns) for item in range(ITEMS)))
    except _ItemError:
        caught = 1
    return await _settled(caught)


async def _settled(caught: int) -> tuple[int, int]:
    """Wait, as a program that goes on does, until no other task is left."""
    known_at = time.monotonic_ns()
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
    return caught, known_at


def _submitted(executor: Callable[[int], Executor], path: Path) -> tuple[int, int]:
    caught = 0
    try:
        with executor(AT_ONCE) as pool:
            for future in as_completed([pool.submit(work, path, item) for item in range(ITEMS)]):
                future.result()
    except _ItemError:
        caught = 1
    return caught, time.monotonic_ns()


def _mapped(executor: Callable[[int], Executor], path: Path) -> tuple[int, int]:
    caught = 0
    try:
        with executor(AT_ONCE) as pool:
            list(pool.map(work, [path] * ITEMS, range(ITEMS)))
    except _ItemError:
        caught = 1
    return caught, time.monotonic_ns()


GROUP, GATHER = "task group", "gather"
MEANS: dict[str, Callable[[Path], tuple[int, int]]] = {
    GROUP: lambda path: asyncio.run(_in_group(path)),
    GATHER: lambda path: asyncio.run(_in_gather(path)),
    "thread pool (submit)": lambda path: _submitted(ThreadPoolExecutor, path),
    "thread pool (map)": lambda path: _mapped(ThreadPoolExecutor, path),
    "process pool (submit)": lambda path: _submitted(ProcessPoolExecutor, path),
    "process pool (map)": lambda path: _mapped(ProcessPoolExecutor, path),
}
"""How a batch is worked on: each returns how many errors reached the caller, and when."""
