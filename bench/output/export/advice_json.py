"""An advice as JSON for other programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench.analysis.advice.advice import Advice, AdviceKind, AsGood
from bench.analysis.advice.look import Look
from bench.analysis.case_summary import CaseSummary
from bench.analysis.race.course import Dropped, Racer
from bench.output.export.plain_json import without_nan

UNKNOWN_CASE: dict[str, Any] = dict.fromkeys(
    ["backend", "options", "workers", "speedup", "speedup_low", "speedup_high", "cpu_s", "peak_rss_bytes"]
)


def advice_json(advice: Advice, sentences: Sequence[str], code: str | None, run: str, seconds: float) -> dict[str, Any]:
    """What `bench advise --json` prints; unknown is null. Times are in seconds, memory in bytes.

    - `target` as it was typed; `answer`: `run`, `leave`, `can't tell` or `fails`, and its `reason`.
    - `best`: the fastest way that was found, with its speedup over the loop and the interval from fresh rounds; `loop`:
      the same of the baseline. `pays_from`: the number of items from which a pool pays that is started for them;
      `memory_per_worker`: in bytes.
    - `as_good`: those not known to be slower, with `times`, `low` and `high`: their time over that of the best.
    - `out`: those who were dropped, with the `stage`, the `round` (from 0), and `times` as long as the best `rival`, or
      a `reason`; those that are `undecided` may be as fast, but there was no time or place for all.
    - `ruled_out`: backends that were not measured, and `why`.
    - `look`: what the first look showed. `controls`: the speedups of pure Python and a pure wait in the same way.
    - `items` there are, and `batch`: how many of them were measured. `sentences`: all of it in words; `code`: the
      lines that run it so. `run`: the folder. `seconds`: how long all of it took.
    """
    record, best = advice.record, advice.best
    return without_nan(  # type: ignore[no-any-return]  # it is an object
        {
            "target": record.target.typed,
            "answer": advice.kind,
            "reason": advice.reason or advice.failure,
            "best": UNKNOWN_CASE if best is None else _case(best),
            "loop": UNKNOWN_CASE if advice.baseline is None else _case(advice.baseline),
            "pays_from": advice.pays_from,
            "memory_per_worker": advice.memory_per_worker if advice.kind is AdviceKind.RUN else None,
            "as_good": [_as_good(one) for one in advice.as_good],
            "out": [*(_beaten(one) for one in advice.beaten), *(_out(one) for one in advice.dropped)],
            "ruled_out": [asdict(one) for one in record.ruled_out],
            "look": asdict(record.look),
            "controls": [{"workload": case.workload, **_case(case)} for case in advice.controls],
            "items": record.look.items,
            "batch": record.batch or record.look.items,
            "sentences": list(sentences),
            "code": code,
            "run": run,
            "seconds": seconds,
        }
    )


def look_json(typed: str, sentence: str, look: Look | None, seconds: float) -> dict[str, Any]:
    """The same of a function that was not raced, since it fails or takes too long."""
    return {
        "target": typed,
        "answer": AdviceKind.FAILS if look is None else AdviceKind.CANNOT_TELL,
        "reason": "it fails at the first look" if look is None else "it takes too long",
        "best": UNKNOWN_CASE,
        "loop": UNKNOWN_CASE,
        "pays_from": None,
        "memory_per_worker": None,
        "as_good": [],
        "out": [],
        "ruled_out": [],
        "look": None if look is None else asdict(look),
        "controls": [],
        "items": None if look is None else look.items,
        "batch": None,
        "sentences": [sentence],
        "code": None,
        "run": None,
        "seconds": seconds,
    }


def _case(case: CaseSummary) -> dict[str, Any]:
    speedup = case.speedup
    return {
        **_racer(Racer.of(case)),
        "speedup": speedup.point if speedup else None,
        "speedup_low": speedup.low if speedup else None,
        "speedup_high": speedup.high if speedup else None,
        "cpu_s": case.cpu_s,
        "peak_rss_bytes": case.peak_rss_bytes,
    }


def _racer(racer: Racer) -> dict[str, Any]:
    return {"backend": racer.backend, "options": racer.options, "workers": racer.workers}


def _as_good(one: AsGood) -> dict[str, Any]:
    ratio = one.ratio
    return {
        **_racer(Racer.of(one.case)),
        "times": ratio.point if ratio else None,
        "low": ratio.low if ratio else None,
        "high": ratio.high if ratio else None,
    }


def _beaten(one: AsGood) -> dict[str, Any]:
    times = one.ratio.point if one.ratio else None
    return {
        **_racer(Racer.of(one.case)),
        "stage": "final",
        "round": None,
        "times": times,
        "rival": None,
        "reason": None,
        "undecided": False,
    }


def _out(one: Dropped) -> dict[str, Any]:
    return {
        **_racer(one.racer),
        "stage": one.stage,
        "round": one.round,
        "times": one.times,
        "rival": None if one.rival is None else _racer(one.rival),
        "reason": one.reason,
        "undecided": one.undecided,
    }
