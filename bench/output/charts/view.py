"""The data that every kind of chart is drawn from, and the choice of cases for charts that cannot show all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.interpreter_comparison import SideBySide, side_by_side
from bench.analysis.summary import summarise
from bench.analysis.timeline import TracedCase, traced_cases
from bench.errors import UnknownName
from bench.output.charts.style import Styles, style_of
from bench.output.charts.theme import Theme
from bench.output.wording.labels import backend_labels, variants
from bench.results.load import Run
from bench.results.trace_reader import read_trace
from bench.schema import BackendConfig, Bound, CaseId

WAITING_WORKERS = 8  # the curves of more can hardly be distinguished


@dataclass(frozen=True)
class View:
    """A run with its summaries and its traced cases, of which there are none without a trace.

    `labels` name the backend configurations, in the order of legends.
    A part of a run keeps the whole run's labels, so that a configuration looks the same in every chart.
    """

    run: Run
    summaries: Sequence[CaseSummary]
    labels: Mapping[BackendConfig, str]
    traced: Mapping[CaseId, TracedCase]

    @classmethod
    def of(cls, run: Run, summaries: Sequence[CaseSummary] | None = None) -> "View":
        """All of a run; pass `summaries` if they are known already. Raises RunNotFound for an invalid trace."""
        known = summarise(run) if summaries is None else summaries
        traced = {one.case: one for one in traced_cases(read_trace(run.folder))}
        return cls(run, known, backend_labels([*known, *traced]), traced)

    def only(self, *workloads: str) -> "View":
        """Only these workloads. Raises UnknownName."""
        known = self.workloads
        for name in workloads:
            if name not in known:
                raise UnknownName.among("workload in this run", name, known)
        samples = self.run.samples[self.run.samples["workload"].isin(workloads)]
        cases = [case for case in self.summaries if case.workload in workloads]
        traced = {case: one for case, one in self.traced.items() if case.workload in workloads}
        return replace(self, run=replace(self.run, samples=samples), summaries=cases, traced=traced)

    @property
    def workloads(self) -> list[str]:
        """Their names, in the order of the summaries."""
        return list(dict.fromkeys(case.workload for case in self.summaries))

    @cached_property
    def sides(self) -> list[SideBySide]:
        """The comparisons of interpreters, if there were several."""
        return side_by_side(self.run, self.summaries)

    def styles(self, theme: Theme) -> Styles:
        """The style of each backend configuration."""
        places = variants(self.labels)
        return {config: style_of(config.backend, places[config], theme) for config in self.labels}


def fastest_per_config(cases: Iterable[CaseSummary]) -> list[CaseSummary]:
    """For each backend configuration, the baseline included, the ok case with the shortest time."""
    return _one_per_config(cases, lambda case: -(case.median_s or 0))


def representative_per_config(cases: Iterable[CaseSummary], cores: int | None) -> list[CaseSummary]:
    """For each backend configuration, the ok case with about as many workers as usable cores, or 8 if it waits.

    The nearest number of workers counts; of two equally near, the lower.
    """

    def preference(case: CaseSummary) -> tuple[int, int]:
        wanted = WAITING_WORKERS if case.bound == Bound.IO else cores or 1
        return -abs(case.workers - wanted), -case.workers

    return _one_per_config(cases, preference)


def _one_per_config(cases: Iterable[CaseSummary], preference: Callable[[CaseSummary], Any]) -> list[CaseSummary]:
    configs: dict[BackendConfig, list[CaseSummary]] = {}
    for case in cases:
        if case.ok:
            configs.setdefault(case.config, []).append(case)
    return [max(of_config, key=preference) for of_config in configs.values()]
