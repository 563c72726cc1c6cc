"""The verdict per subject: the best case, and those that cannot be distinguished from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.case_summary import CaseSummary
from bench.analysis.intervals import CONFIDENCE, holm
from bench.analysis.pairing import speedup_of, time_ratio
from bench.analysis.trials import CaseTrials, case_of, trials_by_case
from bench.results.load import Run
from bench.schema import MIN_ROUNDS, CaseId, Subject

RISK = 1 - CONFIDENCE


class VerdictOutcome(StrEnum):
    """What is known about the best case."""

    FASTER = "faster"  # than the baseline, corrected for the number of cases
    BASELINE = "baseline"  # nothing is significantly faster than the baseline
    TOO_FEW_ROUNDS = "too few rounds"
    ALONE = "alone"  # only the baseline has a result
    NO_BASELINE = "no baseline"


@dataclass(frozen=True)
class Verdict:
    """The best case of a subject, and the best cases of other backends that cannot be distinguished from it.

    `chance` is the p-value of the best case against the baseline, corrected by Holm's method for the `compared` cases
    that could have looked best by chance; None without an interval, or if the baseline itself is best.
    """

    subject: Subject
    outcome: VerdictOutcome
    best: CaseSummary | None = None
    indistinguishable: tuple[CaseSummary, ...] = ()
    chance: float | None = None
    compared: int = 0

    @property
    def pairs(self) -> int:
        """The number of trials that pair the best case with the baseline."""
        return self.best.paired_rounds if self.best else 0


def verdicts(run: Run, summaries: Iterable[CaseSummary]) -> list[Verdict]:
    """One verdict per subject, in the order of the summaries."""
    by_subject: dict[Subject, list[CaseSummary]] = {}
    for summary in summaries:
        by_subject.setdefault(summary.subject, []).append(summary)
    trials = trials_by_case(run)
    return [_verdict(subject, cases, trials) for subject, cases in by_subject.items()]


def _verdict(subject: Subject, cases: Sequence[CaseSummary], trials: Mapping[CaseId, CaseTrials]) -> Verdict:
    results = [case for case in cases if case.speedup is not None]
    rivals = [case for case in results if not case.is_baseline]
    if not results:
        return Verdict(subject, VerdictOutcome.NO_BASELINE)
    if not rivals:
        return Verdict(subject, VerdictOutcome.ALONE, results[0])
    chances = _chances(cases, rivals, trials)
    significant = [rival for rival in rivals if rival.speedup_or_zero > 1 and chances[case_of(rival)] < RISK]

    def merit(case: CaseSummary) -> tuple[bool, float]:
        """A case that is significantly faster than the baseline precedes any other, whatever its speedup."""
        return case in significant, case.speedup_or_zero

    best = max(results, key=merit)
    best_by_config = {case.config: case for case in sorted(results, key=merit)}
    others = [case for config, case in best_by_config.items() if config != best.config]
    indistinguishable = [case for case in sorted(others, key=merit, reverse=True) if _is_open(best, case, trials)]
    outcome = VerdictOutcome.FASTER if best in significant else _unsure(best, rivals)
    chance = chances.get(case_of(best)) if best.speedup and best.speedup.has_interval else None
    return Verdict(subject, outcome, best, tuple(indistinguishable), chance, len(rivals))


def _chances(
    cases: Sequence[CaseSummary], rivals: Sequence[CaseSummary], trials: Mapping[CaseId, CaseTrials]
) -> dict[CaseId, float]:
    """Corrected p-values, since some of many equal cases look faster: the risk of any false one below 5 % is 5 %."""
    baseline = next(trials[case_of(case)] for case in cases if case.is_baseline)
    ratios = [speedup_of(trials[case_of(rival)], baseline) for rival in rivals]
    chances = holm([1.0 if ratio is None or ratio.p_value is None else ratio.p_value for ratio in ratios])
    return dict(zip(map(case_of, rivals), chances, strict=True))


def _unsure(best: CaseSummary, rivals: Sequence[CaseSummary]) -> VerdictOutcome:
    pairs = max(case.paired_rounds for case in rivals) if best.is_baseline else best.paired_rounds
    return VerdictOutcome.BASELINE if pairs >= MIN_ROUNDS else VerdictOutcome.TOO_FEW_ROUNDS


def _is_open(best: CaseSummary, other: CaseSummary, trials: Mapping[CaseId, CaseTrials]) -> bool:
    """Whether the interval of their ratio leaves open which is faster, as do too few trials."""
    ratio = time_ratio(trials[case_of(other)], trials[case_of(best)])
    return ratio is None or ratio.contains_one is not False
