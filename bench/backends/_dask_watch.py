"""Notice when Dask workers are lost: the engine goes on without them, and runs their tasks again on others."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from distributed import Client


class LostWorkers(Exception):
    """A worker that takes part is gone."""


class Losses:
    """The workers that were lost since the pool was started, each with the number of tasks that it had not finished.

    The scheduler reports them while they happen. `event` belongs to the event loop of the client.
    """

    def __init__(self, client: Client, addresses: Iterable[str]) -> None:
        self.tasks: dict[str, int] = {}
        self.event = asyncio.Event()
        self._noticed = threading.Event()
        for address in addresses:
            client.subscribe_topic(address, partial(self._hear, address))

    def __bool__(self) -> bool:
        return bool(self.tasks)

    def wait(self, timeout_s: float) -> None:
        """Wait until a loss is reported."""
        self._noticed.wait(timeout_s)

    def add_absent(self, addresses: Iterable[str]) -> None:
        """Add workers that are absent, though their loss has not been reported."""
        for address in addresses:
            self.tasks.setdefault(address, 0)

    def _hear(self, address: str, event: tuple[float, Any]) -> None:
        _, message = event
        if isinstance(message, Mapping) and message.get("action") == "remove-worker":
            tasks = [*message.get("processing-tasks", ()), *message.get("lost-computed-tasks", ())]
            self.tasks[address] = len(tasks)
            self.event.set()
            self._noticed.set()
