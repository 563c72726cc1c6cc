"""An advice on the terminal: the headline, the code, the evidence; and how far it has come, one line per stage."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.text import Text

from bench.analysis.race.course import Dropped, Racer, RaceStage
from bench.output.wording import formatting
from bench.output.wording.racer_names import racer_name, racers_name
from bench.schema import Case, RunWarning, Sample

MOST_NAMED = 4


def advice_view(headline: str, code: str | None, evidence: Sequence[str]) -> Group:
    """All of it, the headline first."""
    parts = [Text(headline, style="bold")]
    if code is not None:
        parts += [Text(), Text(code.rstrip(), no_wrap=True, overflow="ignore")]
    if evidence:
        parts += [Text(), *(Text(f"- {line}") for line in evidence)]
    return Group(*parts)


class AdviceProgress:
    """One line for each stage of the race, and for those who are out."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage: RaceStage | None = None
        self._rounds = 0
        self.folder: Path | None = None

    def begins(self, folder: Path) -> None:
        """The run begins, in this folder: it can be resumed from now on."""
        self.folder = folder

    def looks_at(self, name: str) -> None:
        """The first look begins."""
        self._say(f"looking at {formatting.clean(name)}")

    def shares_machine(self, another: Mapping[str, object]) -> None:
        """Another run is in progress."""
        self._say(
            f"another run is in progress on this machine (process {another['pid']}): the two disturb each other, so do "
            "not trust the answer"
        )

    def round_starts(self, stage: RaceStage, racers: Sequence[Racer], dropped: Sequence[Dropped]) -> None:
        """A round begins; the line of a stage is shown when it begins, and when fewer take part."""
        self._rounds += 1
        if stage is not self._stage or dropped or stage is RaceStage.SEARCH:
            gone = [one.racer for one in dropped if one.racer not in racers]
            out = f"; out: {_named(gone)}" if gone else ""
            self._say(f"round {self._rounds}, {stage}: {_named(racers)}{out}")
        self._stage = stage

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        return None

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        return None

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        return None

    def leaves_out(self, names: Sequence[str]) -> None:
        self._say(formatting.left_out(names))

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        return None

    def trace_starts(self, case: Case) -> None:
        return None

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _named(racers: Sequence[Racer]) -> str:
    """`a loop, 2 and 4 threads`."""
    by_backend: dict[str, list[Racer]] = {}
    for racer in sorted(racers, key=lambda racer: racer.workers):
        by_backend.setdefault(racer.backend, []).append(racer)
    names = [racer_name(of[0]) if len(of) == 1 else racers_name(of) for of in by_backend.values()]
    return ", ".join(names)
