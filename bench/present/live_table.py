"""The table that is shown while a run goes on: a line a workload, and below it one for each backend."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from bench.analysis.so_far import SoFar, Standing, highest
from bench.case_id import CaseId, Subject, Way
from bench.present import words
from bench.present.labels import apart, by_subject, way_labels
from bench.present.speedup_bar import SpeedupBar, scale_for
from bench.present.speedup_words import speedup_words
from bench.samples import BASELINE, Status

HEADING = "Highest speedup so far [95 % interval]"
LONGEST_LABEL = 24
BAR = 8  # columns


class LiveTable:
    """The lines for the cases of a plan."""

    def __init__(self, cases: Sequence[CaseId]) -> None:
        self._subjects = by_subject(cases)
        self._labels = way_labels(cases)
        self._width = min(LONGEST_LABEL, max(map(len, self._labels.values()), default=0))

    @property
    def heading(self) -> str:
        """What stands above the lines."""
        before_bar = len(f"  {' ' * self._width} {'1 worker':>12}  {' ' * 19} ")
        return f"{HEADING:<{before_bar}}{scale_for([], BAR).axis}".rstrip()

    def name(self, case: CaseId) -> str:
        """A case in words."""
        subject = ", ".join([words.clean(case.workload), *apart(case.subject, self._subjects)])
        return f"{subject}: {self._labels[case.way]} with {words.counted(case.workers, 'worker')}"

    def lines(self, so_far: SoFar, current: CaseId | None, room: int, ascii_only: bool) -> list[Text]:
        """As many lines as there is room for, where not all fit from the workload at hand on; the last says so."""
        parts = {
            subject: list(self._part(subject, cases, so_far, ascii_only)) for subject, cases in self._subjects.items()
        }
        every = [line for part in parts.values() for line in part]
        if len(every) <= room or room < 1:
            return every[: max(room, 0)]
        subjects = list(parts)
        at_hand = [subject.workload == current.workload for subject in subjects] if current else [True]
        first = at_hand.index(True)
        turned = [line for subject in (*subjects[first:], *subjects[:first]) for line in parts[subject]]
        hidden = words.counted(len(every) - room + 1, "more line")
        return [*turned[: room - 1], Text(f"({hidden}, for which the terminal is too small)", style="dim")]

    def _part(self, subject: Subject, cases: Sequence[CaseId], so_far: SoFar, ascii_only: bool) -> Iterator[Text]:
        standings = [one for case in cases if (one := so_far.standing(case))]
        name = ", ".join([words.clean(subject.workload), *apart(subject, self._subjects)])
        loop = next((one for one in standings if one.is_baseline), None)
        yield Text(name, style="bold").append(_loop(loop), style="not bold")
        ways = {way: _of_way(way, standings) for way in _ways(cases)}
        best = {way: found for way, of_way in ways.items() if (found := highest(of_way))}
        speedups = [one.speedup for one in best.values() if one.speedup]
        scale = scale_for(speedups, BAR)
        for way, of_way in ways.items():
            found = best.get(way)
            bar = SpeedupBar(found.speedup, scale).drawn(ascii_only) if found and found.speedup else ""
            yield self._line(way, found, of_way, bar)

    def _line(self, way: Way, best: Standing | None, of_way: Sequence[Standing], bar: str) -> Text:
        label = self._labels[way]
        name = f"  {label if len(label) <= self._width else label[: self._width - 3] + '...':<{self._width}}"
        if best is None:
            return Text(f"{name}  {_without_speedup(of_way)}", style="red" * any(one.failed for one in of_way))
        workers = f"{best.case.workers:>4} {'worker' if best.case.workers == 1 else 'workers':<7}"
        rounds = words.counted(best.paired_rounds, "round")
        return Text(f"{name} {workers}  {speedup_words(best):<19} {bar} {rounds:>9}")


def _loop(loop: Standing | None) -> str:
    if loop is None:
        return ""
    return f": plain loop {words.seconds(loop.median_s)}" + (", not always ok" if loop.failed else "")


def _ways(cases: Iterable[CaseId]) -> Iterable[Way]:
    return dict.fromkeys(case.way for case in cases if case.backend != BASELINE)


def _of_way(way: Way, standings: Iterable[Standing]) -> list[Standing]:
    return [one for one in standings if one.case.way == way]


def _without_speedup(of_way: Sequence[Standing]) -> str:
    """Why a way has no speedup so far."""
    if failed := [one for one in of_way if one.failed]:
        return f"{failed[0].status} with {words.listed([str(one.case.workers) for one in failed])} workers"
    if any(one.status == Status.OK for one in of_way):
        return "measured, but no plain loop yet to compare with"
    return words.UNKNOWN
