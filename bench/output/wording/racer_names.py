"""Names of the ways to run a function, as people say them."""

from collections.abc import Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.race.course import Racer
from bench.output.wording import formatting

NOUNS = {"threading": "thread", "multiprocessing": "process", "asyncio": "coroutine"}
PLURALS = {"process": "processes"}


def racer_name(racer: Racer) -> str:
    """`4 threads`, `2 processes`, `32 coroutines in flight`, `a loop`."""
    if racer.is_baseline:
        return "a loop"
    noun = NOUNS.get(racer.backend)
    if noun is None:
        return f"{formatting.clean(racer.backend)} with {formatting.counted(racer.workers, 'worker')}"
    several = PLURALS.get(noun, f"{noun}s") + (" in flight" if racer.backend == "asyncio" else "")
    return f"{racer.workers} {noun if racer.workers == 1 else several}"


def case_racer_name(case: CaseSummary) -> str:
    """The same of a case."""
    return racer_name(Racer.of(case))


def racers_name(racers: Sequence[Racer]) -> str:
    """`2, 4 and 8 threads`."""
    if len(racers) == 1 or racers[0].is_baseline:
        return racer_name(racers[0])
    last = racer_name(racers[-1])
    return f"{formatting.listed([str(racer.workers) for racer in racers])} {last.partition(' ')[2]}"


def backend_noun(backend: str) -> str:
    """`Threads`, `Processes`: the workers of a backend."""
    noun = NOUNS.get(backend)
    return formatting.clean(backend) if noun is None else PLURALS.get(noun, f"{noun}s").capitalize()
