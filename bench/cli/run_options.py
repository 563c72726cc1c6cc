"""The arguments and options of `bench run`, with their help."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.completion import complete_backend, complete_tag, complete_workload
from bench.schema import ScalingKind

Workloads = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WORKLOAD]...",
        help="Names, files (workloads/x.py), or one in a file (workloads/x.py::name).",
        autocompletion=complete_workload,
        show_default="the usual ones of `bench list`",
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="TAG",
        help="Measure all workloads with this tag; may be repeated.",
        autocompletion=complete_tag,
        show_default="off",
    ),
]
Backends = Annotated[
    list[str] | None,
    typer.Option(
        "-b",
        "--backend",
        metavar="NAME[:OPTION,KEY=VALUE]",
        help="Backend, or `all` that are available; may be repeated.",
        autocompletion=complete_backend,
        show_default="the usual ones of `bench list`",
    ),
]
Workers = Annotated[
    list[str] | None,
    typer.Option(
        "-w",
        "--workers",
        metavar="1,2,4",
        help="Worker counts.",
        show_default="from the cores and the workload's bound",
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option("-p", "--param", metavar="[WORKLOAD.]KEY=VALUE", help="Workload parameter; may be repeated."),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option(
        "--python",
        metavar="[LABEL=]PATH",
        help="Interpreter for the trials, such as python3.14t:gil=0; may be repeated.",
        show_default="this one",
    ),
]
Rounds = Annotated[
    int | None,
    typer.Option(min=1, help="Trials per case.", show_default="until --precision or --max-time is reached"),
]
Warmups = Annotated[int, typer.Option(min=0, help="Untimed passes at the start of each trial.")]
Cycles = Annotated[
    int | None,
    typer.Option(min=1, help="Timed passes per trial.", show_default="about 1 s of baseline passes, 1 to 20"),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        help="Time limit of a trial's start and of each pass.",
        show_default="10x the baseline's, at least 30; 300 until that is known",
    ),
]
MaxTime = Annotated[
    float | None,
    typer.Option(
        min=1,
        metavar="SECONDS",
        help="Time budget of the run; one round is always completed.",
        show_default="60 per workload",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        max=1000,
        metavar="PERCENT",
        help="Measure until each speedup is known to within this, up to --rounds or --max-time.",
        show_default="10, unless --rounds is given",
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="Quick check: 3 rounds, one worker count.")]
Trace = Annotated[
    bool,
    typer.Option("--trace", help="After the last round, trace the workers' activity in one case per backend."),
]
Scaling = Annotated[
    ScalingKind,
    typer.Option("--scaling", help="strong: the same batch for every worker count; weak: it grows with the workers."),
]
OneAtATime = Annotated[
    bool,
    typer.Option("--one-at-a-time", help="Keep one trial alive at a time, in place of a group that takes turns."),
]
NoBaseline = Annotated[bool, typer.Option("--no-baseline", help="Skip the sequential baseline; no speedups are shown.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the cases and the estimated time, and exit.")]
Seed = Annotated[int | None, typer.Option(help="Seed for the order of cases.", show_default="random, recorded")]
Label = Annotated[str, typer.Option(help="Label for the run, stored in environment.json.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FOLDER", help="Folder for the run.", show_default="results/<UTC time>"),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Resume an interrupted run with its original workloads and options.",
        show_default="off",
    ),
]
