"""Waits for nothing in particular."""

import time


def fetch(number: int) -> int:
    """Wait for an answer."""
    time.sleep(0.01)
    return number
