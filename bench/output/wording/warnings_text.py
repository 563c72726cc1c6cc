"""The warnings of a run, as lines below its tables."""

from collections.abc import Container, Iterator, Sequence

from rich.text import Text

from bench.analysis.recorded_warnings import recorded_warnings
from bench.output.wording import formatting
from bench.results.load import Run
from bench.schema import RunWarning, WarningKind

MOST_OF_A_KIND = 3
MOST_KINDS = 10
LONGEST = 300  # characters of a sentence


def warning_lines(run: Run, disturbed: Container[str] = ()) -> list[Text]:
    """An empty line and one line per warning; of long lists, the first ones and the number of the rest.

    `disturbed` are the workloads whose remarks already say that other programs used their cores.
    """
    kinds: dict[str, list[RunWarning]] = {}
    for warning in recorded_warnings(run):
        if warning.kind == WarningKind.CONTAMINATED and warning.workload in disturbed:
            continue
        kinds.setdefault(warning.kind, []).append(warning)
    groups = list(kinds.values())
    lines = [line for group in groups[:MOST_KINDS] for line in _lines(group)]
    if rest := sum(map(len, groups[MOST_KINDS:])):
        lines.append(f"{formatting.counted(rest, 'more warning')} of other kinds in environment.json.")
    return [Text(line) for line in ["", *lines]] if lines else []


def _lines(group: Sequence[RunWarning]) -> Iterator[str]:
    for warning in group[:MOST_OF_A_KIND]:
        yield f"{warning.level.capitalize()}: {_shortened(warning.text)}."
    if len(group) > MOST_OF_A_KIND:
        yield f"{len(group) - MOST_OF_A_KIND} more like this in environment.json ({_shortened(group[0].kind)})."


def _shortened(text: str) -> str:
    return formatting.clean(text if len(text) <= LONGEST else f"{text[:LONGEST]}...")
