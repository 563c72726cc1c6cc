"""The arguments and options of `bench run`, with their help and their shell completion."""

from pathlib import Path
from typing import Annotated

import typer

from bench.backends._registry import backends
from bench.cli.catalogue import catalogue


def complete_workload(incomplete: str) -> list[tuple[str, str]]:
    """Names that begin like this, each with its line."""
    lines = catalogue()["workloads"]
    return [(line["name"], line["summary"]) for line in lines if line["name"].startswith(incomplete)]


def complete_backend(incomplete: str) -> list[tuple[str, str]]:
    """Names that begin like this, each with its line."""
    found = backends().values()
    return [(cls.name, cls.summary()) for cls in found if cls.name.startswith(incomplete)]


Workloads = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WORKLOAD]...",
        help="Names, files (workloads/x.py), or one in a file (workloads/x.py::name).",
        autocompletion=complete_workload,
        show_default="all that `bench list` shows",
    ),
]
Backends = Annotated[
    list[str] | None,
    typer.Option(
        "-b",
        "--backend",
        metavar="NAME[:OPTION,KEY=VALUE]",
        help="A backend; may be repeated.",
        autocompletion=complete_backend,
        show_default="all",
    ),
]
Workers = Annotated[
    list[str] | None,
    typer.Option(
        "-w", "--workers", metavar="1,2,4", help="Numbers of workers.", show_default="by cores and kind of work"
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option("-p", "--param", metavar="[WORKLOAD.]KEY=VALUE", help="A workload's parameter; may be repeated."),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option(
        "--python", metavar="PATH", help="An interpreter for the trials; may be repeated.", show_default="this one"
    ),
]
Rounds = Annotated[
    int | None, typer.Option(min=1, help="Trials of each case.", show_default="5, or what --max-time allows")
]
Warmups = Annotated[int, typer.Option(min=0, help="Untimed passes that begin each trial.")]
Values = Annotated[int, typer.Option(min=1, help="Timed passes of each trial.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        help="When a trial is killed.",
        show_default="10 x the plain loop's trial, at least 30; 300 until that is known",
    ),
]
MaxTime = Annotated[
    float | None,
    typer.Option(
        min=1, metavar="SECONDS", help="Plan the run for this time; one round is always whole.", show_default="no limit"
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        max=1000,
        metavar="PERCENT",
        help="Go on until each speedup is known within this; --rounds and --max-time bound it.",
        show_default="off",
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="A first look: 3 rounds, one number of workers.")]
Trace = Annotated[
    bool,
    typer.Option("--trace", help="After the last round, note what each worker does when: one case of each backend."),
]
NoBaseline = Annotated[
    bool, typer.Option("--no-baseline", help="Do not measure the sequential baseline; no speedup is shown.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the cases and the time they are likely to take.")]
Seed = Annotated[int | None, typer.Option(help="Decides the order of cases.", show_default="random, and recorded")]
Label = Annotated[str, typer.Option(help="A word for the run, kept in environment.json.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FOLDER", help="The run's own folder.", show_default="results/<UTC time>"),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Go on with a run that was cut off: measure what is missing, by its own workloads and options.",
        show_default="off",
    ),
]
