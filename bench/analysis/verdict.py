"""What a person may conclude: which way is fastest, and which others cannot be told from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.load import Run
from bench.analysis.ratio import FEWEST_ROUNDS, paired_ratio
from bench.analysis.speedup import CaseSummary
from bench.analysis.trials import CaseId, CaseTrials, Subject, case_of, trials_by_case


class Outcome(StrEnum):
    """What is known about the best case."""

    FASTER = "faster"  # its whole interval lies above 1
    PLAIN_LOOP = "plain loop"  # nothing surely beats the plain loop
    TOO_FEW_ROUNDS = "too few rounds"
    ALONE = "alone"  # only the plain loop has a result
    NO_BASELINE = "no baseline"


@dataclass(frozen=True)
class Verdict:
    """The best case of a subject, and the best cases of other ways that cannot be told from it."""

    subject: Subject
    outcome: Outcome
    best: CaseSummary | None = None
    level: tuple[CaseSummary, ...] = ()

    @property
    def rounds(self) -> int:
        """How many rounds the best case was paired with the baseline in."""
        return self.best.paired_rounds if self.best else 0


def verdicts(run: Run, summaries: Iterable[CaseSummary]) -> list[Verdict]:
    """One verdict a subject, in the order of the summaries."""
    by_subject: dict[Subject, list[CaseSummary]] = {}
    for summary in summaries:
        by_subject.setdefault(summary.subject, []).append(summary)
    trials = trials_by_case(run)
    return [_verdict(subject, cases, trials) for subject, cases in by_subject.items()]


def _verdict(subject: Subject, cases: Sequence[CaseSummary], trials: Mapping[CaseId, CaseTrials]) -> Verdict:
    results = [case for case in cases if case.speedup is not None]
    rivals = [case for case in results if not case.is_baseline]
    if not results:
        return Verdict(subject, Outcome.NO_BASELINE)
    if not rivals:
        return Verdict(subject, Outcome.ALONE, results[0])
    best = max(results, key=_merit)
    level = tuple(case for case in _best_of_each_way(results) if case.way != best.way and _is_level(best, case, trials))
    return Verdict(subject, _outcome(best, rivals), best, level)


def _merit(case: CaseSummary) -> tuple[bool, float]:
    """A case that surely beats the plain loop goes before one that only may, whatever its point."""
    return _surely_faster(case), case.speedup or 0.0


def _surely_faster(case: CaseSummary) -> bool:
    return case.speedup_low is not None and case.speedup_low > 1


def _outcome(best: CaseSummary, rivals: Sequence[CaseSummary]) -> Outcome:
    if _surely_faster(best):
        return Outcome.FASTER
    rounds = max(case.paired_rounds for case in rivals) if best.is_baseline else best.paired_rounds
    return Outcome.PLAIN_LOOP if rounds >= FEWEST_ROUNDS else Outcome.TOO_FEW_ROUNDS


def _best_of_each_way(results: Iterable[CaseSummary]) -> list[CaseSummary]:
    ways = {case.way: case for case in sorted(results, key=_merit)}
    return sorted(ways.values(), key=_merit, reverse=True)


def _is_level(best: CaseSummary, other: CaseSummary, trials: Mapping[CaseId, CaseTrials]) -> bool:
    """Whether the interval of their ratio leaves open which is faster; too few rounds leave it open as well."""
    ratio = paired_ratio(trials[case_of(other)].seconds, trials[case_of(best)].seconds)
    return ratio is None or ratio.contains_one is not False
