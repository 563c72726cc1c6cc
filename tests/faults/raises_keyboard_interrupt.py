"""Raise what Ctrl-C raises."""

from bench import workload


@workload(items=range(4))
def raises_keyboard_interrupt(item: int) -> int:
    """Raise what Ctrl-C raises."""
    raise KeyboardInterrupt
