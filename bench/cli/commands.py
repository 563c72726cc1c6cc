"""The commands, each imported when it is called: help, version and shell completion load no more than they show."""

import importlib
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bench import __version__
from bench.cli import signals
from bench.cli.app import COMMANDS
from bench.cli.console import NOT_OK, WRONG_CALL, give, say


class LazyGroup(TyperGroup):
    """Lists its commands by name and summary alone, and imports a command's module when that command is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name is not None else command, rest


def load(name: str) -> Any:
    """Import a command's module and build the command from its function, or the group from its typer app."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    target = getattr(importlib.import_module(module), attribute)
    if isinstance(target, typer.Typer):
        return typer.main.get_command(target)
    single = typer.Typer(add_completion=False)
    single.command(name)(target)
    return typer.main.get_command(single)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})


def _show_version(wanted: bool) -> None:
    if wanted:
        give(f"bench {__version__}")
        raise typer.Exit


@app.callback()
def bench(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Threads, processes or asyncio? Measure which is fastest for your work, on this machine and interpreter."""


def _placeholder() -> None:
    """Stands for a command until it is called."""


for _name, (_, _summary) in COMMANDS.items():
    app.command(_name, help=_summary)(_placeholder)


def main() -> None:
    """Run a command; a user's mistake is reported as one message, never as a traceback."""
    signals.install_handlers()
    try:
        app()
    except Exception as error:
        from bench.errors import BenchError, UsageError
        from bench.output.wording import formatting

        if not isinstance(error, BenchError):
            raise
        say("\n".join(map(formatting.clean, f"bench: error: {error}".split("\n"))))
        sys.exit(WRONG_CALL if isinstance(error, UsageError) else NOT_OK)
