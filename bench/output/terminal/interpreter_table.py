"""The tables at the end of `bench show` that compare several interpreters by their times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bench.analysis.estimate import point_of
from bench.analysis.interpreter_comparison import InterpreterCell, Row, SideBySide
from bench.output.wording import formatting
from bench.output.wording.interpreters_text import notes, row_labels

ROOM, GAP = 80, 2  # characters per line, and between two columns
LONGEST_LABEL = 16  # longer ones are split over two lines
SHORTEST, SHORTEST_IN_ROW = "*", "+"
EXPLAINED = (
    f"Median time and (speedup over the same interpreter's own baseline). {SHORTEST} shortest time of all, "
    f"{SHORTEST_IN_ROW} shortest in its row. Compare the times: a higher speedup over a slower baseline is not a win."
)


@dataclass(frozen=True)
class _Column:
    """A heading and its cells, each of one or more lines."""

    heading: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        return max(len(line) for text in (self.heading, *self.cells) for line in text.split("\n"))


def side_by_side_tables(sides: Iterable[SideBySide]) -> list[RenderableType]:
    """Tables and remarks for each workload that several interpreters ran; nothing for a single interpreter."""
    return [part for side in sides for part in _parts(side)]


def _parts(side: SideBySide) -> Iterable[RenderableType]:
    labels = row_labels(side)
    parameters = formatting.settings(side.params)
    title = Text(formatting.clean(side.workload), style="bold")
    yield Text()
    yield title.append(f" ({parameters}), " if parameters else ", ").append("interpreters side by side")
    for table in _tables(side, [labels[row.config] for row in side.rows]):
        yield Text()
        yield table
    if side.fastest:
        yield Text(f"\n{EXPLAINED}")
    yield from map(Text, notes(side, labels))


def _tables(side: SideBySide, names: Sequence[str]) -> list[Table]:
    """One table if its columns fit, with labels on two lines if need be; else several, with speedups below times."""
    whole, folded = _Column("\nbackend", names), _Column("\nbackend", [_fitted(name) for name in names])
    workers = _Column("\nworkers", [str(row.workers) for row in side.rows])
    wide, narrow = ([_column(side, python, between) for python in side.interpreters] for between in (" ", "\n  "))
    for label, columns in ((whole, wide), (folded, wide)):
        if _width([label, workers, *columns]) <= ROOM:
            return [_table(label, workers, columns)]
    pages = _pages(narrow, ROOM - _width([folded, workers]) - GAP)
    return [_table(folded, workers, page) for page in pages]


def _pages(columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """The columns divided into pages that fit, each with at least one."""
    pages: list[list[_Column]] = [[]]
    for column in columns:
        if pages[-1] and _width([*pages[-1], column]) > room:
            pages.append([])
        pages[-1].append(column)
    return pages


def _width(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _table(label: _Column, workers: _Column, columns: Sequence[_Column]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for column in (label, workers, *columns):
        table.add_column(Text(column.heading), justify="right" if column is workers else "left", overflow="fold")
    for cells in zip(label.cells, workers.cells, *(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _column(side: SideBySide, python: str, between: str) -> _Column:
    gil = f"GIL {'/'.join(gils)}" if (gils := side.gils(python)) else ""
    figures = [_figures(side, row, python) for row in side.rows]
    widest = max(len(time) for _, time, _ in figures)
    cells = [f"{mark} {time:>{widest}}{between + speedup if speedup else ''}" for mark, time, speedup in figures]
    return _Column(f"  {formatting.clean(python)}\n  {gil}", cells)


def _figures(side: SideBySide, row: Row, python: str) -> tuple[str, str, str]:
    """The mark, the time (or the status if the case is not ok), and the speedup in parentheses."""
    cell = row.cells.get(python)
    if cell is None:
        return " ", formatting.UNKNOWN, ""
    if cell.seconds is None:
        return " ", cell.case.status, ""
    has_speedup = cell.case.speedup is not None and not row.is_baseline
    return (
        _mark(side, row, cell),
        formatting.seconds(cell.seconds),
        f"({formatting.times(point_of(cell.case.speedup))})" * has_speedup,
    )


def _mark(side: SideBySide, row: Row, cell: InterpreterCell) -> str:
    if side.fastest and cell.case is side.fastest.case:
        return SHORTEST
    times = [other.seconds for other in row.cells.values() if other.seconds is not None]
    return SHORTEST_IN_ROW if cell.seconds == min(times) else " "


def _fitted(label: str) -> str:
    """The label, split over two lines if it is long."""
    return label if len(label) <= LONGEST_LABEL else label.replace(":", "\n  :", 1).replace(" (", "\n  (", 1)
