"""Loading a relation lazily, or all of it at once."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, every, judged
from bench.claims._claim import Claim
from bench.claims._comparison import Way, WaysCompared
from bench.output.wording.evidence_text import value_text
from bench.schema import BASELINE

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

PARENTS = 50
LAZY, AT_ONCE = (Way(BASELINE, 1, params=(f"loading={loading}",)) for loading in ("lazy", "selectin"))
LIBRARY = WaysCompared("orm-read", ("authors=1", f"books={PARENTS}"), (LAZY, AT_ONCE), seconds=30, rounds=3, cycles=2)
QUERIES_LAZY, QUERIES_AT_ONCE, RATIO = (
    "queries, lazily",
    "queries, with selectinload",
    "time lazily / with selectinload",
)


class NPlusOne(Claim):
    """Books with their tags, in an SQLite file."""

    id = "n-plus-one"
    claim = "Loading N objects and what belongs to each lazily is 1 + N queries, with selectinload 2."
    criterion = f"In every trial {1 + PARENTS} queries are sent lazily for {PARENTS} objects, and 2 with selectinload."
    seconds = 8.0

    def measure(self, workbench: "Workbench") -> Evidence:
        ways = workbench.compare(LIBRARY)
        figures = (
            replace(ways.metric(LAZY, "queries"), name=QUERIES_LAZY),
            replace(ways.metric(AT_ONCE, "queries"), name=QUERIES_AT_ONCE),
            replace(ways.ratio(LAZY, AT_ONCE), name=RATIO),
        )
        return Evidence(figures, (f"{PARENTS} books and their tags, SQLAlchemy, SQLite", *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        lazily, at_once, ratio = evidence[QUERIES_LAZY], evidence[QUERIES_AT_ONCE], evidence[RATIO]
        why = (
            f"{value_text(lazily)} queries lazily for {PARENTS} objects, and {value_text(at_once)} with selectinload; "
            f"lazily takes {value_text(ratio)} of the time"
        )
        return judged(every(lazily.equals(1 + PARENTS), at_once.equals(2)), why)
