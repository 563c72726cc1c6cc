"""Who takes part in a race: the ways of running a function that the first look does not rule out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.advise import controls
from bench.advise.workload_text import BATCH
from bench.analysis.advice.advice_record import RuledOut
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Course, Racer
from bench.backends._registry import backends
from bench.collect.description import WorkloadDescription, describe_file
from bench.measure.matrix import ChosenBackend, ChosenWorkload, every_case
from bench.schema import BASELINE, Bound, Case, Interpreter, Value

THREADS, PROCESSES, COROUTINES = "threading", "multiprocessing", "asyncio"
MOST_WORKERS = {THREADS: 128, PROCESSES: 32, COROUTINES: 512}  # if they wait
COMPUTING_TIMES = 2  # as many workers as cores, at most, if they compute
TINY_S = 0.001  # items shorter than this are sent to processes in chunks
CHUNKS = 4  # per core
PASS_S = {True: 0.15, False: 1.0}  # of the baseline, if it computes or waits: as many items as this takes
LEAST_ITEMS = 8
CONTROL_ITEMS = 16
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.001, 0.005  # of a control's item


@dataclass(frozen=True)
class Entrants:
    """The cases of a race by racer, those of the controls, and the backends that were ruled out."""

    course: Course
    cases: Mapping[Racer, Case]
    controls: Sequence[Case]
    ruled_out: tuple[RuledOut, ...]

    def controls_of(self, racer: Racer) -> list[Case]:
        """The controls at a racer's backend and number of workers, with their baselines."""
        count = _control_items(racer)
        same = [case for case in self.controls if case.params["count"] == count]
        return [case for case in same if case.backend == BASELINE or Racer.of(case.id) == racer]


def batch_of(look: Look, workload: WorkloadDescription) -> int | None:
    """How many of the items to work on, so that a pass is short; None for all of them, as in a workload of its own."""
    if BATCH not in workload.parameters:
        return None
    wanted = math.ceil(PASS_S[look.computes] / look.item_s) if look.item_s > 0 else look.items
    batch = max(LEAST_ITEMS, wanted)
    return None if batch >= look.items else batch


def entrants(
    look: Look, workload: WorkloadDescription, params: Mapping[str, Value], interpreter: Interpreter, cores: int
) -> Entrants:
    """All that may take part, given the workload with its parameters, and the usable cores."""
    ruled_out = tuple(_ruled_out(look))
    out = {one.backend for one in ruled_out}
    batch = int(params.get(BATCH) or 0) or look.items
    bounded = replace(workload, bound=Bound.CPU if look.computes else Bound.IO)
    cases: dict[Racer, Case] = {}
    ladders = []
    for name in (THREADS, COROUTINES, PROCESSES):  # the simplest first
        if name not in out:
            chosen = ChosenWorkload(bounded, params, _counts(name, look, batch, cores))
            ladder = every_case([chosen], [_backend(name, look, batch, cores)], [interpreter])
            cases |= {Racer.of(case.id): case for case in ladder}
            ladders.append(tuple(Racer.of(case.id) for case in ladder))
    chosen = ChosenWorkload(bounded, params, (1,))
    (baseline,) = every_case([chosen], [ChosenBackend(backends()[BASELINE])], [interpreter])
    course = Course(Racer.of(baseline.id), tuple(ladder for ladder in ladders if ladder))
    cases[course.baseline] = baseline
    return Entrants(course, cases, _controls(course, cases, look), ruled_out)


def _ruled_out(look: Look) -> Iterator[RuledOut]:
    """What cannot work, or makes no sense."""
    if not look.native:
        yield RuledOut(COROUTINES, "it is not a coroutine function, so each call would block the event loop")
    elif not look.computes:
        for name in (THREADS, PROCESSES):
            yield RuledOut(name, "it is a coroutine function that waits, which an event loop runs as it is")
    if look.threads_failed is not None and (not look.native or look.computes):
        yield RuledOut(THREADS, f"it fails in two threads at once: {look.threads_failed}")
    if look.unsendable is not None and (not look.native or look.computes):
        yield RuledOut(PROCESSES, f"cannot be sent to another process: {look.unsendable}")


def _counts(backend: str, look: Look, batch: int, cores: int) -> tuple[int, ...]:
    """Worker counts from 2 on, doubled: no more than items, nor more than make sense for such work."""
    most = COMPUTING_TIMES * cores if look.computes else MOST_WORKERS[backend]
    doubled = {2**power for power in range(1, 10)} | ({cores} if look.computes else set())
    return tuple(sorted(count for count in doubled if 2 <= count <= min(most, batch)))


def _backend(name: str, look: Look, batch: int, cores: int) -> ChosenBackend:
    if name == PROCESSES and look.item_s < TINY_S:
        return ChosenBackend(backends()[name], {"start_method": None, "chunksize": math.ceil(batch / (CHUNKS * cores))})
    cls = backends()[name]
    return ChosenBackend(cls, {option: parameter.default for option, parameter in cls.known_options().items()})


def _controls(course: Course, cases: Mapping[Racer, Case], look: Look) -> list[Case]:
    """Pure Python and a pure wait under every racer, each with a baseline."""
    found: dict[Case, None] = {}
    for workload in describe_file(Path(controls.__file__)):
        params = {name: parameter.default for name, parameter in workload.parameters.items()}
        if "seconds" in params:
            params["seconds"] = round(min(max(look.item_s, SHORTEST_WAIT_S), LONGEST_WAIT_S), 4)
        for racer in (racer for ladder in course.ladders for racer in ladder):
            for one in (course.baseline, racer):
                case = replace(cases[one], workload=workload.name, path=str(workload.path), bound=workload.bound)
                found[replace(case, params={**params, "count": _control_items(racer)})] = None
    return list(found)


def _control_items(racer: Racer) -> int:
    """Items for each of its workers, and some more if these are few."""
    return max(CONTROL_ITEMS, racer.workers)
