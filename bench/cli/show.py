"""`bench show`.

pandas and scipy take a second to import: each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from bench.cli import read_options
from bench.cli.console import data, give_json, say

if TYPE_CHECKING:
    from bench.results.load import Run


def show(
    run: read_options.RunName = None,
    intervals: read_options.Intervals = False,
    cold: read_options.Cold = False,
    as_json: read_options.AsJson = False,
) -> None:
    """Show a run's table of speedups with their intervals."""
    from bench.results.load import find_run

    show_run(find_run(run), as_json, cold, intervals)


def show_run(folder: Path, as_json: bool = False, cold: bool = False, intervals: bool = False) -> None:
    """Print what came of a run: the table, and on request those of intervals and of the pools' start and stop."""
    from rich.text import Text

    from bench.analysis import summary, verdict
    from bench.analysis.advice import advice
    from bench.output.export import plain_json as exported
    from bench.output.terminal import cold_table, interval_table, run_table
    from bench.output.wording import advice_text

    loaded = loaded_run(folder)
    summaries = summary.summarise(loaded)
    if as_json:
        give_json(exported.as_json(loaded, summaries))
        return
    if (found := advice.advice_of(loaded)) is not None:
        data().print(Text(f"Advice: {advice_text.headline(found)}\n", style="bold"))
    data().print(run_table.speedup_table(loaded, summaries, verdict.verdicts(loaded, summaries)))
    if intervals:
        data().print(Text(), interval_table.interval_table(summaries))
    if cold:
        data().print(Text(), cold_table.cold_table(summaries))


def loaded_run(folder: Path) -> "Run":
    """The run, once it is said what of its files was not read, or not as it stands there."""
    from bench.output.wording import formatting
    from bench.results.load import load_run

    loaded = load_run(folder)
    for warning in loaded.warnings:
        say(f"warning: {formatting.clean(warning)}")
    return loaded
