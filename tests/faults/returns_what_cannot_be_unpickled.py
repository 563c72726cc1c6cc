"""Give a result that can be sent but not received."""

from typing import Any

from bench import workload


class Unreadable:
    """Pickled as a call that fails."""

    def __reduce__(self) -> Any:
        return int, ("no number",)


@workload(items=range(4))
def returns_what_cannot_be_unpickled(item: int) -> Any:
    """Give a result that can be sent but not received."""
    return Unreadable()
