"""Have items that can be sent but not received."""

from typing import Any

from bench import workload


class Unreadable:
    """Pickled as a call that fails."""

    def __reduce__(self) -> Any:
        return int, ("no number",)


@workload(items=[Unreadable(), Unreadable()])
def is_fed_what_cannot_be_unpickled(item: Unreadable) -> int:
    """Have items that can be sent but not received."""
    return 0
