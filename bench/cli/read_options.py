"""The arguments and options of the commands that read what was measured."""

import math
from typing import Annotated

import typer


def a_number(percent: float | None) -> float | None:
    """What was typed, unless it is nan or infinite."""
    if percent is not None and not math.isfinite(percent):
        raise typer.BadParameter(f"{percent} is no percentage")
    return percent


AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="As Markdown.")]
NoSelfTest = Annotated[bool, typer.Option("--no-self-test", help="Do not spend ten seconds on timing fixed work.")]
RunName = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="A folder, its samples.csv, or `latest`.", show_default="latest")
]
Cold = Annotated[bool, typer.Option("--cold", help="With the pool's start and stop in the time, and the break-even.")]
Intervals = Annotated[
    bool,
    typer.Option("--intervals", help="With the intervals of times and efficiencies, and the share of the ceiling."),
]
OldRun = Annotated[str, typer.Argument(metavar="OLD", help="A folder, its samples.csv, or `latest`.")]
NewRun = Annotated[str, typer.Argument(metavar="NEW", help="The run to compare with it.")]
Threshold = Annotated[
    float, typer.Option(min=0, metavar="PERCENT", help="The smallest change worth naming.", callback=a_number)
]
Relative = Annotated[
    bool,
    typer.Option(
        "--relative", help="Compare times by the plain loop of the same round: for machines that change their speed."
    ),
]
FailIfSlower = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="PERCENT",
        help="Exit with 1 if a case is slower by more than this, or no longer ok.",
        callback=a_number,
    ),
]
