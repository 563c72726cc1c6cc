"""The evidence for an advice: costs, what is as good, who was ruled out and why, the first look, the controls."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bench.analysis.advice.advice import Advice, AdviceKind, AsGood
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Dropped, Racer, RaceStage
from bench.output.wording import formatting
from bench.output.wording.racer_names import backend_noun, case_racer_name, racer_name, racers_name


def evidence(advice: Advice) -> list[str]:
    """What is known beside the headline: costs, what is as good, what was ruled out, the look, the controls."""
    return [
        *_costs(advice),
        *_as_good(advice),
        *_beaten(advice.beaten),
        *_still_gaining(advice),
        *_dropped(advice),
        *(
            f"{backend_noun(one.backend)}: ruled out, {formatting.clean(one.why)} (first look)."
            for one in advice.record.ruled_out
        ),
        *look_lines(advice.record.look),
        *_controls(advice),
        *_batch(advice),
    ]


def _costs(advice: Advice) -> Iterator[str]:
    best, baseline = advice.best, advice.baseline
    if advice.kind is not AdviceKind.RUN or best is None or baseline is None:
        return
    costs = []
    if best.cpu_s is not None and baseline.cpu_s:
        costs.append(
            f"{formatting.times(best.cpu_s / baseline.cpu_s)} the CPU time ({formatting.seconds(best.cpu_s)} a pass, "
            f"the loop {formatting.seconds(baseline.cpu_s)})"
        )
    if advice.memory_per_worker is not None and best.peak_rss_bytes and baseline.peak_rss_bytes:
        costs.append(
            f"{formatting.size(best.peak_rss_bytes)} of memory, the loop {formatting.size(baseline.peak_rss_bytes)}: "
            f"{formatting.size(advice.memory_per_worker)} per worker"
        )
    if costs:
        yield f"Cost: {', and '.join(costs)} (medians of the final)."
    if advice.pays_from is not None and best.startup_s is not None and best.shutdown_s is not None:
        pool_s = formatting.seconds(best.startup_s + best.shutdown_s)
        yield (
            f"It pays from {formatting.counted(advice.pays_from, 'item')} on if the pool is started for them, which "
            f"takes {pool_s} with its stop (final)."
        )


def _as_good(advice: Advice) -> Iterator[str]:
    if advice.as_good and advice.kind in (AdviceKind.RUN, AdviceKind.LEAVE):
        names = [f"{case_racer_name(one.case)} ({_ratio(one)})" for one in advice.as_good]
        yield f"As good: {formatting.listed(names)} (final)."


def _beaten(others: Sequence[AsGood]) -> Iterator[str]:
    for one in others:
        rounds = formatting.counted(one.case.paired_rounds, "fresh round")
        yield f"Slower: {case_racer_name(one.case)}, {_ratio(one)} ({rounds} of the final)."


def _ratio(one: AsGood) -> str:
    return f"{formatting.estimated_times(one.ratio)} the time" if one.ratio else "never in a round with it"


def _still_gaining(advice: Advice) -> Iterator[str]:
    """Whether the best has as many workers as were tried at all."""
    best = advice.best
    if advice.kind is not AdviceKind.RUN or best is None or advice.record.look.computes:
        return
    ladder = next((one for one in advice.record.course.ladders if Racer.of(best) in one), ())
    tried = [racer for one in advice.record.rounds for racer in one.racers if racer in ladder]
    if tried and max(racer.workers for racer in tried) == best.workers:
        limit = f", since a batch of {best.items} was measured" if ladder[-1].workers == best.workers else ""
        yield f"More than {best.workers} were not tried{limit}; they may be faster (search)."


def _dropped(advice: Advice) -> Iterator[str]:
    """One line per backend and stage for those who are out, with how far behind they were."""

    def key(one: Dropped) -> tuple[bool, str, str, bool]:
        return one.undecided, one.racer.backend, one.stage, one.reason is not None

    for (undecided, _, stage, failed), group in groupby(sorted(advice.dropped, key=key), key=key):
        same = sorted(group, key=lambda one: one.racer.workers)
        names = racers_name([one.racer for one in same])
        if failed:
            yield f"Out: {names}, {formatting.clean(same[0].reason or '')} (round {same[0].round + 1})."
            continue
        times = [one.times for one in same if one.times is not None]
        least, most = formatting.times(min(times)), formatting.times(max(times))
        took = least if least == most else f"{least.removesuffix('x')} to {most}"
        rivals = {racer_name(one.rival) for one in same if one.rival is not None}
        against = next(iter(rivals)) if len(rivals) == 1 else "the fastest"
        if undecided:
            yield f"Not pursued: {names}, {took} the time of {against} so far ({_when(stage, same)}); may be as good."
        else:
            yield f"Out: {names}, {took} the time of {against} ({_when(stage, same)})."


def _when(stage: str, dropped: Sequence[Dropped]) -> str:
    rounds = sorted({one.round + 1 for one in dropped})
    numbers = formatting.listed([str(number) for number in rounds])
    what = "search" if stage == RaceStage.SEARCH else "race"
    return f"{what}, after round{'s' if len(rounds) > 1 else ''} {numbers}"


def look_lines(look: Look) -> Iterator[str]:
    """What the first look showed."""
    seen = f"first look at {look.seen} of {look.items} items, {formatting.seconds(look.item_s)} each"
    share = formatting.percent(look.cpu_share)
    does = "computes" if look.computes else "waits"
    yield f"It {does}: {share} of its time on a core, or in the queue for one ({seen})."
    if look.has_gil is False:
        cores = f"{look.python_busy:.2f} cores at once"
        yield f"This Python has no GIL: two threads of pure Python want {cores} (first look)."
    if look.releases_gil:
        yield (
            f"It releases the GIL: two threads want {look.threads_busy:.2f} cores at once, with pure Python "
            f"{look.python_busy:.2f} (first look)."
        )
    elif look.releases_gil is False:
        yield (
            f"It holds the GIL: two threads want {look.threads_busy:.2f} cores at once, with pure Python "
            f"{look.python_busy:.2f} (first look)."
        )
    if look.sending_s is not None and look.item_bytes is not None and look.result_bytes is not None:
        sizes = formatting.size(look.item_bytes), formatting.size(look.result_bytes)
        yield (
            f"Sending an item ({sizes[0]}) and its result ({sizes[1]}) to another process takes "
            f"{formatting.seconds(look.sending_s)} (first look)."
        )


def _controls(advice: Advice) -> Iterator[str]:
    """What this machine gave to pure Python and to a pure wait in the same way."""
    known = [case for case in advice.controls if case.speedup is not None]
    if known and advice.best is not None:
        gains = [f"{case.workload.replace('-', ' ')} {formatting.estimated_times(case.speedup)}" for case in known]
        yield f"At best, {case_racer_name(known[0])} give {formatting.listed(gains)} here (controls, in the final)."


def _batch(advice: Advice) -> Iterator[str]:
    batch, items = advice.record.batch, advice.record.look.items
    if batch is not None and batch < items:
        yield f"Measured on the first {batch} of {items} items, so that a pass is short."


def in_final(rounds: int) -> str:
    """The evidence of a figure of the final."""
    return f"({formatting.counted(rounds, 'fresh round')} of the final)"
