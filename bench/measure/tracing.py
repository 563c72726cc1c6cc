"""One traced trial per backend and workload: when its workers did what, apart from the timed samples."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.protocol import Traced
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.measure.trial_request import traced_request
from bench.schema import Activity, BackendConfig, Bound, Case, Span, Subject

MOST_LANES = 8  # of waiting work: more lanes are hard to read in a chart


class TraceRecorder(Protocol):
    """Where traces go; they are on disk when a call returns."""

    def begin_trace(self) -> None: ...
    def append_trace(self, spans: list[Span]) -> None: ...
    def note_untraced(self, case: Case, status: str, reason: str) -> None: ...


class TraceProgress(Protocol):
    """Is notified of the case that is being traced."""

    def trace_starts(self, case: Case) -> None: ...


@dataclass(frozen=True)
class Tracer:
    """Traces cases; a trial that fails is recorded, and the others go on."""

    recorder: TraceRecorder
    progress: TraceProgress
    timeout_s: float
    scratch: Path | None = None

    def trace(self, cases: Iterable[Case]) -> None:
        """Run one traced trial for each case. Raises RecordError, NoTemporaryFolder."""
        self.recorder.begin_trace()
        for case in cases:
            self.progress.trace_starts(case)
            settings = TrialSettings(case.executable, traced_request(case), case.environment, self.scratch)
            outcome = run_trial(settings, TimeLimit(self.timeout_s), passes=0)
            if outcome.traced:
                self.recorder.append_trace(list(_spans(case, outcome.traced)))
            elif outcome.failed:
                self.recorder.note_untraced(case, outcome.failed.status, outcome.failed.reason)


def representative_cases(cases: Iterable[Case], cores: int) -> list[Case]:
    """One case per backend: with as many workers as there are cores, or 8 that wait; the nearest below, else above."""
    chosen: dict[tuple[Subject, BackendConfig], Case] = {}
    for case in cases:
        key = case.id.subject, case.id.config
        chosen[key] = max(chosen.get(key, case), case, key=lambda one: _preference(one, cores))
    return list(chosen.values())


def _preference(case: Case, cores: int) -> tuple[bool, int]:
    fits = case.workers <= (MOST_LANES if case.bound is Bound.IO else cores)
    return fits, case.workers if fits else -case.workers


def _spans(case: Case, traced: Traced) -> Iterator[Span]:
    """The start of each worker and each of its items; lanes are numbered in the order the workers became ready."""
    common: dict[str, Any] = asdict(case.id)
    lanes = sorted(zip(traced.ready_s, traced.spans_s, strict=True))
    for lane, (ready_s, spans) in enumerate(lanes):
        yield Span(**common, lane=lane, activity=Activity.START, began_s=0.0, ended_s=ready_s)
        for began_s, ended_s in spans:
            yield Span(**common, lane=lane, activity=Activity.ITEM, began_s=began_s, ended_s=ended_s)
