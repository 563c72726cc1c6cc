"""Measure cases of one workload with the program's own core: groups in lock-step, fresh interpreters, intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.analysis.evidence import Figure, Unit
from bench.analysis.intervals import paired_ratio
from bench.analysis.pairing import time_ratio
from bench.analysis.recorded_warnings import recorded_warnings
from bench.analysis.summary import summarise
from bench.analysis.trials import case_of, trials_by_case
from bench.claims._comparison import Way, WaysCompared
from bench.claims._figures import measured
from bench.collect.discovery import select_workloads
from bench.errors import TrialFailed
from bench.measure.matrix import ChosenWorkload, every_case
from bench.measure.plan import Effort, Plan
from bench.measure.record.recorder import RunRecord
from bench.results.load import Run, load_run
from bench.schema import Case, CaseId, Interpreter, RunWarning, Sample, Status, WarningLevel
from bench.session import measuring
from bench.session.arguments import parse_backend, parse_params

TIMEOUT_S = 30.0  # of a trial's start, and of each of its passes


@dataclass(frozen=True)
class StepProgress:
    """Passes on what a run is doing, as one line."""

    step: Callable[[str], None]

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self.step(f"round {round_number + 1}: {case.label}")

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        pass

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        pass

    def leaves_out(self, names: Sequence[str]) -> None:
        raise AssertionError("no case of a comparison is spare")

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        pass  # they are conditions of the evidence

    def trace_starts(self, case: Case) -> None:
        raise AssertionError("nothing is traced")


def measure_ways(
    comparison: WaysCompared, interpreters: Sequence[Interpreter], folder: Path, step: Callable[[str], None]
) -> "MeasuredWays":
    """Measure a comparison, its run in `folder`; the first interpreter is the main one.

    Raises TrialFailed, UsageError, RecordError, NoTemporaryFolder.
    """
    cases = {way: _case(comparison, way, interpreters) for way in comparison.ways}
    effort = Effort(
        rounds=comparison.rounds,
        warmups=comparison.warmups,
        cycles=comparison.cycles,
        timeout_s=TIMEOUT_S,
        budget_s=comparison.seconds,
    )
    plan = Plan(tuple(cases.values()), effort, seed=0)
    record = RunRecord.begin(plan, interpreters, ["claims"], "", folder)
    with record:
        measuring.measure(plan, record, StepProgress(step))
    return MeasuredWays(load_run(folder), {way: case.id for way, case in cases.items()})


def _case(comparison: WaysCompared, way: Way, interpreters: Sequence[Interpreter]) -> Case:
    """The case of a way. Raises UsageError."""
    (description,) = select_workloads([comparison.workload])
    params = parse_params((*comparison.params, *way.params), [description])[description.name]
    chosen = ChosenWorkload(description, params, (way.workers,))
    interpreter = next(one for one in interpreters if not way.interpreter or one.label == way.interpreter)
    (case,) = every_case([chosen], [parse_backend(way.backend)], [interpreter])
    return case


class MeasuredWays:
    """What was measured of each way: its figures, each with its interval over the trials.

    All raise TrialFailed if one of the cases asked for is not ok.
    """

    def __init__(self, run: Run, ids: Mapping[Way, CaseId]) -> None:
        summaries = {case_of(summary): summary for summary in summarise(run)}
        trials = trials_by_case(run)
        self._summaries = {way: summaries[one] for way, one in ids.items()}
        self._trials = {way: trials[one] for way, one in ids.items()}
        self._run = run

    def summary(self, way: Way) -> CaseSummary:
        """Everything known about a case."""
        summary = self._summaries[way]
        if not summary.ok:
            raise TrialFailed(Status(summary.status), f"{way.label}: {summary.status}: {summary.reason}")
        return summary

    def speedup(self, way: Way) -> Figure:
        """The baseline's time over the case's, without the pool's start and stop."""
        return self._figure("speedup", way, self.summary(way).speedup, Unit.RATIO)

    def cold_speedup(self, way: Way) -> Figure:
        """The same with the pool's start and stop, as in a script that does this once."""
        return self._figure("speedup with start and stop", way, self.summary(way).cold_speedup, Unit.RATIO)

    def seconds(self, way: Way) -> Figure:
        """The time of a pass."""
        return self._over_trials("time", way, "elapsed_s", Unit.SECONDS)

    def pool_seconds(self, way: Way) -> Figure:
        """The time of the pool's start and stop."""
        self.summary(way)
        return measured(f"start and stop of {way.label}", self._trials[way].pool_seconds.to_list(), Unit.SECONDS)

    def peak_bytes(self, way: Way) -> Figure:
        """The peak memory of the whole process tree."""
        return self._over_trials("peak memory", way, "peak_rss_bytes", Unit.BYTES)

    def cpu_seconds(self, way: Way) -> Figure:
        """The CPU time of a pass, over the whole process tree."""
        return self._over_trials("CPU time", way, "cpu_s", Unit.SECONDS)

    def ratio(self, slower: Way, faster: Way) -> Figure:
        """The time of one case over that of another, cycle by cycle."""
        for way in (slower, faster):
            self.summary(way)
        ratio = time_ratio(self._trials[slower], self._trials[faster])
        estimate = ratio.estimate if ratio else None
        return _figure(f"time of {slower.label} / {faster.label}", estimate, Unit.RATIO, ratio.pairs if ratio else 0)

    def cold_ratio(self, slower: Way, faster: Way) -> Figure:
        """The same with start and stop of the pools, trial by trial."""
        for way in (slower, faster):
            self.summary(way)
        cold = [self._trials[way].cold_seconds.dropna() for way in (slower, faster)]
        ratio = paired_ratio(*cold)
        name = f"time with start and stop of {slower.label} / {faster.label}"
        return _figure(name, ratio.estimate if ratio else None, Unit.RATIO, ratio.pairs if ratio else 0)

    def metric(self, way: Way, name: str) -> Figure:
        """One of the workload's own metrics; its unit is in the name."""
        metric = next(one for one in self.summary(way).metrics if one.name == name)
        return self._figure(f"{name} ({metric.unit})", way, metric.value, Unit.COUNT)

    def ceiling(self, way: Way) -> list[Figure]:
        """The speedup that as many independent busy processes had; none if it is unknown."""
        ceiling = self.summary(way).ceiling
        return [self._figure("ceiling", way, ceiling, Unit.RATIO)] if ceiling else []

    def conditions(self) -> tuple[str, ...]:
        """The warnings of the run."""
        return tuple(warning.text for warning in recorded_warnings(self._run) if warning.level is WarningLevel.WARNING)

    def _figure(self, what: str, way: Way, estimate: Estimate | None, unit: Unit) -> Figure:
        return _figure(f"{what} of {way.label}", estimate, unit, self._summaries[way].trials)

    def _over_trials(self, what: str, way: Way, column: str, unit: Unit) -> Figure:
        self.summary(way)
        values = self._trials[way].ok[column].dropna().to_list()
        return measured(f"{what} of {way.label}", [float(value) for value in values], unit)


def _figure(name: str, estimate: Estimate | None, unit: Unit, trials: int) -> Figure:
    if estimate is None:
        raise TrialFailed(Status.ERROR, f"{name}: there is no pair of trials to compute it from")
    return Figure(name, estimate, unit, trials)
