"""Computes in pure Python, which the GIL keeps on one core."""


def add_squares(count: int) -> int:
    """Add square numbers."""
    return sum(number * number for number in range(count))
