"""A quick way to measure: one round of few cases, in which every trial is real."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.api.measuring import measure
from bench.api.result import Result

Quick = Callable[..., Result]
EVERYWHERE = ["threading", "multiprocessing:fork", "multiprocessing:spawn", "multiprocessing:forkserver", "asyncio"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Quick:
    """`bench.measure` with one round, one worker count and a given bound, so that there is no pass to find it out."""

    def measured(target: Any, items: Any = None, **options: Any) -> Result:
        if items is not None:
            options = {"bound": "cpu", **options}
        return measure(target, items, **{"workers": 2, "rounds": 1, "backends": "threading", **options})

    return measured


def statuses(result: Result) -> dict[str, str]:
    return {case.backend.removesuffix(" (blocking)"): case.status for case in result}
