"""The same work under several interpreters: a row for each way of running it, a cell for each interpreter."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.fastest import Fastest, LoopChange, NoWin, fastest_of, loop_changes, no_wins
from bench.analysis.load import Run
from bench.analysis.ratio import Ratio, paired_ratio
from bench.analysis.trials import CaseId, CaseTrials, Way, case_of, trials_by_case
from bench.samples import BASELINE, canonical_json

Trials = Mapping[CaseId, CaseTrials]


@dataclass(frozen=True)
class Cell:
    """One case under one interpreter.

    `low_s` and `high_s` are the 95 % interval of the geometric mean of its trials' times, None with fewer than 3.
    `over_first` is its time over that of the first interpreter in the same row, paired by round: None for that one
    itself, and where no round has an ok trial of both.
    """

    case: CaseSummary
    low_s: float | None
    high_s: float | None
    over_first: Ratio | None

    @property
    def seconds(self) -> float | None:
        """The median time; None unless every trial went well."""
        return self.case.median_s if self.case.ok else None


@dataclass(frozen=True)
class Row:
    """One way with one number of workers; `cells` by interpreter lacks those that this was not measured in."""

    way: Way
    workers: int
    cells: Mapping[str, Cell]

    @property
    def is_baseline(self) -> bool:
        """Whether this is the plain loop."""
        return self.way.backend == BASELINE


@dataclass(frozen=True)
class SideBySide:
    """A workload with its parameters under several interpreters, in the order measured.

    `fastest` is None where no case is ok. `rows` have the plain loop first.
    """

    workload: str
    params: str
    pythons: tuple[str, ...]
    rows: tuple[Row, ...]
    fastest: Fastest | None
    loops: tuple[LoopChange, ...]
    no_wins: tuple[NoWin, ...]

    def gils(self, python: str) -> list[str]:
        """Whether the workers of an interpreter had the GIL on or off; empty where not known."""
        cells = (row.cells.get(python) for row in self.rows)
        return sorted({cell.case.gil for cell in cells if cell and cell.case.gil})


def side_by_side(run: Run, summaries: Iterable[CaseSummary]) -> list[SideBySide]:
    """Whatever work was measured under more than one interpreter, in the order of the summaries."""
    found: dict[tuple[str, str], list[CaseSummary]] = {}
    for case in summaries:
        found.setdefault((case.workload, case.params), []).append(case)
    several = [cases for cases in found.values() if len({case.python for case in cases}) > 1]
    trials = trials_by_case(run) if several else {}
    return [_side(cases, trials) for cases in several]


def _side(cases: Sequence[CaseSummary], trials: Trials) -> SideBySide:
    pythons = tuple(dict.fromkeys(case.python for case in cases))
    grouped = _grouped(cases)
    return SideBySide(
        workload=cases[0].workload,
        params=cases[0].params,
        pythons=pythons,
        rows=tuple(_row(alike, pythons[0], trials) for alike in grouped),
        fastest=fastest_of(cases, trials),
        loops=tuple(loop_changes(cases, trials)),
        no_wins=tuple(no_wins(grouped, trials)),
    )


def _row(alike: Sequence[CaseSummary], first: str, trials: Trials) -> Row:
    start = next((case for case in alike if case.python == first and case.ok), None)
    cells = {case.python: _cell(case, None if case is start else start, trials) for case in alike}
    return Row(alike[0].way, alike[0].workers, cells)


def _cell(case: CaseSummary, first: CaseSummary | None, trials: Trials) -> Cell:
    if not case.ok:
        return Cell(case, None, None, None)
    seconds = trials[case_of(case)].seconds
    over_first = paired_ratio(seconds, trials[case_of(first)].seconds) if first else None
    mean = paired_ratio(seconds, seconds * 0 + 1.0)  # over one second
    return Cell(case, mean.low if mean else None, mean.high if mean else None, over_first)


def _grouped(cases: Sequence[CaseSummary]) -> list[list[CaseSummary]]:
    """The cases of each row, the plain loop first.

    Interpreters have different default start methods: those are one way where no interpreter had two of them.
    """
    taken = Counter((case.python, case.workers, _without_start_method(case.way)) for case in cases)
    ambiguous = {way for (_, _, way), times in taken.items() if times > 1}
    rows: dict[tuple[Way, int], list[CaseSummary]] = {}
    for case in cases:
        way = _without_start_method(case.way)
        rows.setdefault((case.way if way in ambiguous else way, case.workers), []).append(case)
    ways = list(dict.fromkeys(way for way, _ in rows))

    def place(row: tuple[Way, int]) -> tuple[bool, str, int, int]:
        way, workers = row
        return way.backend != BASELINE, way.backend, ways.index(way), workers

    return [rows[row] for row in sorted(rows, key=place)]


def _without_start_method(way: Way) -> Way:
    options = {name: value for name, value in json.loads(way.options).items() if name != "start_method"}
    return Way(way.backend, canonical_json(options), None, way.async_style)
