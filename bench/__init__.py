"""Measure which way of running work concurrently is fastest, and how sure that is."""

from bench.collect.workload import Workload, workload

__all__ = ["Workload", "workload"]
__version__ = "0.1.0"
