"""Compare two runs case by case, or two interpreters of one run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bench.analysis.basis import Basis, logs_of, safer_basis, same_reference
from bench.analysis.case_summary import CaseSummary
from bench.analysis.change import Change, ChangeVerdict, Judgement, change_between, judge, paired_change
from bench.analysis.environment_diff import Difference, differences
from bench.analysis.intervals import from_log
from bench.analysis.pairing import Logs, time_logs
from bench.analysis.summary import baselines, summarise
from bench.analysis.trials import CaseId, CaseTrials, Subject, case_of, trials_by_case
from bench.errors import UsageError
from bench.results.load import Run
from bench.schema import BASELINE, Status


@dataclass(frozen=True)
class CaseChange(CaseId):
    """One case of both sides: `interpreter` and `python` are those of the new one.

    `old_s` and `new_s` are the geometric means of the ok trials' times, whatever the `basis` of the change.
    """

    old_python: str
    old_s: float
    new_s: float
    basis: Basis
    change: Change
    judgement: Judgement

    @property
    def finding(self) -> ChangeVerdict:
        """The verdict on the change."""
        return self.judgement.finding


@dataclass(frozen=True)
class CaseNotOk(CaseId):
    """A case with a trial that is not ok on at least one side, with the first such status and its reason."""

    old_status: str
    old_reason: str | None
    new_status: str
    new_reason: str | None


@dataclass(frozen=True)
class Comparison:
    """All cases of two runs: each is in `cases`, `not_ok`, `only_old` or `only_new`; `threshold` is a share.

    `only_relative` are those of `cases` without a verdict that did change relative to the baseline. If two interpreters
    of one run are compared, `within` is its name, and `old` and `new` are their labels.
    """

    old: str
    new: str
    same_run: bool
    threshold: float
    relative: bool
    by_interpreter: bool
    differences: tuple[Difference, ...]
    cases: tuple[CaseChange, ...]
    not_ok: tuple[CaseNotOk, ...]
    only_old: tuple[CaseId, ...]
    only_new: tuple[CaseId, ...]
    only_relative: tuple[CaseChange, ...] = ()
    within: str | None = None

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
        return any(case.finding is ChangeVerdict.SLOWER and case.change.factor > 1 + share for case in self.cases)


Key = tuple[str | int | None, ...]


def compare_runs(old: Run, new: Run, threshold: float, relative: bool = False) -> Comparison:
    """Match the cases of two runs and judge their changes together; see `judge` for the verdicts.

    A machine that was slower during one of the runs makes a program look slower. Therefore times are compared relative
    to the reference passes of the same cycles, if both runs have the same one and that does not make the trials of a
    run vary much more: this is decided for computing and for waiting cases, see `safer_basis`. With `relative`, they
    are compared relative to the baseline of the same cycle instead; the baseline itself is compared as measured, since
    a slowdown of all cases shows nowhere else. Raises UsageError if the runs differ in how their batches scale.
    """
    if old.scaling is not new.scaling:
        raise UsageError(
            f"{old.name} has {old.scaling} scaling and {new.name} {new.scaling}: their batches differ, so that their "
            f"times cannot be compared"
        )
    by_interpreter = len(old.interpreters) > 1 or len(new.interpreters) > 1
    before, after = (
        _Side({_key(case, by_interpreter): case for case in summarise(run)}, trials_by_case(run)) for run in (old, new)
    )
    shared = [key for key in after.summaries if key in before.summaries]
    ok = [key for key in shared if before.summaries[key].ok and after.summaries[key].ok]
    bases = dict.fromkeys(ok, Basis.BASELINE) if relative else _bases(before, after, ok, same_reference(old, new))
    bases |= {key: Basis.MEASURED for key in ok if relative and after.summaries[key].backend == BASELINE}
    cases = _judged(before, after, {key: _change(before, after, key, bases[key]) for key in ok}, bases, threshold)
    return Comparison(
        old=old.name,
        new=new.name,
        same_run=old.folder == new.folder,
        threshold=threshold,
        relative=relative,
        by_interpreter=by_interpreter,
        differences=tuple(differences(old, new)),
        cases=tuple(cases),
        only_relative=() if relative else tuple(_only_relative(before, after, ok, cases, threshold)),
        **_unmatched(before, after, shared),
    )


def compare_interpreters(run: Run, old: str, new: str, threshold: float) -> Comparison:
    """Compare the cases of two interpreters of a run, given by their labels, cycle by cycle.

    The machine's speed cancels out, as both took turns: the logarithms of new over old are averaged over the cycles of
    a trial, and tested and judged over trials. Raises UsageError for a label that the run does not have.
    """
    _check_labels(run, old, new)
    summaries, trials = summarise(run), trials_by_case(run)
    before, after = (
        _Side({_key(case, False): case for case in summaries if case.interpreter == label}, trials)
        for label in (old, new)
    )
    shared = [key for key in after.summaries if key in before.summaries]
    ok = [key for key in shared if before.summaries[key].ok and after.summaries[key].ok]
    changes = {key: paired_change(time_logs(after.trials_of(key), before.trials_of(key))) for key in ok}
    versions = [", ".join(sorted({case.python for case in side.summaries.values()})) for side in (before, after)]
    return Comparison(
        old=old,
        new=new,
        same_run=False,
        threshold=threshold,
        relative=False,
        by_interpreter=False,
        differences=() if versions[0] == versions[1] else (Difference("Python", *versions),),
        cases=tuple(_judged(before, after, changes, dict.fromkeys(ok, Basis.PAIRED), threshold)),
        within=run.name,
        **_unmatched(before, after, shared),
    )


def _check_labels(run: Run, old: str, new: str) -> None:
    for label in (old, new):
        if label not in run.interpreters:
            known = ", ".join(run.interpreters)
            raise UsageError(f"{run.name}: has no interpreter {label!r}; it has {known}")
    if old == new:
        raise UsageError(f"{old!r} is compared with itself: name two interpreters, of {', '.join(run.interpreters)}")


class _Side:
    """A run, or an interpreter of one: its cases by the key that they are matched by, and the trials of the run."""

    def __init__(self, summaries: Mapping[Key, CaseSummary], trials: Mapping[CaseId, CaseTrials]) -> None:
        self.summaries = summaries
        self._trials = trials

    def trials_of(self, key: Key) -> CaseTrials:
        """The trials of a case."""
        return self._trials[case_of(self.summaries[key])]

    def unmatched_cases(self, shared: Iterable[Key]) -> tuple[CaseId, ...]:
        """The cases that the other side does not have."""
        matched = set(shared)
        return tuple(case_of(case) for key, case in self.summaries.items() if key not in matched)

    def logs(self, key: Key, basis: Basis = Basis.MEASURED) -> Logs:
        """The logarithm of each trial's time."""
        return logs_of(self.trials_of(key), basis, self._baselines.get(self.summaries[key].subject))

    @cached_property
    def _baselines(self) -> dict[Subject, CaseTrials]:
        return baselines(self._trials.values())


def _bases(before: _Side, after: _Side, keys: Sequence[Key], comparable: bool) -> dict[Key, Basis]:
    """What the times of each case are compared relative to: the same for all computing and for all waiting cases."""
    by_bound: dict[str, list[Key]] = {}
    for key in keys:
        by_bound.setdefault(after.summaries[key].bound, []).append(key)
    bases: dict[Key, Basis] = {}
    for same in by_bound.values():
        cases = [(before.trials_of(key), after.trials_of(key)) for key in same]
        bases |= dict.fromkeys(same, safer_basis(cases) if comparable else Basis.MEASURED)
    return bases


def _change(before: _Side, after: _Side, key: Key, basis: Basis) -> Change:
    return change_between(before.logs(key, basis), after.logs(key, basis))


def _judged(
    before: _Side, after: _Side, changes: Mapping[Key, Change], bases: Mapping[Key, Basis], threshold: float
) -> list[CaseChange]:
    judgements = judge(list(changes.values()), threshold)
    return [
        _case_change(before, after, key, bases[key], (change, judgement))
        for (key, change), judgement in zip(changes.items(), judgements, strict=True)
    ]


def _only_relative(
    before: _Side, after: _Side, keys: Sequence[Key], cases: Sequence[CaseChange], threshold: float
) -> Iterator[CaseChange]:
    """The cases that changed only relative to the baseline: Holm's correction covers both comparisons."""
    if not any(case.finding is ChangeVerdict.UNKNOWN for case in cases):
        return
    relative = [_change(before, after, key, Basis.BASELINE) for key in keys]
    judged = judge([*(case.change for case in cases), *relative], threshold)[len(cases) :]
    for key, case, verdict in zip(keys, cases, zip(relative, judged, strict=True), strict=True):
        changed = verdict[1].finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER)
        if changed and case.finding is ChangeVerdict.UNKNOWN and case.backend != BASELINE:
            yield _case_change(before, after, key, Basis.BASELINE, verdict)


def _key(case: CaseId, by_interpreter: bool) -> Key:
    config = (case.backend, case.options, case.start_method, case.async_style, case.workers)
    return (case.workload, case.params, *config, case.interpreter if by_interpreter else None)


def _case_change(before: _Side, after: _Side, key: Key, basis: Basis, verdict: tuple[Change, Judgement]) -> CaseChange:
    return CaseChange(
        **asdict(case_of(after.summaries[key])),
        old_python=before.summaries[key].python,
        old_s=from_log(float(before.logs(key).mean())),
        new_s=from_log(float(after.logs(key).mean())),
        basis=basis,
        change=verdict[0],
        judgement=verdict[1],
    )


def _unmatched(before: _Side, after: _Side, shared: Sequence[Key]) -> dict[str, Any]:
    """The cases that are not compared: those that are not ok, and those of one side alone."""
    pairs = [(before.summaries[key], after.summaries[key]) for key in shared]
    return {
        "not_ok": tuple(_not_ok(old, new) for old, new in pairs if not (old.ok and new.ok)),
        "only_old": before.unmatched_cases(shared),
        "only_new": after.unmatched_cases(shared),
    }


def _not_ok(old: CaseSummary, new: CaseSummary) -> CaseNotOk:
    return CaseNotOk(
        **asdict(case_of(new)),
        old_status=old.status,
        old_reason=old.reason,
        new_status=new.status,
        new_reason=new.reason,
    )
