"""The command: its parts put together, messages for mistakes, and exit codes."""

import signal
import sys
from typing import Annotated

import typer

from bench import __version__
from bench.commands import examining, measuring, reading
from bench.commands.console import NOT_OK, WRONG_CALL, give, say
from bench.errors import BenchError, UsageError
from bench.present import words

app = typer.Typer(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
app.command("list")(measuring.list_)
for command in (measuring.run, reading.show, reading.compare, reading.plot, examining.doctor):
    app.command()(command)


def main() -> None:
    """Run the command; a mistake of the user's is one message, never a traceback."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        app()
    except BenchError as error:
        say("\n".join(map(words.clean, f"bench: error: {error}".split("\n"))))
        sys.exit(WRONG_CALL if isinstance(error, UsageError) else NOT_OK)


def _interrupt(*_: object) -> None:
    """Whoever asks the program to end is answered as Ctrl-C is: what runs is stopped, what was measured is kept."""
    raise KeyboardInterrupt


def _show_version(wanted: bool) -> None:
    if wanted:
        give(f"bench {__version__}")
        raise typer.Exit


@app.callback()
def bench(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Threads, processes or asyncio? Measured: for this work, on this machine, with this interpreter."""
