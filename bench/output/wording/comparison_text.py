"""Sentences above and below a comparison of two runs or interpreters, and the words in its cells."""

from collections.abc import Iterator
from itertools import chain

from bench.analysis.basis import Basis
from bench.analysis.change import RISK, ChangeVerdict, Doubt
from bench.analysis.compare import CaseChange, CaseNotOk, Comparison
from bench.analysis.environment_diff import Difference
from bench.analysis.estimate import Estimate, point_of
from bench.output.wording import formatting
from bench.output.wording.labels import Labels, backend_labels
from bench.schema import MIN_ROUNDS, CaseId, Subject

AS_MEASURED = (
    "Times are compared as measured{of}: a machine that was slower during one of the runs looks like slower code. "
    "--relative compares times relative to the baseline of the same cycle."
)
REFERENCE = (
    "Times are compared relative to the reference pass of the same cycle{of}, which shows the machine's speed, "
    "so that a machine that was slower during one of the runs does not look like slower code."
)
PAIRED = "Times are compared cycle by cycle: both interpreters took turns, so the machine's speed cancels out."
RELATIVE = (
    "Times are compared relative to the baseline of the same cycle. Whatever slows the baseline equally shows only in "
    "the baseline's own row, which is compared as measured."
)


def all_labels(comparison: Comparison) -> Labels:
    """The label of each backend configuration in either run."""
    return backend_labels(chain(comparison.cases, comparison.not_ok, comparison.only_old, comparison.only_new))


def subject_words(subject: Subject, comparison: Comparison) -> str:
    """The workload's parameters, and the interpreter if cases are matched by it."""
    python = [f"Python {formatting.clean(subject.interpreter)}"] if comparison.by_interpreter else []
    return ", ".join(filter(None, [formatting.settings(subject.params), *python]))


def environment_lines(comparison: Comparison) -> list[str]:
    """A heading and a line for each difference that may explain a change by itself, or one line if there is none."""
    if comparison.within is not None:
        python = [_difference(one) for one in comparison.differences]
        return python or ["Both interpreters are of the same version."]
    if comparison.same_run:
        return ["OLD and NEW are the same run."]
    if not comparison.differences:
        return ["Both runs have the same machine, interpreter, bench version, commit and workload files."]
    heading = "These differ between the runs, or may differ, and could explain a change by themselves:"
    return [heading, *(f"! {_difference(one)}" for one in comparison.differences)]


def notes(comparison: Comparison, labels: Labels) -> Iterator[str]:
    """Remarks about cases, and at the end the number of cases with each verdict."""
    for case in comparison.not_ok:
        yield f"! {name(case, labels)}: {_not_ok(case)}"
    for side, alone in (("OLD", comparison.only_old), ("NEW", comparison.only_new)):
        if alone:
            yield f"! Only in {side}: {formatting.listed([name(case, labels) for case in alone])}."
    for reason, cases in _by_reason(comparison).items():
        yield f"Can't tell ({formatting.counted(len(cases), 'case')}): {reason}."
    for changed in comparison.only_relative:
        yield f"! {name(changed, labels)} {_relative_change(changed)}"
    if comparison.cases:
        yield from _bases(comparison)
    yield summary(comparison)


def title(comparison: Comparison) -> str:
    """What is compared with what."""
    old, new = formatting.clean(comparison.old), formatting.clean(comparison.new)
    if comparison.within is None:
        return f"Old run {old}, new run {new}"
    return f"Run {formatting.clean(comparison.within)}: old interpreter {old}, new interpreter {new}"


def _bases(comparison: Comparison) -> Iterator[str]:
    """What times are compared relative to, and which if not all are compared alike."""
    if comparison.relative:
        yield RELATIVE
        return
    bounds: dict[Basis, set[str]] = {}
    for case in comparison.cases:
        bounds.setdefault(case.basis, set()).add(case.bound)
    texts = {Basis.MEASURED: AS_MEASURED, Basis.REFERENCE: REFERENCE, Basis.PAIRED: PAIRED}
    for basis, text in texts.items():
        if basis in bounds:
            of = f" in {formatting.listed(sorted(bounds[basis]))}-bound cases" if len(bounds) > 1 else ""
            yield text.format(of=of)


def summary(comparison: Comparison) -> str:
    """The number of cases with each verdict."""
    if not comparison.cases:
        both = "in both runs" if comparison.within is None else "under both interpreters"
        return f"Nothing to compare: no case is ok {both}."
    counts = [
        f"{count} {verdict_words(finding, comparison.threshold)}"
        for finding, count in comparison.counts.items()
        if count
    ]
    return f"Of {formatting.counted(len(comparison.cases), 'case')}: {', '.join(counts)}."


def why(case: CaseChange, comparison: Comparison) -> str | None:
    """Why there is no verdict on a case; None if there is one."""
    match case.judgement.doubt:
        case Doubt.NO_PAIR:
            if comparison.within is not None:
                return "no round has an ok trial under both interpreters"
            return "in one of the runs no ok trial of the case took turns with one of the baseline"
        case Doubt.TOO_FEW_TRIALS:
            return _too_few(case, _compared(comparison))
        case Doubt.NO_INTERVAL:
            each = "run" if comparison.within is None else "interpreter"
            return f"an interval needs at least {MIN_ROUNDS} trials of each {each}"
        case Doubt.NOISE:
            size = threshold_words(comparison.threshold)
            return f"the trials are consistent with no change and with one larger than {size}"
        case Doubt.MANY:
            return f"significant on its own, but not after correction for {_compared(comparison)} cases"
        case Doubt.SIZE:
            return f"there is a change, but it may be smaller or larger than {threshold_words(comparison.threshold)}"
        case _:
            return None


def name(case: CaseId, labels: Labels) -> str:
    """A case in one line: `sqrt-sum (n=5) threading x2`."""
    params = formatting.settings(case.params)
    subject = formatting.clean(case.workload) + (f" ({params})" if params else "")
    return f"{subject} {labels[case.config]} x{case.workers}"


def _relative_change(case: CaseChange) -> str:
    return (
        f"is {case.finding} relative to the baseline of the same cycle: {_ratio_words(case.change.ratio)} of what it "
        f"was; --relative compares all cases this way."
    )


def _compared(comparison: Comparison) -> int:
    return sum(case.change.p_value is not None for case in comparison.cases)


def _too_few(case: CaseChange, compared: int) -> str:
    trials = f"{case.change.old_trials} and {case.change.new_trials} trials are too few for p < {RISK}"
    many = f" with {compared} cases compared at once" if compared > 1 else ""
    needed = case.judgement.rounds_needed
    return trials + many + (f"; measure {needed} rounds" if needed else "; compare fewer cases")


def _by_reason(comparison: Comparison) -> dict[str, list[CaseChange]]:
    cases_by_reason: dict[str, list[CaseChange]] = {}
    for case in comparison.cases:
        if reason := why(case, comparison):
            cases_by_reason.setdefault(reason, []).append(case)
    return cases_by_reason


def _not_ok(case: CaseNotOk) -> str:
    if (case.old_status, case.old_reason) == (case.new_status, case.new_reason):
        return f"{_status(case.old_status, case.old_reason)} in both runs"
    return f"{_status(case.old_status, case.old_reason)} in OLD, {_status(case.new_status, case.new_reason)} in NEW"


def _status(status: str, reason: str | None) -> str:
    return f"{status} ({formatting.clean(reason)})" if reason else status


def _difference(difference: Difference) -> str:
    what, old, new = formatting.clean(difference.what), _fact(difference.old), _fact(difference.new)
    if difference.old is None and difference.new is None:
        return f"{what}: unknown in both"
    return f"{what}: {old} in both" if old == new else f"{what}: {old} in OLD, {new} in NEW"


def _fact(fact: str | None) -> str:
    return "unknown" if fact is None else formatting.clean(fact)


def verdict_words(finding: ChangeVerdict, threshold: float) -> str:
    """The verdict in full."""
    return (
        f"no difference larger than {threshold_words(threshold)}" if finding is ChangeVerdict.WITHIN else str(finding)
    )


def short_verdict(finding: ChangeVerdict, threshold: float) -> str:
    """The verdict, short enough for a column; the summary below the table has it in full."""
    return f"within {threshold_words(threshold)}" if finding is ChangeVerdict.WITHIN else str(finding)


def change_words(case: CaseChange) -> str:
    """The ratio of times with its uncertainty: `1.25x [1.19, 1.31]`, `1.25x deterministic`."""
    if case.change.deterministic:
        return f"{formatting.times(point_of(case.change.ratio))} deterministic"
    return _ratio_words(case.change.ratio)


def _ratio_words(ratio: Estimate | None) -> str:
    interval = ratio.interval if ratio else None
    return formatting.times(point_of(ratio)) + (f" {formatting.interval(*interval)}" if interval else "")


def trials_words(case: CaseChange) -> str:
    """The number of trials compared in the old and in the new run: `5/6`."""
    return f"{case.change.old_trials}/{case.change.new_trials}"


def threshold_words(share: float) -> str:
    """A threshold with as many digits as the user gave: `5 %`, `2.5 %`."""
    return f"{100 * share:.6g} %"
