"""The figures of a case in two runs, as people read them."""

from bench.analysis.change import Finding
from bench.analysis.comparison import CaseChange
from bench.present import words


def verdict_words(finding: Finding, threshold: float) -> str:
    """A finding in full."""
    return f"no difference larger than {threshold_words(threshold)}" if finding is Finding.WITHIN else str(finding)


def short_verdict(finding: Finding, threshold: float) -> str:
    """A finding that fits a column; the summary below the table has it in full."""
    return f"within {threshold_words(threshold)}" if finding is Finding.WITHIN else str(finding)


def change_words(case: CaseChange) -> str:
    """The ratio of times with what is known of its uncertainty: `1.25x [1.19, 1.31]`."""
    change = case.change
    if change.deterministic:
        return f"{words.times(change.ratio)} deterministic"
    if change.low is None or change.high is None:
        return words.times(change.ratio)
    return f"{words.times(change.ratio)} {words.interval(change.low, change.high)}"


def trials_words(case: CaseChange) -> str:
    """The numbers of trials compared, of the old and the new run: `5/6`."""
    return f"{case.change.old_trials}/{case.change.new_trials}"


def threshold_words(share: float) -> str:
    """A threshold with no more digits than were given: `5 %`, `2.5 %`."""
    return f"{100 * share:.6g} %"
