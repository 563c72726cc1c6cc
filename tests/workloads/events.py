"""A workload that writes down what happens to it, in the folder that is its environment."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import Workload


class Events(Workload):
    """Write down each opening, item and closing."""

    bound = "io"
    count: int = 12
    bad: int = -1  # the item that raises
    bad_client: bool = False
    bad_close: bool = False

    def items(self) -> range:
        return range(self.count)

    def client(self, env: str) -> Iterator[Path]:
        if self.bad_client:
            raise ConnectionError("no way in")
        _note(env, "open")
        yield Path(env)
        _note(env, "close")
        if self.bad_close:
            raise ConnectionError("no way out")

    async def client_async(self, env: str) -> AsyncIterator[Path]:
        for client in self.client(env):
            yield client

    def work(self, item: int, client: Path) -> int:
        with self._noted(item, client):
            time.sleep(0.002 * (self.count - item))  # the first items end last
        return item * item

    async def work_async(self, item: int, client: Path) -> int:
        with self._noted(item, client):
            await asyncio.sleep(0.002 * (self.count - item))
        return item * item

    @contextmanager
    def _noted(self, item: int, client: Path) -> Iterator[None]:
        _note(client, f"begin {item}")
        if item == self.bad:
            raise ValueError(f"{item} is bad")
        yield
        _note(client, f"end {item}")


class Blocking(Events):
    """The same, with blocking work alone."""

    work_async = Workload.work_async


def _note(folder: str | Path, event: str) -> None:
    """Append a line; such short appends are atomic, so that workers need no lock."""
    line = f"{os.getpid()}:{threading.get_ident()} {event}\n"
    descriptor = os.open(Path(folder) / "events", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
