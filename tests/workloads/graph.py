"""A workload whose items are found while working: the nodes of a graph, each of which leads to others."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench import Workload

PATIENCE_S = 20.0


class Graph(Workload):
    """Nodes from 0 on; `edges` is like `0-1 1-2`, and the node `bad` fails."""

    edges: str = ""
    bad: int = -1
    wait: float = 0.0  # seconds per node

    def items(self) -> list[int]:
        return [0]

    def work(self, item: int, client: Any) -> list[int]:
        time.sleep(self.wait)
        assert item != self.bad, f"node {item} is bad"
        pairs = [edge.split("-") for edge in self.edges.split()]
        return [int(end) for start, end in pairs if int(start) == item]

    def discover(self, item: int, result: list[int]) -> Iterable[Any]:
        return result

    def check(self, items: list[int], results: list[list[int]], env: Any) -> None:
        assert len(set(items)) == len(items), "a node was visited twice"
        for item, result in zip(items, results, strict=True):
            assert set(result) <= set(items), f"node {item} leads to one that was not visited"


class Unhashable(Graph):
    """Leads to items that cannot be hashed."""

    def discover(self, item: int, result: list[int]) -> Iterable[Any]:
        return [{"node": item}]


class BrokenDiscover(Graph):
    """Cannot say what an item leads to."""

    def discover(self, item: int, result: list[int]) -> Iterable[Any]:
        raise LookupError("no idea")


class Text(Graph):
    """Leads to a text, whose characters are no items."""

    def discover(self, item: int, result: list[int]) -> Iterable[Any]:
        return "next"


class Nothing(Graph):
    """Forgets to return what an item leads to."""

    def discover(self, item: int, result: list[int]) -> Any:
        return None


class AsyncGraph(Graph):
    """The same with coroutines; the node `bad` fails while the others go on although they are cancelled."""

    stubborn: bool = False

    async def work_async(self, item: int, client: Any) -> list[int]:
        if item != self.bad and self.stubborn:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(10)
        return self.work(item, client)


class GraphOfItems(Workload):
    """Any graph in one pool: each item is a graph, as the nodes that each node leads to, and one of its nodes."""

    def items(self) -> list[Any]:
        return [(((),), 0)]

    def work(self, item: tuple[tuple[tuple[int, ...], ...], int], client: Any) -> tuple[int, ...]:
        links, node = item
        return links[node]

    async def work_async(self, item: tuple[tuple[tuple[int, ...], ...], int], client: Any) -> tuple[int, ...]:
        await asyncio.sleep(0)
        return self.work(item, client)

    def discover(self, item: tuple[tuple[tuple[int, ...], ...], int], result: tuple[int, ...]) -> Iterable[Any]:
        links, _ = item
        return ((links, node) for node in result)


class Patient(Workload):
    """The item 1 ends when the last of a chain, which is found meanwhile, has been worked on."""

    folder: str = ""
    length: int = 6

    def items(self) -> list[int]:
        return [0]

    def work(self, item: int, client: Any) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while item == 1 and not self._is_done(deadline):
            time.sleep(0.001)
        return self._finished(item)

    async def work_async(self, item: int, client: Any) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while item == 1 and not self._is_done(deadline):  # noqa: ASYNC110  # an event could not tell processes
            await asyncio.sleep(0.001)
        return self._finished(item)

    def discover(self, item: int, result: bool) -> Iterable[int]:
        return [1, 2] if item == 0 else [item + 1] if 1 < item < self.length else []

    def _finished(self, item: int) -> bool:
        if item == self.length:
            (Path(self.folder) / "done").touch()
        return True

    def _is_done(self, deadline: float) -> bool:
        assert time.monotonic() < deadline, "the chain was not worked on meanwhile"
        return (Path(self.folder) / "done").exists()
