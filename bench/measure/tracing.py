"""One traced trial of each way of running each piece of work: what its workers did when, apart from timed samples."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from bench.backends._registry import backends, module_of
from bench.measure.trial.launcher import launch
from bench.measure.trial.protocol import Request, Traced
from bench.schema import Activity, BackendConfig, Bound, Case, Span, Subject

MOST_LANES = 8  # of waiting work: more can hardly be told apart in a drawing


class Recorder(Protocol):
    """Where traces go; they are kept for good when a call returns."""

    def begin_trace(self) -> None: ...
    def append_trace(self, spans: list[Span]) -> None: ...
    def note_untraced(self, case: Case, status: str, reason: str) -> None: ...


class Progress(Protocol):
    """Who is told which case is being traced."""

    def trace_starts(self, case: Case) -> None: ...


def trace(
    cases: Iterable[Case], cores: int, timeout_s: float, recorder: Recorder, progress: Progress, scratch: Path | None
) -> None:
    """Have one case of each way traced; a trial that fails is noted, and the others go on.

    Raises RecordError, NoTemporaryFolder.
    """
    recorder.begin_trace()
    for case in most_telling(cases, cores):
        progress.trace_starts(case)
        outcome = launch(case.executable, _request(case), case.environment, timeout_s, scratch)
        if outcome.traced:
            recorder.append_trace(list(_spans(case, outcome.traced)))
        elif outcome.failed:
            recorder.note_untraced(case, outcome.failed.status, outcome.failed.reason)


def most_telling(cases: Iterable[Case], cores: int) -> list[Case]:
    """One case of each way: as many workers as there are cores, or 8 that wait; the nearest below, else above."""
    chosen: dict[tuple[Subject, BackendConfig], Case] = {}
    for case in cases:
        known = case.id
        config = known.subject, known.config
        chosen[config] = max(chosen.get(config, case), case, key=lambda one: _worth(one, cores))
    return list(chosen.values())


def _worth(case: Case, cores: int) -> tuple[bool, int]:
    fits = case.workers <= (MOST_LANES if case.bound is Bound.IO else cores)
    return fits, case.workers if fits else -case.workers


def _request(case: Case) -> Request:
    return Request(
        path=case.path,
        workload=case.workload,
        params=case.params,
        backend=module_of(backends()[case.backend]),
        options=case.options,
        workers=case.workers,
        warmups=0,
        values=0,
        trace=True,
    )


def _spans(case: Case, traced: Traced) -> Iterator[Span]:
    """The start of each worker, and each of its items; lanes are numbered as the workers became ready."""
    common: dict[str, Any] = asdict(case.id)
    lanes = sorted(zip(traced.ready_s, traced.spans_s, strict=True))
    for lane, (ready_s, spans) in enumerate(lanes):
        yield Span(**common, lane=lane, activity=Activity.START, began_s=0.0, ended_s=ready_s)
        for began_s, ended_s in spans:
            yield Span(**common, lane=lane, activity=Activity.ITEM, began_s=began_s, ended_s=ended_s)
