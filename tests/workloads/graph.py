"""A workload whose items are found while working: the nodes of a graph, each of which leads to others."""

import time
from collections.abc import Iterable
from typing import Any

from bench import Workload


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
