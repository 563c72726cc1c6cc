"""Workloads that go wrong, each in its own way."""

import asyncio
import ctypes
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench import Workload, workload


class Weird(Exception):
    """An exception that cannot be unpickled."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


@workload(items=range(4))
def fine(item: int) -> int:
    """Nothing goes wrong."""
    return item


@workload(items=range(4))
def raises(item: int) -> int:
    """One item raises."""
    if item == 2:
        raise KeyError("no luck")
    return item


@workload(items=range(4))
def raises_weird(item: int) -> int:
    """Raise what no other process can unpickle."""
    raise Weird(1, item)


@workload(items=range(4), check=lambda items, results: items.index("gold"))
def is_wrong(item: int) -> int:
    """Give results that the check refuses."""
    return item


@workload(items=range(4))
def leaves(item: int) -> int:
    """Leave by the back door."""
    if item == 2:
        os._exit(3)
    return item


@workload(items=range(4))
def exits(item: int) -> None:
    """Ask the interpreter to exit."""
    sys.exit(f"item {item} has had enough")


@workload(items=range(4))
def segfaults(item: int) -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


@workload(items=range(4))
def hangs(item: int) -> None:
    """Never come back."""
    time.sleep(1000)


@workload(items=range(4))
def recurses(item: int) -> int:
    """Recurse without end."""
    return recurses(item)


@workload(items=range(2))
def prints(item: int) -> int:
    """Print a lot, read standard input, then close the standard streams."""
    os.write(1, b"out" * 100_000)
    os.write(2, b"err" * 100_000)
    assert sys.stdin.read() == ""
    os.close(1)
    os.open(os.devnull, os.O_WRONLY)
    return item


@workload(items=range(2))
def forgets_to_await(item: int) -> Any:
    """Give a coroutine that nobody awaits."""
    return asyncio.sleep(0)


@workload(items=[])
def has_no_items(item: int) -> int:
    """Have nothing to do."""
    return item


class FailsInSetup(Workload):
    """Fail before anything is measured."""

    def setup(self) -> None:
        raise OSError("no room")

    def items(self) -> range:
        return range(2)

    def work(self, item: int, client: Any) -> int:
        return item


class FailsInTeardown(Workload):
    """Fail when all is measured."""

    def setup(self) -> Iterator[None]:
        yield
        raise OSError("cannot tidy up")

    def items(self) -> range:
        return range(2)

    def work(self, item: int, client: Any) -> int:
        return item


class CrashesInTeardown(Workload):
    """Crash when all is measured."""

    def setup(self) -> Iterator[None]:
        yield
        os._exit(9)

    def items(self) -> range:
        return range(2)

    def work(self, item: int, client: Any) -> int:
        return item


class HangsInTeardown(CrashesInTeardown):
    """Hang when all is measured."""

    def setup(self) -> Iterator[None]:
        yield
        time.sleep(1000)


@workload(items=range(2), check=lambda items, results: results == [items])
def is_wrong_by_its_return(item: int) -> int:
    """Give results that the check answers with False."""
    return item


@workload(items=range(2), bound="io")
async def forgets_within(item: int) -> int:
    """Forget to await what it calls."""
    asyncio.sleep(1)  # type: ignore[unused-coroutine]  # that is the fault
    return item


@workload(items=range(2))
def gives_a_generator(item: int) -> Any:
    """Give a generator that nobody iterates over."""
    return (number for number in range(item))


class LeavesTemporaryFiles(Workload):
    """Leave a file in the folder for temporary files, and name it in its failure."""

    def items(self) -> range:
        return range(1)

    def work(self, item: int, client: Any) -> int:
        import tempfile

        descriptor, path = tempfile.mkstemp()
        os.close(descriptor)
        raise RuntimeError(path)


@workload(items=range(1))
def leaves_a_child(item: int) -> int:
    """Leave a process running and tell its id."""
    child = os.fork()
    if child == 0:
        time.sleep(1000)
    raise RuntimeError(f"child={child}")


@workload(items=range(2), bound="io")
async def groups(item: int) -> None:
    """Fail in a task group of its own."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_fails(item))
        group.create_task(asyncio.sleep(10))


async def _fails(item: int) -> None:
    raise LookupError(f"task of item {item}")
