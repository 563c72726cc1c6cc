"""`bench overhead`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import read_options
from bench.cli.completion import complete_backend
from bench.cli.console import ALL_WELL, NOT_OK, data, give_json, people, say
from bench.schema import RESULTS

if TYPE_CHECKING:
    from bench.analysis.overhead import OverheadSummary
    from bench.schema import Interpreter

MAX_TIME_S = 60.0

Backends = Annotated[
    list[str] | None,
    typer.Option(
        "-b",
        "--backend",
        metavar="NAME[:OPTION,KEY=VALUE]",
        help="Backend; may be repeated.",
        autocompletion=complete_backend,
        show_default="the usual ones",
    ),
]
Workers = Annotated[
    int | None, typer.Option("-w", "--workers", min=1, help="Number of workers.", show_default="the usable cores")
]
Python = Annotated[
    str | None, typer.Option("--python", metavar="PATH", help="Interpreter to measure.", show_default="this one")
]
MaxTime = Annotated[
    float, typer.Option("--max-time", min=1, metavar="SECONDS", help="Time budget; 3 repetitions are always completed.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FOLDER",
        help="Folder for overhead.json and the chart.",
        show_default="results/overhead-<UTC time>",
    ),
]


def overhead(
    backend: Backends = None,
    workers: Workers = None,
    python: Python = None,
    max_time: MaxTime = MAX_TIME_S,
    output: Output = None,
    as_json: read_options.AsJson = False,
) -> None:
    """Measure what each backend costs per item, per worker and per byte."""
    from rich.status import Status

    from bench.machine import host, interpreters
    from bench.output.terminal import overhead_table
    from bench.session.arguments import parse_backends, refuse_unavailable
    from bench.session.overhead import OverheadLimits, measure_overhead, why_unfit

    (interpreter,) = interpreters.choose([python] if python else [])
    chosen = parse_backends(backend or [], baseline=True)
    refuse_unavailable(backend or [], chosen, [interpreter])
    workers = workers or host.usable_cores()
    usable = []
    for one in chosen:
        if why := next(iter(one.unavailable_in([interpreter]).values()), None) or why_unfit(one, workers):
            say(f"{one.cls.name} is left out: {why}")
        else:
            usable.append(one)
    with Status("", console=people()) as status:
        measured = measure_overhead(
            usable, interpreter, workers, OverheadLimits(max_time), step=lambda text: status.update(f"{text} ...")
        )
    for name, error in measured.failed.items():
        say(f"{name} is left out: {error}")
    summaries = measured.summaries
    written = _write(output or RESULTS / f"overhead-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}", summaries, interpreter)
    status_code = NOT_OK if measured.failed else ALL_WELL
    if as_json:
        give_json(overhead_table.overhead_json(summaries))
        raise typer.Exit(status_code)
    data().print(overhead_table.overhead_table(summaries))
    for path in written:
        say(f"written: {path}")
    raise typer.Exit(status_code)


def _write(folder: Path, summaries: "Sequence[OverheadSummary]", interpreter: "Interpreter") -> list[Path]:
    """Write the figures and the chart; returns their paths. Raises RecordError."""
    from bench.machine import host
    from bench.output.charts.chart_files import save
    from bench.output.charts.overhead_chart import draw_overhead
    from bench.output.charts.theme import LIGHT
    from bench.output.terminal.overhead_table import overhead_json
    from bench.replace_file import replace_file

    machine = host.describe()
    place = [str(machine[fact]) for fact in ("cpu_model", "system") if machine.get(fact)]
    charts = save(
        draw_overhead(summaries, f"{', '.join(place)}, Python {interpreter.version}", LIGHT), folder, "overhead"
    )
    facts = {"machine": machine, "python": interpreter.version, "backends": overhead_json(summaries)}
    text = json.dumps(facts, indent=2) + "\n"
    replace_file(folder / "overhead.json", lambda path: path.write_text(text, encoding="utf-8"))
    return [folder / "overhead.json", *charts]
