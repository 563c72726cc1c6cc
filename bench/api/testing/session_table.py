"""The table at the end of a test session: what was measured, and which claims hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

HEADINGS = ("test", "case", "speedup", "rounds", "claims")


def table_lines(measured: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """One line per measurement, given by its test's id and what was recorded; then what disturbed them."""
    records = list(measured)
    rows = [HEADINGS, *(_row(test, record) for test, record in records)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    disturbed, trials = (sum(record[name] for _, record in records) for name in ("disturbed", "trials"))
    if disturbed:
        yield f"other programs, or other tests, used the cores during {disturbed} of {trials} trials"


def _row(test: str, record: Mapping[str, Any]) -> Sequence[str]:
    retried = " (second look)" if record["retried"] else ""
    return test, record["case"], record["speedup"], str(record["rounds"]), ", ".join(record["claims"]) + retried
