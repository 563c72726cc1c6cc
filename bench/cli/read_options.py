"""The arguments and options of the commands that read what was measured."""

import math
from typing import Annotated

import typer


def a_number(percent: float | None) -> float | None:
    """Reject nan and infinity."""
    if percent is not None and not math.isfinite(percent):
        raise typer.BadParameter(f"{percent} is not a percentage")
    return percent


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown.")]
NoSelfTest = Annotated[
    bool, typer.Option("--no-self-test", help="Skip the self-test, which times fixed work for 10 s.")
]
RunName = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="A folder, its samples.csv, or `latest`.", show_default="latest")
]
Cold = Annotated[
    bool, typer.Option("--cold", help="Add times that include pool start-up and shutdown, with the break-even point.")
]
Intervals = Annotated[
    bool,
    typer.Option("--intervals", help="Add intervals of times and efficiencies, and the share of the ceiling."),
]
OldRun = Annotated[str, typer.Argument(metavar="OLD", help="A folder, its samples.csv, or `latest`.")]
NewRun = Annotated[
    str | None, typer.Argument(metavar="NEW", help="The run to compare with it.", show_default="none with --between")
]
Between = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--between",
        metavar="OLD NEW",
        help="Compare two interpreters of one run, given by their labels, cycle by cycle.",
    ),
]
Threshold = Annotated[
    float, typer.Option(min=0, metavar="PERCENT", help="Smallest relevant change.", callback=a_number)
]
Relative = Annotated[
    bool,
    typer.Option(
        "--relative", help="Compare times relative to the baseline of the same cycle, for machines whose speed varies."
    ),
]
FailIfSlower = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="PERCENT",
        help="Exit with status 1 if a case is slower by more than this or no longer ok.",
        callback=a_number,
    ),
]
