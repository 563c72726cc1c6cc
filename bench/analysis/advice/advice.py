"""What follows from a race: run the function so, leave it as it is, or this machine can't tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bench.analysis.advice.advice_record import AdviceRecord, advice_record
from bench.analysis.case_summary import CaseSummary
from bench.analysis.intervals import Ratio
from bench.analysis.pairing import time_ratio
from bench.analysis.race.course import Dropped, Racer, RaceStage
from bench.analysis.summary import summarise
from bench.analysis.trials import case_of, trials_by_case
from bench.results.load import Run

WORTH = 1.05  # times as fast as the baseline: less is not worth it


class AdviceKind(StrEnum):
    """What to do."""

    RUN = "run"
    LEAVE = "leave"
    CANNOT_TELL = "can't tell"
    FAILS = "fails"


class AdviceReason(StrEnum):
    """Why not to run it concurrently, or why that is not known."""

    NO_GAIN = "nothing is faster"
    NOTHING_LEFT = "nothing could be raced"
    TOO_FEW_ITEMS = "too few items to pay for the start of a pool"
    TOO_FEW_ROUNDS = "too few rounds"
    NOISE = "the interval allows a gain and none"
    ONE_CORE = "one usable core"


@dataclass(frozen=True)
class AsGood:
    """A finalist that is not known to be slower than the best: its time over that of the best."""

    case: CaseSummary
    ratio: Ratio | None


@dataclass(frozen=True)
class Advice:
    """The advice with its evidence: `best`, `baseline` and `controls` are summaries over the rounds of the final alone.

    `best` is the fastest that was found, also if that is no gain. `final` are the numbers of its first and last round.
    `failure` says why the work failed. `pays_from` is the number of items from which a pool pays that is started for
    them; None if it is not known.
    """

    kind: AdviceKind
    record: AdviceRecord
    reason: AdviceReason | None = None
    failure: str | None = None
    baseline: CaseSummary | None = None
    best: CaseSummary | None = None
    as_good: tuple[AsGood, ...] = ()
    beaten: tuple[AsGood, ...] = ()
    controls: tuple[CaseSummary, ...] = ()
    final: tuple[int, int] | None = None
    cores: int | None = None

    @property
    def pays_from(self) -> int | None:
        return self.best.break_even_items if self.best else None

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Who was dropped on the way to the final, and was not called back as level, the last one first."""
        final = {racer for one in self.record.rounds if one.stage is RaceStage.FINAL for racer in one.racers[1:]}
        dropped = [one for one in self.record.dropped if one.racer not in final]
        return tuple(sorted(dropped, key=lambda one: one.round, reverse=True))

    @property
    def memory_per_worker(self) -> int | None:
        """The bytes that each worker of the best took beyond the memory of the baseline; None if that is not known."""
        if self.best is None or self.baseline is None:
            return None
        peaks = self.best.peak_rss_bytes, self.baseline.peak_rss_bytes
        if peaks[0] is None or peaks[1] is None:
            return None
        return max(0, round((peaks[0] - peaks[1]) / self.best.workers))


def advice_of(run: Run) -> Advice | None:
    """The advice of a run; None if it is not a race."""
    record = advice_record(run)
    if record is None or not record.rounds:
        return None
    start = next((number for number, one in enumerate(record.rounds) if one.stage is RaceStage.FINAL), None)
    last = int(run.samples["round"].max())
    if start is None or last < start:
        return _without_final(run, record)
    final = replace(run, samples=run.samples[run.samples["round"] >= start])
    summaries = summarise(final)
    own = {Racer.of(case): case for case in summaries if case.workload == record.target.workload}
    controls = tuple(case for case in summaries if case.workload != record.target.workload and not case.is_baseline)
    baseline = own.get(record.course.baseline)
    if baseline is None or not baseline.ok:
        return _without_final(run, record)
    finalists = [own[racer] for racer in record.rounds[start].racers[1:] if racer in own and own[racer].speedup]
    common = Advice(
        AdviceKind.LEAVE, record, baseline=baseline, controls=controls, final=(start, last), cores=run.cores_usable
    )
    if not finalists:
        return replace(common, reason=AdviceReason.NOTHING_LEFT)
    best, as_good, beaten = _best(final, finalists)
    return _judged(replace(common, best=best, as_good=as_good, beaten=beaten))


def _without_final(run: Run, record: AdviceRecord) -> Advice:
    """The advice of a race whose final was not measured: its baseline failed, or it was interrupted."""
    summaries = [case for case in summarise(run) if case.workload == record.target.workload]
    baseline = next((case for case in summaries if case.is_baseline), None)
    if baseline is not None and not baseline.ok:
        failure = ": ".join(filter(None, [baseline.status, baseline.reason]))
        return Advice(AdviceKind.FAILS, record, failure=failure, baseline=baseline)
    return Advice(AdviceKind.CANNOT_TELL, record, AdviceReason.TOO_FEW_ROUNDS, baseline=baseline)


def _best(final: Run, finalists: Sequence[CaseSummary]) -> tuple[CaseSummary, tuple[AsGood, ...], tuple[AsGood, ...]]:
    """The first finalist that no other one surely beats by what is worth it; those that are as good, and the others."""
    trials = trials_by_case(final)

    def ratio(slower: CaseSummary, faster: CaseSummary) -> Ratio | None:
        return time_ratio(trials[case_of(slower)], trials[case_of(faster)])

    def is_beaten(one: CaseSummary, other: CaseSummary) -> bool:
        found = ratio(one, other)
        return found is not None and found.low is not None and found.low > 1 and found.point > WORTH

    best = next(
        (one for one in finalists if not any(is_beaten(one, other) for other in finalists if other is not one)),
        finalists[0],
    )
    others = [other for other in finalists if other is not best]
    compared = [(other, ratio(other, best)) for other in others]
    as_good = tuple(AsGood(other, found) for other, found in compared if not is_beaten(other, best))
    beaten = tuple(AsGood(other, found) for other, found in compared if is_beaten(other, best))
    return best, as_good, beaten


def _judged(advice: Advice) -> Advice:
    """What the figures of the final allow to say."""
    best, look = advice.best, advice.record.look
    assert best is not None and best.speedup is not None, "a finalist has a speedup"
    if best.speedup.interval is None:
        return replace(advice, kind=AdviceKind.CANNOT_TELL, reason=AdviceReason.TOO_FEW_ROUNDS)
    low, high = best.speedup.interval
    if low > 1 and best.speedup.point >= WORTH:
        if best.break_even_items is not None and best.break_even_items > look.items:
            return replace(advice, kind=AdviceKind.LEAVE, reason=AdviceReason.TOO_FEW_ITEMS)
        return replace(advice, kind=AdviceKind.RUN)
    if look.computes and advice.cores == 1:
        return replace(advice, kind=AdviceKind.CANNOT_TELL, reason=AdviceReason.ONE_CORE)
    if high < 1 + 2 * (WORTH - 1):
        return replace(advice, kind=AdviceKind.LEAVE, reason=AdviceReason.NO_GAIN)
    return replace(advice, kind=AdviceKind.CANNOT_TELL, reason=AdviceReason.NOISE)
