"""Processes with threads in each."""

from typing import ClassVar

from bench.backends._nested_pool import Hybrid


class ProcessesThreads(Hybrid):
    """Processes with M threads in each, workers in all (each=M, start_method=fork|spawn|forkserver)."""

    name = "processes-threads"
    inner: ClassVar[str] = "threads"
