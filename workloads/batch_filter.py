"""Computation on data that has to reach the workers: pickled with each item, in shared memory, or in a file."""

import os
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import Workload

if TYPE_CHECKING:
    from multiprocessing.shared_memory import SharedMemory  # imported where it is used: most trials need none

LARGEST, THRESHOLD = 100, 50

Batch = Sequence[int]
Reader = Callable[[int], Batch]
"""What a worker keeps: gives the batch of a number."""


class FilterResult(NamedTuple):
    """Count, sum and mean of the numbers over 50 in one batch."""

    numbers: int
    total: int
    mean: float


class Transport(StrEnum):
    """How a batch reaches the worker; but for `pickle`, an item is only its number."""

    PICKLE = "pickle"
    SHARED_MEMORY = "shared-memory"
    FILE = "file"


class BatchFilter(Workload):
    """Filter batches of integers: count, sum and mean of those over 50."""

    bound = "cpu"
    tags = ("compute",)
    batches: int = 32
    size: int = 125_000  # integers per batch, 0 to 100
    seed: int = 0
    transport: Transport = Transport.PICKLE

    @cached_property
    def _batches(self) -> list[list[int]]:
        generator = random.Random(self.seed)
        return [_integers(generator, self.size) for _ in range(self.batches)]

    @cached_property
    def _expected(self) -> list[FilterResult]:
        return [_filter_bytes(batch) for batch in self._batches]

    def setup(self) -> AbstractContextManager[str]:
        if self.transport is Transport.PICKLE:
            return nullcontext("")
        data = b"".join(map(bytes, self._batches))  # a byte per integer
        return _shared(data) if self.transport is Transport.SHARED_MEMORY else _written(data)

    def client(self, env: str) -> AbstractContextManager[Reader | None]:
        if self.transport is Transport.PICKLE:
            return nullcontext()
        return _attached(env, self.size) if self.transport is Transport.SHARED_MEMORY else _opened(env, self.size)

    def items(self) -> Sequence[Batch] | Sequence[int]:
        return self._batches if self.transport is Transport.PICKLE else range(self.batches)  # work() changes none

    def work(self, item: Any, client: Reader | None) -> FilterResult:
        batch = item if client is None else client(item)
        kept = [number for number in batch if number > THRESHOLD]
        total = sum(kept)
        return FilterResult(len(kept), total, total / len(kept) if kept else 0.0)

    def check(self, items: list[Any], results: list[FilterResult], env: Any) -> None:
        for result, expected in zip(results, self._expected, strict=True):
            assert result == expected, f"got {result}, expected {expected}"


@contextmanager
def _shared(data: bytes) -> Iterator[str]:
    """The name of shared memory with the data; multiprocessing's resource tracker removes it if the trial is killed."""
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=max(len(data), 1))  # it cannot be empty
    try:
        assert memory.buf is not None  # it is, once closed
        memory.buf[: len(data)] = data
        yield memory.name
    finally:
        memory.close()
        memory.unlink()


@contextmanager
def _attached(name: str, size: int) -> Iterator[Reader]:
    memory = _attach(name)
    view = memory.buf
    assert view is not None
    try:
        # A copy, which takes a thousandth of the work: lists and bytes are iterated over equally fast, a view is not.
        yield lambda number: bytes(view[number * size : (number + 1) * size])
    finally:
        memory.close()


_attaching = threading.Lock()


def _attach(name: str) -> "SharedMemory":
    """Attach to shared memory that belongs to another process.

    Before Python 3.13, a worker that multiprocessing has not started would remove the memory when it exits
    (https://github.com/python/cpython/issues/82300), unless its resource tracker does not hear of it.
    """
    from multiprocessing import resource_tracker
    from multiprocessing.shared_memory import SharedMemory

    if sys.version_info >= (3, 13):
        return SharedMemory(name, track=False)
    with _attaching:
        register = resource_tracker.register

        def register_others(name: Any, rtype: str) -> None:
            if rtype != "shared_memory":
                register(name, rtype)

        resource_tracker.register = register_others
        try:
            return SharedMemory(name)
        finally:
            resource_tracker.register = register


@contextmanager
def _written(data: bytes) -> Iterator[str]:
    """The path of a file with the data, in the trial's own folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "batches")
        path.write_bytes(data)
        yield str(path)


@contextmanager
def _opened(path: str, size: int) -> Iterator[Reader]:
    with Path(path).open("rb", buffering=0) as file:
        descriptor = file.fileno()
        yield lambda number: os.pread(descriptor, size, number * size)


def _integers(generator: random.Random, size: int) -> list[int]:
    """Uniform random numbers from 0 to 100: random bytes below 202, two of which map to each number."""
    usable = 2 * (LARGEST + 1)
    number_of_byte = bytes(byte % (LARGEST + 1) for byte in range(256))
    drawn = b""
    while len(drawn) < size:
        drawn += generator.randbytes(size * 256 // usable + 64).translate(number_of_byte, bytes(range(usable, 256)))
    return list(drawn[:size])


def _filter_bytes(batch: Batch) -> FilterResult:
    """The same result, computed differently from work()."""
    kept = bytes(batch).translate(None, bytes(range(THRESHOLD + 1)))
    return FilterResult(len(kept), sum(kept), sum(kept) / len(kept) if kept else 0.0)
