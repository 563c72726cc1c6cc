"""An advice in a sentence, which names its evidence; `advice_evidence` has the rest of it."""

from collections.abc import Iterator

from bench.analysis.advice.advice import Advice, AdviceKind, AdviceReason
from bench.analysis.advice.advice_record import Target
from bench.analysis.advice.look import Look
from bench.analysis.case_summary import CaseSummary
from bench.output.wording import formatting
from bench.output.wording.advice_evidence import in_final
from bench.output.wording.racer_names import case_racer_name


def headline(advice: Advice) -> str:
    """The advice itself."""
    name = formatting.clean(advice.record.target.typed)
    match advice.kind:
        case AdviceKind.RUN:
            assert advice.best is not None
            return f"Run {name} with {case_racer_name(advice.best)}: {_faster(advice.best)}."
        case AdviceKind.LEAVE:
            return f"Leave {name} as it is, a loop: {_why_leave(advice)}."
        case AdviceKind.FAILS:
            return (
                f"{name} fails: {formatting.clean(advice.failure or 'no reason recorded')} (first passes of the race)."
            )
        case _:
            return f"This machine can't tell how to run {name}: {_why_unsure(advice)}."


def _faster(case: CaseSummary) -> str:
    return f"{formatting.estimated_times(case.speedup)} the speed of a loop {in_final(case.paired_rounds)}"


def _why_leave(advice: Advice) -> str:
    best, look = advice.best, advice.record.look
    if best is None:
        return "there is no other way that could be measured"
    fastest = f"the best of the others, {case_racer_name(best)}, has {_faster(best)}"
    if advice.reason is AdviceReason.TOO_FEW_ITEMS:
        return (
            f"{fastest}, but starting the pool pays only from {formatting.counted(best.break_even_items or 0, 'item')} "
            f"on, and there are {look.items}"
        )
    return "; ".join([fastest, *_causes(look)])


def _causes(look: Look) -> Iterator[str]:
    """Why nothing is faster, as far as the first look shows it."""
    if look.releases_gil is False:
        yield (
            f"it holds the GIL: two threads want {look.threads_busy:.2f} cores at once, as pure Python does "
            f"({look.python_busy:.2f}; first look)"
        )
    if look.sending_is_costly:
        yield (
            f"sending an item and its result to another process takes {formatting.seconds(look.sending_s)}, and "
            f"working on it {formatting.seconds(look.item_s)} (first look)"
        )
    if not look.computes:
        yield (
            f"it waits, with {formatting.percent(look.cpu_share)} of its time on a core (first look), and its waits do "
            "not overlap: a lock, or something else that serves one at a time, keeps them apart"
        )


def _why_unsure(advice: Advice) -> str:
    best = advice.best
    if advice.reason is AdviceReason.ONE_CORE:
        return "it computes, and there is one usable core; with more cores, processes may be faster"
    if best is None or advice.reason is AdviceReason.TOO_FEW_ROUNDS:
        return "the time was too short for three rounds of a final; a longer --max-time would help"
    return (
        f"{case_racer_name(best)} have {_faster(best)}, which may be a gain or none; a longer --max-time, items that "
        "take longer, or a quieter machine (bench doctor) would help"
    )


def failed_look(target: Target, reason: str) -> str:
    """The advice if the work fails at the first look."""
    name = formatting.clean(target.typed)
    return f"{name} fails: {formatting.clean(reason)} (first look); it must work before it is sped up."


def too_long(target: Target, look: Look, needs_s: float) -> str:
    """The advice if there is no time to race."""
    name, takes = formatting.clean(target.typed), formatting.duration(2 * needs_s)
    return (
        f"This machine can't tell how to run {name} in this time: an item takes {formatting.seconds(look.item_s)} "
        f"(first look), so that a race takes about {takes}; --max-time {2 * needs_s:.0f}, or smaller items, would help."
    )
