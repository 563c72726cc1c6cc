"""What one panel of a chart shows: the cases of one piece of work."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.lines import fact_lines, name_lines
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import Bound


@dataclass(frozen=True)
class Panel:
    """What one panel shows: its cases, by way and workers, and the cores that were usable."""

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[CaseSummary]
    cores: int | None

    @property
    def rivals(self) -> list[CaseSummary]:
        """The cases that are not the plain loop."""
        return [case for case in self.cases if not case.is_baseline]

    @property
    def has_speedups(self) -> bool:
        """Whether any case but the plain loop has a speedup."""
        return any(case.speedup is not None for case in self.rivals)

    @property
    def drawable(self) -> bool:
        """Whether there is a point to draw."""
        return any(case.ok for case in self.rivals)

    @property
    def counts(self) -> list[int]:
        """The numbers of workers measured."""
        return sorted({case.workers for case in self.rivals})

    @property
    def items(self) -> int | None:
        """How many items the batch has; None where not known."""
        return next((case.items for case in self.cases if case.items), None)

    @property
    def waits(self) -> bool:
        """Whether its work waits rather than computes, so that its ideal is a critical path."""
        return self.cases[0].bound == Bound.IO

    @property
    def under_ceiling(self) -> list[CaseSummary]:
        """A case for each number of workers, above 1, with a measured ceiling, by that number."""
        found = {case.workers: case for case in self.rivals if case.workers > 1 and case.ceiling is not None}
        return [found[workers] for workers in sorted(found)]

    @property
    def shows_cores(self) -> bool:
        """Whether the number of cores lies among those of workers."""
        return self.drawable and self.cores is not None and self.cores <= self.counts[-1]


def panels_of(view: View) -> list[Panel]:
    """A panel for each piece of work under each interpreter."""
    subjects = by_subject(view.summaries)
    return [
        Panel(
            name=name_lines(subject.workload),
            facts=fact_lines([*apart(subject, subjects), *_facts(cases)]),
            cases=cases,
            cores=view.run.cores_usable,
        )
        for subject, cases in subjects.items()
    ]


def _facts(cases: Sequence[CaseSummary]) -> list[str]:
    """The time that a panel's speedups start from, and the size of its batch."""
    loops = [f"plain loop {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s]
    items = [formatting.counted(case.items, "item") for case in cases if case.items is not None]
    return [*loops[:1], *items[:1]]
