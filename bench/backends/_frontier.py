"""The items of a pass that grows while it is worked on, such as the pages that a crawler finds."""

from collections.abc import Callable, Iterable
from typing import Any

from bench.errors import TrialFailed
from bench.process.failure_reason import short_repr
from bench.schema import Status


class Frontier:
    """All items found by now, each once, in the order found, and the results of those that are done.

    An item's number is its place in `items`, and that of its result in `results`. `discover` gives the items that an
    item and its result lead to.
    """

    def __init__(self, items: Iterable[Any], discover: Callable[[Any, Any], Iterable[Any]]) -> None:
        self.items: list[Any] = []
        self.results: list[Any] = []
        self._discover = discover
        self._seen: set[Any] = set()
        self._taken = 0
        self._add(items)

    def take(self) -> list[tuple[int, Any]]:
        """The items, with their numbers, that were found since the last call."""
        first, self._taken = self._taken, len(self.items)
        return list(enumerate(self.items[first:], first))

    def finish(self, number: int, result: Any) -> None:
        """Take in the result of an item, and the items that it leads to. Raises TrialFailed."""
        self.results[number] = result
        self._add(self._discover(self.items[number], result))

    def _add(self, items: Iterable[Any]) -> None:
        for item in items:
            try:
                seen = item in self._seen
            except TypeError as error:
                raise TrialFailed(
                    Status.ERROR,
                    f"item {short_repr(item)} cannot be hashed ({error}): items of a workload with discover() must be "
                    f"hashable, so that each is worked on once",
                ) from error
            if not seen:
                self._seen.add(item)
                self.items.append(item)
                self.results.append(None)
