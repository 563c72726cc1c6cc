"""Which ways of running a workload a claim compares."""

from dataclasses import dataclass

from bench.schema import BASELINE


@dataclass(frozen=True)
class Way:
    """A backend as typed on the command line, its workers, and further parameters of the workload.

    Without the label of an interpreter, it is the main one.
    """

    backend: str
    workers: int
    interpreter: str = ""
    params: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`threading x5`."""
        python = f" in {self.interpreter}" if self.interpreter else ""
        params = f" ({', '.join(self.params)})" if self.params else ""
        workers = "" if self.backend == BASELINE else f" x{self.workers}"
        return f"{self.backend}{workers}{python}{params}"


SEQUENTIAL = Way(BASELINE, 1)


@dataclass(frozen=True)
class WaysCompared:
    """A workload with parameters as typed on the command line, and the ways of running it, the baseline among them.

    `seconds` is the time budget; after `rounds`, at the latest, no other follows. The others are as in `Effort`.
    """

    workload: str
    params: tuple[str, ...]
    ways: tuple[Way, ...]
    seconds: float
    rounds: int = 5
    warmups: int = 1
    cycles: int = 3
