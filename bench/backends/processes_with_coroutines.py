"""Processes with coroutines in each."""

from typing import ClassVar

from bench.backends._nested_pool import Hybrid
from bench.schema import AsyncStyle


class ProcessesAsyncio(Hybrid):
    """Processes with M coroutines in flight in each, workers in all (each=M, start_method=fork|spawn|forkserver)."""

    name = "processes-asyncio"
    inner: ClassVar[str] = "coroutines"

    @classmethod
    def async_style(cls, native: bool) -> AsyncStyle | None:
        return AsyncStyle.NATIVE if native else None
