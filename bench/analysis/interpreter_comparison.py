"""The same workload under several interpreters: one row per backend and workers, one cell per interpreter."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.analysis.intervals import CONFIDENCE, Ratio, holm, ratio_of
from bench.analysis.pairing import paired_logs, ratio_of_speedups, time_ratio
from bench.analysis.summary import baselines
from bench.analysis.trials import BackendConfig, CaseId, CaseTrials, case_of, trials_by_case
from bench.results.load import Run
from bench.schema import BASELINE, canonical_json

RISK = 1 - CONFIDENCE
Trials = Mapping[CaseId, CaseTrials]


@dataclass(frozen=True)
class Fastest:
    """The case with the shortest median time; the others are significantly slower or indistinguishable from it.

    `pairs` is the largest number of trials in which it was compared with another case.
    """

    case: CaseSummary
    slower: tuple[CaseSummary, ...]
    indistinguishable: tuple[CaseSummary, ...]
    pairs: int


@dataclass(frozen=True)
class BaselineChange:
    """The baseline of an interpreter over the first one's: the ratio of times, and whether it is significant."""

    baseline: CaseSummary
    first: CaseSummary
    ratio: Ratio | None
    differs: bool


@dataclass(frozen=True)
class MisleadingSpeedup:
    """Two cases of one row: `slower` has a significantly higher speedup but takes significantly longer."""

    slower: CaseSummary
    faster: CaseSummary


def fastest_of(cases: Sequence[CaseSummary], trials: Trials) -> Fastest | None:
    """The fastest of the ok cases; None if there are none.

    The others are compared with it by t tests of log ratios, paired by cycle, corrected by Holm's method, and again by
    half the number of cases, since each could have looked fastest by chance: the risk that any case as fast as the
    fastest is called slower stays at most 5 %.
    """
    results = sorted((case for case in cases if case.ok and case.median_s is not None), key=_seconds)
    if not results:
        return None
    best, *others = results
    ratios = [_time_ratio(other, best, trials) for other in others]
    chances = [chance * len(results) / 2 for chance in holm([_chance(ratio) for ratio in ratios])]
    significant = [
        ratio is not None and ratio.point > 1 and chance < RISK for ratio, chance in zip(ratios, chances, strict=True)
    ]
    return Fastest(
        case=best,
        slower=tuple(other for other, is_slower in zip(others, significant, strict=True) if is_slower),
        indistinguishable=tuple(other for other, is_slower in zip(others, significant, strict=True) if not is_slower),
        pairs=max((ratio.pairs for ratio in ratios if ratio), default=0),
    )


def baseline_changes(cases: Sequence[CaseSummary], trials: Trials) -> list[BaselineChange]:
    """Each ok baseline compared with the first one, with Holm's correction for their number."""
    ok = [case for case in cases if case.is_baseline and case.ok]
    ratios = [_time_ratio(one, ok[0], trials) for one in ok[1:]]
    chances = holm([_chance(ratio) for ratio in ratios])
    tested = zip(ok[1:], ratios, chances, strict=True)
    return [BaselineChange(one, ok[0], ratio, differs=chance < RISK) for one, ratio, chance in tested]


def misleading_speedups(rows: Sequence[Sequence[CaseSummary]], trials: Trials) -> list[MisleadingSpeedup]:
    """Pairs with a higher speedup but a longer time, the largest difference in time first.

    Both must be significant: the larger of the two p-values counts, corrected by Holm's method for all pairs within
    rows.
    """
    pairs = [pair for row in rows for pair in combinations([case for case in row if _has_speedup(case)], 2)]
    references = baselines(trials.values())
    speedups = {case: paired_logs(references[case.subject], trials[case_of(case)]) for pair in pairs for case in pair}
    ratios = [
        (_time_ratio(one, other, trials), ratio_of_speedups(speedups[one], speedups[other])) for one, other in pairs
    ]
    chances = holm([max(_chance(of_times), _chance(of_speedups)) for of_times, of_speedups in ratios])
    significant = [
        MisleadingSpeedup(*sorted(pair, key=_seconds, reverse=True))
        for pair, chance, (of_times, of_speedups) in zip(pairs, chances, ratios, strict=True)
        if chance < RISK and of_times and of_speedups and (of_times.point > 1) == (of_speedups.point > 1)
    ]
    misleading = [pair for pair in significant if pair.slower.speedup_or_zero > pair.faster.speedup_or_zero]
    return sorted(misleading, key=lambda pair: _seconds(pair.faster) / _seconds(pair.slower))


def _has_speedup(case: CaseSummary) -> bool:
    return case.ok and not case.is_baseline and case.speedup is not None


def _time_ratio(one: CaseSummary, other: CaseSummary, trials: Trials) -> Ratio | None:
    return time_ratio(trials[case_of(one)], trials[case_of(other)])


def _chance(ratio: Ratio | None) -> float:
    return 1.0 if ratio is None or ratio.p_value is None else ratio.p_value


def _seconds(case: CaseSummary) -> float:
    return case.median_s or 0.0


@dataclass(frozen=True)
class InterpreterCell:
    """One case under one interpreter.

    `mean` is the geometric mean of its trials' times in seconds, with an interval from 3 trials on. `over_first` is its
    time over that of the first interpreter in the same row, paired by cycle, or by round if they never shared a group:
    None for that one itself, or if no round has an ok trial of both.
    """

    case: CaseSummary
    mean: Estimate | None
    over_first: Ratio | None

    @property
    def seconds(self) -> float | None:
        """The median time; None unless every trial is ok."""
        return self.case.median_s if self.case.ok else None


@dataclass(frozen=True)
class Row:
    """One backend configuration with a number of workers; `cells` has the interpreters that measured it."""

    config: BackendConfig
    workers: int
    cells: Mapping[str, InterpreterCell]

    @property
    def is_baseline(self) -> bool:
        """Whether this is the baseline."""
        return self.config.backend == BASELINE


@dataclass(frozen=True)
class SideBySide:
    """A workload with its parameters under several interpreters, in the order measured.

    `fastest` is None if no case is ok. `rows` have the baseline first.
    """

    workload: str
    params: str
    interpreters: tuple[str, ...]
    rows: tuple[Row, ...]
    fastest: Fastest | None
    baselines: tuple[BaselineChange, ...]
    misleading_speedups: tuple[MisleadingSpeedup, ...]

    def gils(self, interpreter: str) -> list[str]:
        """The GIL states of an interpreter's workers; empty if unknown."""
        cells = (row.cells.get(interpreter) for row in self.rows)
        return sorted({cell.case.gil for cell in cells if cell and cell.case.gil})


def side_by_side(run: Run, summaries: Iterable[CaseSummary]) -> list[SideBySide]:
    """The workloads measured under more than one interpreter, in the order of the summaries."""
    by_workload: dict[tuple[str, str], list[CaseSummary]] = {}
    for case in summaries:
        by_workload.setdefault((case.workload, case.params), []).append(case)
    several = [cases for cases in by_workload.values() if len({case.interpreter for case in cases}) > 1]
    trials = trials_by_case(run) if several else {}
    return [_side(cases, trials) for cases in several]


def _side(cases: Sequence[CaseSummary], trials: Trials) -> SideBySide:
    interpreters = tuple(dict.fromkeys(case.interpreter for case in cases))
    grouped = _grouped(cases)
    return SideBySide(
        workload=cases[0].workload,
        params=cases[0].params,
        interpreters=interpreters,
        rows=tuple(_row(row, interpreters[0], trials) for row in grouped),
        fastest=fastest_of(cases, trials),
        baselines=tuple(baseline_changes(cases, trials)),
        misleading_speedups=tuple(misleading_speedups(grouped, trials)),
    )


def _row(cases: Sequence[CaseSummary], first: str, trials: Trials) -> Row:
    reference = next((case for case in cases if case.interpreter == first and case.ok), None)
    cells = {case.interpreter: _cell(case, None if case is reference else reference, trials) for case in cases}
    return Row(cases[0].config, cases[0].workers, cells)


def _cell(case: CaseSummary, first: CaseSummary | None, trials: Trials) -> InterpreterCell:
    if not case.ok:
        return InterpreterCell(case, None, None)
    mean = ratio_of(np.log(trials[case_of(case)].seconds.to_numpy(dtype=float)))  # over one second
    over_first = _time_ratio(case, first, trials) if first else None
    return InterpreterCell(case, mean.estimate if mean else None, over_first)


def _grouped(cases: Sequence[CaseSummary]) -> list[list[CaseSummary]]:
    """The cases of each row, the baseline first.

    Interpreters have different default start methods, which share a row unless an interpreter has two of them.
    """
    counts = Counter((case.interpreter, case.workers, _without_start_method(case.config)) for case in cases)
    ambiguous = {config for (_, _, config), count in counts.items() if count > 1}
    rows: dict[tuple[BackendConfig, int], list[CaseSummary]] = {}
    for case in cases:
        config = _without_start_method(case.config)
        rows.setdefault((case.config if config in ambiguous else config, case.workers), []).append(case)
    configs = list(dict.fromkeys(config for config, _ in rows))

    def order(row: tuple[BackendConfig, int]) -> tuple[bool, str, int, int]:
        config, workers = row
        return config.backend != BASELINE, config.backend, configs.index(config), workers

    return [rows[row] for row in sorted(rows, key=order)]


def _without_start_method(config: BackendConfig) -> BackendConfig:
    options = {name: value for name, value in json.loads(config.options).items() if name != "start_method"}
    return BackendConfig(config.backend, canonical_json(options), None, config.async_style)
