"""The table shown during a run: one line per workload, and below it one per backend."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from bench.analysis.live_estimates import CaseEstimate, RunningEstimates, highest
from bench.output.terminal.speedup_bar import SpeedupBar, scale_for
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import backend_labels, by_subject, subject_name
from bench.schema import BASELINE, BackendConfig, CaseId, Status, Subject

HEADING = "Highest speedup so far [95 % interval]"
LONGEST_LABEL = 24
BAR = 8  # columns


class LiveTable:
    """The lines for the cases of a plan."""

    def __init__(self, cases: Sequence[CaseId]) -> None:
        self._subjects = by_subject(cases)
        self._labels = backend_labels(cases)
        self._width = min(LONGEST_LABEL, max(map(len, self._labels.values()), default=0))

    @property
    def heading(self) -> str:
        """The line above the table."""
        before_bar = len(f"  {' ' * self._width} {'1 worker':>12}  {' ' * 19} ")
        return f"{HEADING:<{before_bar}}{scale_for([], BAR).axis}".rstrip()

    def name(self, case: CaseId) -> str:
        """The case by name: `sqrt-sum: threading with 2 workers`."""
        subject = subject_name(case.subject, self._subjects)
        return f"{subject}: {self._labels[case.config]} with {formatting.counted(case.workers, 'worker')}"

    def lines(self, estimates: RunningEstimates, current: CaseId | None, room: int, ascii_only: bool) -> list[Text]:
        """As many lines as fit; if not all do, starting at the current workload, and the last line counts the rest."""
        parts = {
            subject: list(self._part(subject, cases, estimates, ascii_only))
            for subject, cases in self._subjects.items()
        }
        every = [line for part in parts.values() for line in part]
        if len(every) <= room or room < 1:
            return every[: max(room, 0)]
        subjects = list(parts)
        is_current = [subject.workload == current.workload for subject in subjects] if current else [True]
        first = is_current.index(True)
        turned = [line for subject in (*subjects[first:], *subjects[:first]) for line in parts[subject]]
        hidden = formatting.counted(len(every) - room + 1, "more line")
        return [*turned[: room - 1], Text(f"({hidden}: the terminal is too small)", style="dim")]

    def _part(
        self, subject: Subject, cases: Sequence[CaseId], estimates: RunningEstimates, ascii_only: bool
    ) -> Iterator[Text]:
        own_estimates = [one for case in cases if (one := estimates.estimate(case))]
        name = subject_name(subject, self._subjects)
        baseline = next((one for one in own_estimates if one.is_baseline), None)
        yield Text(name, style="bold").append(_baseline(baseline), style="not bold")
        configs = {config: _of_config(config, own_estimates) for config in _configs(cases)}
        best = {config: estimate for config, of_config in configs.items() if (estimate := highest(of_config))}
        speedups = [one.speedup.point for one in best.values() if one.speedup]
        scale = scale_for(speedups, BAR)
        for config, of_config in configs.items():
            estimate = best.get(config)
            bar = SpeedupBar(estimate.speedup.point, scale).drawn(ascii_only) if estimate and estimate.speedup else ""
            yield self._line(config, estimate, of_config, bar)

    def _line(
        self, config: BackendConfig, best: CaseEstimate | None, of_config: Sequence[CaseEstimate], bar: str
    ) -> Text:
        label = self._labels[config]
        name = f"  {label if len(label) <= self._width else label[: self._width - 3] + '...':<{self._width}}"
        if best is None:
            return Text(f"{name}  {_without_speedup(of_config)}", style="red" * any(one.failed for one in of_config))
        workers = f"{best.case.workers:>4} {'worker' if best.case.workers == 1 else 'workers':<7}"
        trials = formatting.counted(best.paired_rounds, "trial")
        return Text(f"{name} {workers}  {speedup_words(best):<19} {bar} {trials:>9}")


def _baseline(baseline: CaseEstimate | None) -> str:
    if baseline is None:
        return ""
    return f": baseline {formatting.seconds(baseline.median_s)}" + (", with failures" if baseline.failed else "")


def _configs(cases: Iterable[CaseId]) -> Iterable[BackendConfig]:
    return dict.fromkeys(case.config for case in cases if case.backend != BASELINE)


def _of_config(config: BackendConfig, own_estimates: Iterable[CaseEstimate]) -> list[CaseEstimate]:
    return [one for one in own_estimates if one.case.config == config]


def _without_speedup(of_config: Sequence[CaseEstimate]) -> str:
    """Why a backend has no speedup yet."""
    if failed := [one for one in of_config if one.failed]:
        return f"{failed[0].status} with {formatting.listed([str(one.case.workers) for one in failed])} workers"
    if any(one.status == Status.OK for one in of_config):
        return "measured, but no baseline to compare with yet"
    return formatting.UNKNOWN
