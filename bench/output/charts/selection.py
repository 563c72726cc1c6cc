"""One case of each way, where a chart has room for no more."""

from collections.abc import Callable, Iterable
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import BackendConfig
from bench.schema import Bound

WAITING_WORKERS = 8  # more can hardly be told apart


def fastest_of_each_way(cases: Iterable[CaseSummary]) -> list[CaseSummary]:
    """The case with the least time, among those that are ok; the plain loop too."""
    return _one_of_each(cases, lambda case: -(case.median_s or 0))


def most_telling_of_each_way(cases: Iterable[CaseSummary], cores: int | None) -> list[CaseSummary]:
    """With as many workers as usable cores, or of what waits 8: the nearest number, the lower of two."""

    def worth(case: CaseSummary) -> tuple[int, int]:
        wanted = WAITING_WORKERS if case.bound == Bound.IO else cores or 1
        return -abs(case.workers - wanted), -case.workers

    return _one_of_each(cases, worth)


def _one_of_each(cases: Iterable[CaseSummary], worth: Callable[[CaseSummary], Any]) -> list[CaseSummary]:
    configs: dict[BackendConfig, list[CaseSummary]] = {}
    for case in cases:
        if case.ok:
            configs.setdefault(case.config, []).append(case)
    return [max(of_config, key=worth) for of_config in configs.values()]
