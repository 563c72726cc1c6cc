import math
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from bench import Workload
from bench.collect.validation import problem


class Smallest(Workload):
    def items(self) -> list[int]:
        return [1, 2]

    def work(self, item: int, client: Any) -> int:
        return item


class Sized(Smallest):
    rows: int = 40


class NoItems(Workload):
    def work(self, item: Any, client: Any) -> None: ...


class NoWork(Workload):
    def items(self) -> list[int]:
        return []


class CoroutineAsWork(Smallest):
    async def work(self, item: int, client: Any) -> int:  # type: ignore[override]  # what is refused
        return item


class BlockingAsCoroutine(Smallest):
    def work_async(self, item: int, client: Any) -> int:  # type: ignore[override]  # what is refused
        return item


class BadBound(Smallest):
    bound = "disk"


class NoBound(Smallest):
    bound = None  # type: ignore[assignment]  # what is refused


class ItemsAsParameter(Smallest):
    items: int = 5  # type: ignore[assignment]  # what is refused


class CheckAsParameter(Smallest):
    check: bool = True  # type: ignore[assignment]  # what is refused


class BadParameter(Smallest):
    rows: dict[str, int] = {}  # noqa: RUF012  # what is refused


class UnknownAnnotation(Smallest):
    rows: "Rows" = 1  # type: ignore[name-defined]  # noqa: F821  # what is refused


class UnknownAttribute(Smallest):
    rows: "math.Rows" = 1  # type: ignore[name-defined]  # what is refused


class HalfAnnotation(Smallest):
    rows: "1 +" = 1  # type: ignore[valid-type]  # noqa: F722  # what is refused


class NothingElse(Smallest):
    rows: None = None


class TagAsText(Smallest):
    tags = "http"  # type: ignore[assignment]  # what is refused


class MetricsAsList(Smallest):
    metrics = ("requests",)  # type: ignore[assignment]  # what is refused


class MetricsNotComputed(Smallest):
    metrics: ClassVar[Mapping[str, str]] = {"requests": "1/s"}


class MetricsNotDeclared(Smallest):
    def compute_metrics(self, items: list[Any], results: list[Any], elapsed_s: float) -> dict[str, float]:
        return {"requests": 1.0}


class CoroutineAsDiscover(Smallest):
    async def discover(self, item: Any, result: Any) -> list[Any]:  # type: ignore[override]  # what is refused
        return []


class TestProblem:
    @pytest.mark.parametrize(
        ("cls", "words"),
        [
            (NoItems, "NoItems has no items() method"),
            (NoWork, "NoWork has no work() method"),
            (CoroutineAsWork, "CoroutineAsWork.work is a coroutine function: rename it to work_async"),
            (
                BlockingAsCoroutine,
                "BlockingAsCoroutine.work_async is not a coroutine function: define it with `async def`",
            ),
            (BadBound, "unknown bound 'disk': available: cpu, io"),
            (NoBound, "unknown bound 'None': available: cpu, io"),
            (ItemsAsParameter, "ItemsAsParameter.items must be a method: the name is reserved"),
            (CheckAsParameter, "CheckAsParameter.check must be a method: the name is reserved"),
            (BadParameter, "BadParameter.rows: "),
            (UnknownAnnotation, "cannot evaluate an annotation of UnknownAnnotation: NameError: name 'Rows' is"),
            (UnknownAttribute, "cannot evaluate an annotation of UnknownAttribute: AttributeError: module 'math'"),
            (HalfAnnotation, "cannot evaluate an annotation of HalfAnnotation: SyntaxError: "),
            (NothingElse, "NothingElse.rows: <class 'NoneType'> is not a supported parameter type"),
            (TagAsText, "TagAsText.tags must be a tuple of words, such as ('http',), not 'http'"),
            (MetricsAsList, "MetricsAsList.metrics must map names to units, such as {'requests': '1/s'}, not ("),
            (MetricsNotComputed, "MetricsNotComputed.metrics are declared, but it has no compute_metrics() method"),
            (MetricsNotDeclared, "MetricsNotDeclared.compute_metrics() needs the names and units of its metrics"),
            (CoroutineAsDiscover, "CoroutineAsDiscover.discover is a coroutine function: define it with `def`"),
        ],
    )
    def test_reason_why_a_class_is_not_a_workload_is_explained(self, cls: type[Workload], words: str) -> None:
        assert (problem(cls) or "").startswith(words)

    def test_items_and_work_are_sufficient(self) -> None:
        assert problem(Smallest) is None
        assert problem(Sized) is None
