"""Compare two runs case by case."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas import Series

from bench.analysis.case_summary import CaseSummary
from bench.analysis.change import Change, ChangeVerdict, Judgement, change_between, judge
from bench.analysis.environment_diff import Difference, differences
from bench.analysis.intervals import from_log
from bench.analysis.rank_test import Logs
from bench.analysis.summary import baselines, summarise
from bench.analysis.trials import CaseId, CaseTrials, Subject, case_of, trials_by_case
from bench.results.load import Run
from bench.schema import BASELINE, Status


@dataclass(frozen=True)
class CaseChange(CaseId):
    """One case of both runs: `python` is that of the new run; `old_s` and `new_s` are geometric means of ok trials."""

    old_python: str
    old_s: float
    new_s: float
    change: Change
    judgement: Judgement

    @property
    def finding(self) -> ChangeVerdict:
        """The verdict on the change."""
        return self.judgement.finding


@dataclass(frozen=True)
class CaseNotOk(CaseId):
    """A case with a trial that is not ok in at least one of the runs, with the first such status and its reason."""

    old_status: str
    old_reason: str | None
    new_status: str
    new_reason: str | None


@dataclass(frozen=True)
class Comparison:
    """All cases of two runs: each is in `cases`, `not_ok`, `only_old` or `only_new`; `threshold` is a share.

    `only_relative` are those of `cases` without a verdict that did change relative to the baseline.
    """

    old: str
    new: str
    same_run: bool
    threshold: float
    relative: bool
    by_python: bool
    differences: tuple[Difference, ...]
    cases: tuple[CaseChange, ...]
    not_ok: tuple[CaseNotOk, ...]
    only_old: tuple[CaseId, ...]
    only_new: tuple[CaseId, ...]
    only_relative: tuple[CaseChange, ...] = ()

    @property
    def counts(self) -> dict[ChangeVerdict, int]:
        """The number of cases per verdict."""
        counts = Counter(case.finding for case in self.cases)
        return {finding: counts[finding] for finding in ChangeVerdict}

    @property
    def newly_failing(self) -> list[CaseNotOk]:
        """The cases that were ok and no longer are."""
        return [case for case in self.not_ok if case.old_status == Status.OK]

    def any_slower_by(self, share: float) -> bool:
        """Whether a case is slower, and by more than this share of its old time."""
        return any(case.finding is ChangeVerdict.SLOWER and (case.change.ratio or 0) > 1 + share for case in self.cases)


Key = tuple[str | int | None, ...]


def compare_runs(old: Run, new: Run, threshold: float, relative: bool = False) -> Comparison:
    """Match the cases of two runs and judge their changes together; see `judge` for the verdicts.

    Times are compared as measured: a machine that was slower during one of the runs looks like a slower program. With
    `relative`, each time is first divided by the baseline's time of the same round, so that common slowdowns cancel
    out. The baseline itself is compared as measured, since a slowdown of all cases shows nowhere else.
    """
    by_python = len(old.interpreters) > 1 or len(new.interpreters) > 1
    before, after = _ComparedRun(old, by_python), _ComparedRun(new, by_python)
    shared = [key for key in after.summaries if key in before.summaries]
    ok = [key for key in shared if before.summaries[key].ok and after.summaries[key].ok]
    changes = [_change(before, after, key, relative) for key in ok]
    cases = [
        _case_change(before, after, *judged) for judged in zip(ok, changes, judge(changes, threshold), strict=True)
    ]
    return Comparison(
        old=old.name,
        new=new.name,
        same_run=old.folder == new.folder,
        threshold=threshold,
        relative=relative,
        by_python=by_python,
        differences=tuple(differences(old, new)),
        cases=tuple(cases),
        only_relative=() if relative else tuple(_only_relative(before, after, ok, cases, threshold)),
        not_ok=tuple(_not_ok(before.summaries[key], after.summaries[key]) for key in shared if key not in ok),
        only_old=tuple(before.unmatched_cases(shared)),
        only_new=tuple(after.unmatched_cases(shared)),
    )


class _ComparedRun:
    """One of the two runs, with its cases by the key that they are matched by."""

    def __init__(self, run: Run, by_python: bool) -> None:
        self.summaries = {_key(case, by_python): case for case in summarise(run)}
        self._trials = trials_by_case(run)

    def unmatched_cases(self, shared: Iterable[Key]) -> list[CaseId]:
        """The cases that the other run does not have."""
        matched = set(shared)
        return [case_of(case) for key, case in self.summaries.items() if key not in matched]

    def logs(self, key: Key, relative: bool = False) -> Logs:
        """The logarithm of each trial's time."""
        case = self.summaries[key]
        seconds = self._trials[case_of(case)].seconds
        if relative and case.backend != BASELINE:
            baseline = self._baselines.get(case.subject)
            seconds = _over(seconds, baseline.seconds) if baseline else seconds.iloc[:0]
        return np.log(seconds.to_numpy(dtype=float))

    @cached_property
    def _baselines(self) -> dict[Subject, CaseTrials]:
        return baselines(self._trials.values())


def _change(before: _ComparedRun, after: _ComparedRun, key: Key, relative: bool) -> Change:
    return change_between(before.logs(key, relative), after.logs(key, relative))


def _only_relative(
    before: _ComparedRun, after: _ComparedRun, keys: Sequence[Key], cases: Sequence[CaseChange], threshold: float
) -> Iterator[CaseChange]:
    """The cases that changed only relative to the baseline: Holm's correction covers both comparisons."""
    if not any(case.finding is ChangeVerdict.UNKNOWN for case in cases):
        return
    relative = [_change(before, after, key, relative=True) for key in keys]
    judged = judge([*(case.change for case in cases), *relative], threshold)[len(cases) :]
    for key, case, change, judgement in zip(keys, cases, relative, judged, strict=True):
        changed = judgement.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER)
        if changed and case.finding is ChangeVerdict.UNKNOWN and case.backend != BASELINE:
            yield _case_change(before, after, key, change, judgement)


def _over(seconds: "Series[float]", baseline: "Series[float]") -> "Series[float]":
    """Each time over the baseline's time in the same round, for rounds that have both."""
    paired = pd.concat([seconds, baseline], axis=1, join="inner")
    return paired.iloc[:, 0] / paired.iloc[:, 1]


def _key(case: CaseId, by_python: bool) -> Key:
    config = (case.backend, case.options, case.start_method, case.async_style, case.workers)
    return (case.workload, case.params, *config, case.interpreter if by_python else None)


def _case_change(
    before: _ComparedRun, after: _ComparedRun, key: Key, change: Change, judgement: Judgement
) -> CaseChange:
    return CaseChange(
        **asdict(case_of(after.summaries[key])),
        old_python=before.summaries[key].python,
        old_s=from_log(float(before.logs(key).mean())),
        new_s=from_log(float(after.logs(key).mean())),
        change=change,
        judgement=judgement,
    )


def _not_ok(old: CaseSummary, new: CaseSummary) -> CaseNotOk:
    return CaseNotOk(
        **asdict(case_of(new)),
        old_status=old.status,
        old_reason=old.reason,
        new_status=new.status,
        new_reason=new.reason,
    )
