"""What every kind of chart is drawn from: a run, and what came of its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bench.analysis.case_summary import CaseSummary
from bench.analysis.interpreter_comparison import SideBySide, side_by_side
from bench.analysis.summary import summarise
from bench.analysis.timeline import TracedCase, traced_cases
from bench.analysis.trials import BackendConfig, CaseId
from bench.errors import UnknownName
from bench.output.charts.style import Style, style_of
from bench.output.charts.theme import Theme
from bench.output.wording.labels import backend_labels, variants
from bench.results.load import Run
from bench.results.trace_reader import read_trace


@dataclass(frozen=True)
class View:
    """A run with its summaries and what was traced of it, nothing where it has no trace.

    `labels` are what its ways are called, in the order of legends.
    A part of a run keeps the whole run's labels, so that a way looks the same in all its charts.
    """

    run: Run
    summaries: Sequence[CaseSummary]
    labels: Mapping[BackendConfig, str]
    traced: Mapping[CaseId, TracedCase]

    @classmethod
    def of(cls, run: Run, summaries: Sequence[CaseSummary] | None = None) -> "View":
        """All of a run; `summaries`, where they are known already. Raises RunNotFound for a trace that is none."""
        known = summarise(run) if summaries is None else summaries
        traced = {one.case: one for one in traced_cases(read_trace(run.folder))}
        return cls(run, known, backend_labels([*known, *traced]), traced)

    def only(self, *workloads: str) -> "View":
        """These workloads alone. Raises UnknownName."""
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
        """Whatever was measured under several interpreters."""
        return side_by_side(self.run, self.summaries)

    def styles(self, theme: Theme) -> dict[BackendConfig, Style]:
        """How each way is drawn."""
        places = variants(self.labels)
        return {config: style_of(config.backend, places[config], theme) for config in self.labels}
