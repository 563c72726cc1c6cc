"""Workloads with metrics of their own."""

from fractions import Fraction
from typing import Any, ClassVar

from bench import Workload


class OwnMetrics(Workload):
    """Reports two metrics, or `wrong` ones."""

    metrics: ClassVar = {"sum": "", "throughput": "items/s"}
    wrong: str = ""

    def items(self) -> range:
        return range(4)

    def work(self, item: int, client: Any) -> int:
        return item

    def compute_metrics(self, items: list[int], results: list[int], elapsed_s: float) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {
            "": {"sum": sum(results), "throughput": len(items) / elapsed_s},
            "partial": {"sum": 1},
            "undeclared": {"total": 1},
            "nan": {"sum": float("nan")},
            "text": {"sum": "6"},
            "truth": {"sum": True},
            "huge": {"sum": 10**400},
            "fraction": {"sum": Fraction(1, 4)},
        }
        if self.wrong == "raises":
            raise ZeroDivisionError("no time")
        return found[self.wrong]
