"""Computing in threads of an interpreter without the GIL."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, judged
from bench.claims._claim import Claim
from bench.claims._comparison import Way, WaysCompared
from bench.claims._computing import used_cores
from bench.output.wording.evidence_text import value_text
from bench.schema import BASELINE, Gil

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

NOT_FASTER = 1.1
SPEEDUP, COST = "speedup of threads without the GIL", "time of one thread without the GIL / with it"
NO_INTERPRETER = (
    "there is no free-threaded interpreter: give one with --python, such as --python python3.14t beside this one"
)


class FreeThreading(Claim):
    """Square roots in threads of a free-threaded build, and what a single thread costs there."""

    id = "free-threading"
    claim = "Threads cannot compute at the same time in Python: the GIL prevents it."
    criterion = f"In a free-threaded build, as many threads as cores are at most {NOT_FASTER}x as fast as one."
    seconds = 12.0

    def measure(self, workbench: "Workbench") -> Evidence:
        build = workbench.free_threaded
        if build is None:
            return Evidence(missing=NO_INTERPRETER)
        if workbench.cores < 2:
            return Evidence(missing="there is only one usable core")
        alone, threads = Way(BASELINE, 1, build.label), Way("threading", used_cores(workbench.cores), build.label)
        with_gil = Way(BASELINE, 1, workbench.main.label)
        ways = workbench.compare(
            WaysCompared("sqrt-sum", ("tasks=16",), tuple(dict.fromkeys([with_gil, alone, threads])), 30)
        )
        if ways.summary(threads).gil == Gil.ON:
            return Evidence(missing=f"{build.executable} was started with the GIL: unset PYTHON_GIL")
        figures = [replace(ways.speedup(threads), name=SPEEDUP)]
        if with_gil != alone:
            figures.append(replace(ways.ratio(alone, with_gil), name=COST))
        versions = f"Python {build.version}, with the GIL {workbench.main.version}; {threads.workers} threads"
        return Evidence(tuple(figures), (versions, *ways.conditions()))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        speedup = evidence[SPEEDUP]
        why = f"without the GIL, threads compute {value_text(speedup)} as fast as one"
        if evidence.has(COST):
            why += f", and one thread takes {value_text(evidence[COST])} of the time with it"
        return judged(speedup.at_most(NOT_FASTER), why)
