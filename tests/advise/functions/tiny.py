"""Does next to nothing."""


def increment(number: int) -> int:
    """Add one."""
    return number + 1
