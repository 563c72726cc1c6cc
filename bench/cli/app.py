"""The command: its parts put together, messages for mistakes, and exit codes."""

import sys
from typing import Annotated

import typer

from bench import __version__
from bench.cli import catalogue, compare, doctor, export, plot, report, results, run, show, signals
from bench.cli.console import NOT_OK, WRONG_CALL, give, say
from bench.errors import BenchError, UsageError
from bench.output.wording import formatting

app = typer.Typer(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
app.command("list")(catalogue.list_)
for command in (
    run.run,
    show.show,
    compare.compare,
    plot.plot,
    report.report,
    export.export,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(results.app, name="results")


def main() -> None:
    """Run the command; a mistake of the user's is one message, never a traceback."""
    signals.answer()
    try:
        app()
    except BenchError as error:
        say("\n".join(map(formatting.clean, f"bench: error: {error}".split("\n"))))
        sys.exit(WRONG_CALL if isinstance(error, UsageError) else NOT_OK)


def _show_version(wanted: bool) -> None:
    if wanted:
        give(f"bench {__version__}")
        raise typer.Exit


@app.callback()
def bench(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Threads, processes or asyncio? Measured: for this work, on this machine, with this interpreter."""
