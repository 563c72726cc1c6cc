"""What a first look at a function shows, before anything is raced."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

COMPUTES = 0.5  # share of the time on a core, or waiting for one, from which work counts as computing
RELEASES = 1.4  # times as many cores as with pure Python that two threads want, from which the GIL is released
COSTLY = 0.5  # of an item's time: what sending may take before it decides about processes


@dataclass(frozen=True)
class Look:
    """What was seen of `seen` items of a batch of `items`. Times in seconds, sizes in bytes; unknown is None.

    `item_s` is the median time of an item, `cpu_share` the share of it on a core or in the queue for one; `native` says
    that there is a coroutine form. `sending_s` is the time to pickle and unpickle an item and its result, and
    `unsendable` what cannot be pickled, and why. `threads_busy` is how many cores two threads want at once with this
    work, `python_busy` with pure Python in the same trial; `threads_failed` why the work fails in two threads.
    """

    items: int
    seen: int
    item_s: float
    cpu_share: float
    native: bool
    item_bytes: int | None = None
    result_bytes: int | None = None
    sending_s: float | None = None
    unsendable: str | None = None
    threads_busy: float | None = None
    python_busy: float | None = None
    threads_failed: str | None = None

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """From what the look has written, and perhaps more. Raises TypeError, KeyError, ValueError."""
        known = {field.name: facts[field.name] for field in fields(cls) if field.name in facts}
        look = cls(**known)
        for name in ("items", "seen", "item_s", "cpu_share"):
            if type(known[name]) not in (int, float) or known[name] < 0:
                raise ValueError(f"{name}: {known[name]!r}")
        return look

    @property
    def computes(self) -> bool:
        """Whether it computes most of the time, rather than waits."""
        return self.cpu_share >= COMPUTES

    @property
    def has_gil(self) -> bool | None:
        """Whether the GIL keeps two threads of pure Python from computing at once; None if that is unknown."""
        return None if self.python_busy is None else self.python_busy < RELEASES

    @property
    def releases_gil(self) -> bool | None:
        """Whether two threads compute at once where pure Python cannot; None if it waits, or that is unknown."""
        if not self.computes or self.threads_busy is None or self.python_busy is None or not self.has_gil:
            return None
        return self.threads_busy >= RELEASES * self.python_busy

    @property
    def sending_is_costly(self) -> bool:
        """Whether sending an item and its result takes much of what working on it takes."""
        return self.sending_s is not None and self.sending_s > COSTLY * self.item_s
