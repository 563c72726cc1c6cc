"""What a run warns of, in lines below its tables."""

from collections.abc import Container, Iterator, Sequence

from rich.text import Text

from bench.analysis.recorded_warnings import CONTAMINATED, RunWarning, cautions
from bench.output.wording import formatting
from bench.results.load import Run

MOST_OF_A_KIND = 3
MOST_KINDS = 10
LONGEST = 300  # letters of a sentence


def caution_lines(run: Run, disturbed: Container[str] = ()) -> list[Text]:
    """An empty line and one for each caution; of long lists the first ones, and how many more there are.

    `disturbed` are the workloads of which it has been said already that other programs took their cores.
    """
    kinds: dict[str, list[RunWarning]] = {}
    for caution in cautions(run):
        if caution.kind == CONTAMINATED and caution.workload in disturbed:
            continue
        kinds.setdefault(caution.kind, []).append(caution)
    groups = list(kinds.values())
    lines = [line for alike in groups[:MOST_KINDS] for line in _lines(alike)]
    if rest := sum(map(len, groups[MOST_KINDS:])):
        lines.append(f"{formatting.counted(rest, 'more warning')} of other kinds in environment.json.")
    return [Text(line) for line in ["", *lines]] if lines else []


def _lines(alike: Sequence[RunWarning]) -> Iterator[str]:
    for caution in alike[:MOST_OF_A_KIND]:
        yield f"{caution.level.capitalize()}: {_shortened(caution.text)}."
    if len(alike) > MOST_OF_A_KIND:
        yield f"{len(alike) - MOST_OF_A_KIND} more like that in environment.json ({_shortened(alike[0].kind)})."


def _shortened(text: str) -> str:
    return formatting.clean(text if len(text) <= LONGEST else f"{text[:LONGEST]}...")
