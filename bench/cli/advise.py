"""`bench advise`. What measures and what reads is imported by the call, so that help does not wait for it."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import read_options, run_options
from bench.cli.completion import complete_workload
from bench.cli.console import ALL_WELL, INTERRUPTED, NOT_OK, data, give_json, people, say

if TYPE_CHECKING:
    from bench.advise.advising import Looked
    from bench.measure.record.interrupted_run import InterruptedRun

TargetName = Annotated[
    str,
    typer.Argument(
        metavar="TARGET",
        help="A function (package.module:function or file.py::name), or a workload.",
        autocompletion=complete_workload,
    ),
]
Items = Annotated[
    str | None,
    typer.Option("--items", metavar="EXPR", help="Items: a Python expression, evaluated in the function's module."),
]
ItemsFrom = Annotated[
    Path | None,
    typer.Option("--items-from", metavar="FILE", help="Items: one per line, or JSON (.json: a list, .jsonl: lines)."),
]
AdviceTime = Annotated[float, typer.Option("--max-time", min=5, metavar="SECONDS", help="Time for all of it.")]


def advise(
    target: TargetName,
    items: Items = None,
    items_from: ItemsFrom = None,
    max_time: AdviceTime = 60,
    seed: run_options.Seed = None,
    output: run_options.Output = None,
    as_json: read_options.AsJson = False,
) -> None:
    """Find out which way to run a function: race the ways, and print the lines of code."""
    from bench.advise.advising import Advising, advise
    from bench.advise.items import ItemsOption
    from bench.machine import interpreters
    from bench.output.terminal.advice_view import AdviceProgress

    began = time.monotonic()
    (interpreter,) = interpreters.choose([])
    progress = AdviceProgress(people())
    advising = Advising(target, ItemsOption(items, items_from), max_time, interpreter, progress, seed)
    try:
        advised = advise(advising, output)
    except KeyboardInterrupt:
        resumable = f": bench run --resume {progress.folder} goes on with it" if progress.folder else ""
        say(f"interrupted{resumable}")
        raise typer.Exit(INTERRUPTED) from None
    if advised.folder is None:
        raise typer.Exit(_show_look(advised.looked, as_json, time.monotonic() - began))
    raise typer.Exit(show_advice(advised.folder, as_json, time.monotonic() - began))


def resume_race(interrupted: "InterruptedRun") -> int:
    """Go on with an interrupted race, and print its advice; returns the exit status. Raises CannotResume."""
    from bench.advise.advising import resume
    from bench.output.terminal.advice_view import AdviceProgress

    try:
        resume(interrupted, sys.argv[1:], AdviceProgress(people()))
    except KeyboardInterrupt:
        say(f"interrupted: bench run --resume {interrupted.folder} goes on with it")
        return INTERRUPTED
    return show_advice(interrupted.folder)


def _show_look(looked: "Looked", as_json: bool, seconds: float) -> int:
    """Say why nothing was raced; returns the exit status."""
    from bench.output.export.advice_json import look_json
    from bench.output.terminal.advice_view import advice_view
    from bench.output.wording import advice_text
    from bench.output.wording.advice_evidence import look_lines

    target, look = looked.found.target, looked.look
    if look is None:
        assert looked.failure is not None, "it was not raced for a reason"
        sentence = advice_text.failed_look(target, looked.failure.reason)
    else:
        sentence = advice_text.too_long(target, look, looked.needs_s or 0.0)
    if as_json:
        give_json(look_json(target.typed, sentence, look, seconds))
    else:
        data().print(advice_view(sentence, None, [] if look is None else list(look_lines(look))))
    return NOT_OK if look is None else ALL_WELL


def show_advice(folder: Path, as_json: bool = False, seconds: float = 0.0) -> int:
    """Print the advice of a run; returns the exit status."""
    from bench.analysis.advice.advice import AdviceKind, advice_of
    from bench.cli.show import loaded_run
    from bench.output.export.advice_json import advice_json
    from bench.output.terminal.advice_view import advice_view
    from bench.output.wording import advice_code, advice_evidence, advice_text

    advice = advice_of(loaded_run(folder))
    assert advice is not None, "the run is a race"
    headline, lines = advice_text.headline(advice), advice_evidence.evidence(advice)
    code = advice_code.code_for(advice)
    if as_json:
        give_json(advice_json(advice, [headline, *lines], code, str(folder), round(seconds, 3)))
    else:
        data().print(advice_view(headline, code, lines))
        say(f"the race: bench show {folder}, bench report {folder}")
    return NOT_OK if advice.kind is AdviceKind.FAILS else ALL_WELL
