"""What is left of a transaction that fails."""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import counted_text, value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

ROWS, FAILS_AT = 10, 6
FAILED, COMMITTED = "rows of the failed batch", "rows of a batch that was committed before"


class _BatchError(Exception):
    """Stands for any error in the middle of a batch."""


def fail_in_batch() -> dict[str, tuple[float, Unit]]:
    """Commit one batch, fail in the middle of another, and count both on a connection of its own."""
    path = Path(tempfile.gettempdir(), "rows.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE rows (batch INTEGER, number INTEGER)")
        _insert(connection, batch=0, fails_at=None)
        with suppress(_BatchError):
            _insert(connection, batch=1, fails_at=FAILS_AT)
    with closing(sqlite3.connect(path)) as other:
        counts = dict(other.execute("SELECT batch, count(*) FROM rows GROUP BY batch"))
    return {FAILED: (counts.get(1, 0), Unit.COUNT), COMMITTED: (counts.get(0, 0), Unit.COUNT)}


def _insert(connection: sqlite3.Connection, batch: int, fails_at: int | None) -> None:
    with connection:  # commits at the end, and rolls back after an error
        for number in range(ROWS):
            if number == fails_at:
                raise _BatchError
            connection.execute("INSERT INTO rows VALUES (?, ?)", (batch, number))


class Rollback(Claim):
    """A batch of inserts in one SQLite transaction, with an error in the middle."""

    id = "rollback"
    claim = "What was not committed is not there after an error: no row of a failed batch."
    criterion = f"In every trial no row of the failed batch is there, and all {ROWS} of the committed one are."
    seconds = 1.0

    def measure(self, workbench: "Workbench") -> Evidence:
        conditions = (f"SQLite, batches of {ROWS} rows, an error after {FAILS_AT} inserts",)
        return Evidence(workbench.experiment(fail_in_batch), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        failed, committed = evidence[FAILED], evidence[COMMITTED]
        why = (
            f"{counted_text(failed, 'row')} of the failed batch there, and {value_text(committed)} of the committed one"
        )
        return judged(every(failed.equals(0), committed.equals(ROWS)), why)
