"""Waits as a coroutine."""

import asyncio


async def fetch(number: int) -> int:
    """Wait for an answer."""
    await asyncio.sleep(0.01)
    return number
