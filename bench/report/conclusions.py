"""What one verdict comes to, in a sentence."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bench.analysis.case_summary import CaseSummary
from bench.analysis.verdict import Outcome, Verdict
from bench.present import words
from bench.present.sentences import Labels
from bench.report.costs import cost_words, loop_of

WORTH = 1.05  # a speedup below this is not worth the trouble, and what may be above it is not yet ruled out


class Kind(StrEnum):
    """What sort of answer it is."""

    FASTER = "faster"
    PLAIN_LOOP = "plain loop"
    CANNOT_TELL = "can't tell"
    NO_VERDICT = "no verdict"


def conclusion(verdict: Verdict, cases: Sequence[CaseSummary], labels: Labels) -> tuple[Kind, str, str]:
    """The kind of answer, and one sentence in two parts: what it comes to, and the rest."""
    best = verdict.best
    if best is None:
        return Kind.NO_VERDICT, "No answer", f": {_why_none(cases)}."
    match verdict.outcome:
        case Outcome.FASTER:
            return Kind.FASTER, *_faster(best, cases, labels)
        case Outcome.ALONE:
            return Kind.NO_VERDICT, "Nothing to compare", ": only the plain loop has a result."
        case Outcome.PLAIN_LOOP if best.is_baseline:
            surely = "" if _highest(cases) <= WORTH else " surely"
            return Kind.PLAIN_LOOP, f"Nothing{surely} beats the plain loop", f": {_nearest(cases, labels)}."
        case Outcome.PLAIN_LOOP if _highest(cases) <= WORTH:
            return Kind.PLAIN_LOOP, "Nothing beats the plain loop by 5 %", f": {_nearest(cases, labels)}."
        case Outcome.PLAIN_LOOP:
            return Kind.CANNOT_TELL, *_unsure(best, labels)
        case _:
            return Kind.CANNOT_TELL, *_too_few(best, cases, labels)


def _faster(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    between = ""
    if best.speedup_low is not None and best.speedup_high is not None and not best.deterministic:
        low, high = (words.times(end).removesuffix("x") for end in (best.speedup_low, best.speedup_high))
        between = f"95 % interval {low} to {high}, "
    sure = f" ({between}{words.counted(best.paired_rounds, 'round')}: surely faster)"
    cost = cost_words(best, loop_of(cases))
    return f"{name(best, labels)} is {_as_fast(best)}", f"{sure}{f', at the cost of {cost}' if cost else ''}."


def _unsure(best: CaseSummary, labels: Labels) -> tuple[str, str]:
    low, high = words.times(best.speedup_low), words.times(best.speedup_high)
    rounds = words.counted(best.paired_rounds, "round")
    told = f"over {rounds} {name(best, labels)} was ahead, but its speedup may be anything from {low} to {high}"
    if best.speedup_low is not None and best.speedup_low > 1:
        told = (
            f"over {rounds} {name(best, labels)} was ahead (95 % interval {low} to {high}), but of so many cases "
            f"compared at once one may look so by chance"
        )
    way_out = (
        "More rounds may tell, or a machine with less else to do: the command bench doctor looks for what disturbs it"
    )
    return "This machine can't tell", f": {told}. {way_out}."


def _too_few(best: CaseSummary, cases: Sequence[CaseSummary], labels: Labels) -> tuple[str, str]:
    rounds = max((case.paired_rounds for case in cases if not case.is_baseline), default=0)
    ahead = "the plain loop" if best.is_baseline else f"{name(best, labels)}, {words.times(best.speedup)},"
    return "Can't tell yet", f": {ahead} is ahead in {words.counted(rounds, 'round')}, too few for an interval."


def _nearest(cases: Sequence[CaseSummary], labels: Labels) -> str:
    """The case that came nearest to a win, with its interval where there is one."""
    best = max((case for case in cases if _is_rival(case)), key=lambda case: case.speedup or 0)
    interval = ""
    if best.speedup_low is not None and best.speedup_high is not None and not best.deterministic:
        interval = f" {words.interval(best.speedup_low, best.speedup_high)}"
    rounds = words.counted(best.paired_rounds, "round")
    return f"the highest speedup, of {name(best, labels)}, is {words.times(best.speedup)}{interval} over {rounds}"


def _why_none(cases: Sequence[CaseSummary]) -> str:
    loop = next((case for case in cases if case.is_baseline), None)
    if loop is None:
        return "the plain loop, which every speedup is over, was not measured"
    if not loop.trials:
        why = f" ({loop.status}: {words.clean(loop.reason)})" if loop.reason else ""
        return f"the plain loop, which every speedup is over, is not ok in any round{why}"
    return "nothing is ok that was measured in a round with the plain loop"


def _is_rival(case: CaseSummary) -> bool:
    return not case.is_baseline and case.speedup is not None


def _highest(cases: Iterable[CaseSummary]) -> float:
    """The largest speedup that any interval leaves open."""
    return max((case.speedup_high or case.speedup or 0.0 for case in cases if _is_rival(case)), default=0.0)


def name(case: CaseSummary, labels: Labels) -> str:
    """`threading with 4 workers`."""
    return f"{labels[case.way]} with {words.counted(case.workers, 'worker')}"


def _as_fast(case: CaseSummary) -> str:
    return f"{words.times(case.speedup).removesuffix('x')} times as fast as the plain loop"
