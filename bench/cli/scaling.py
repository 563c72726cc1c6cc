"""`bench scaling`.

pandas and scipy take a second to import: they are imported when the command runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import read_options
from bench.cli.console import data, give_json
from bench.schema import SAMPLES_CSV

if TYPE_CHECKING:
    from bench.analysis.scaling.run_scaling import Scaling
    from bench.output.wording.labels import Labels

RunOrTable = Annotated[
    str | None,
    typer.Argument(
        metavar="[RUN | TABLE.csv]",
        help="A run, or a CSV file with the columns workers,throughput.",
        show_default="latest",
    ),
]


def scaling(run: RunOrTable = None, as_json: read_options.AsJson = False) -> None:
    """Fit scaling laws: how much is serial, what coordination costs, at how many workers the throughput peaks."""
    scalings, labels = _of_table(Path(run)) if _is_table(run) else _of_run(run)  # type: ignore[arg-type]  # it has a name
    if as_json:
        from bench.output.export.scaling_json import scaling_json

        give_json(scaling_json(scalings, labels))
        return
    from bench.output.terminal.scaling_table import scaling_tables

    data().print(scaling_tables(scalings, labels))


def _is_table(text: str | None) -> bool:
    """Whether a CSV file is meant, even one that does not exist; a run's own samples.csv stands for the run."""
    return text is not None and Path(text).suffix.lower() == ".csv" and Path(text).name != SAMPLES_CSV


def _of_table(path: Path) -> "tuple[list[Scaling], Labels]":
    from bench.analysis.scaling.run_scaling import scaling_of_table
    from bench.results.throughput_table import read_throughputs

    return [scaling_of_table(path.name, read_throughputs(path))], {}


def _of_run(name: str | None) -> "tuple[list[Scaling], Labels]":
    from bench.analysis.scaling.run_scaling import scalings_of_run
    from bench.analysis.summary import summarise
    from bench.cli.show import loaded_run
    from bench.output.wording.labels import backend_labels
    from bench.results.load import find_run

    loaded = loaded_run(find_run(name))
    summaries = summarise(loaded)
    return scalings_of_run(summaries, loaded.cores_usable), backend_labels(summaries)
