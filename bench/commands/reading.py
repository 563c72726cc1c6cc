"""The commands that read what was measured: `bench show` and `bench compare`.

pandas and scipy take a second to import: each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from bench.commands import read_options
from bench.commands.console import NOT_OK, data, give_json, say
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.analysis.load import Run


def show(
    run: read_options.RunName = None,
    intervals: read_options.Intervals = False,
    cold: read_options.Cold = False,
    as_json: read_options.AsJson = False,
) -> None:
    """Show a run's table of speedups with their intervals."""
    from bench.analysis.load import find_run

    show_run(find_run(run), as_json, cold, intervals)


def show_run(folder: Path, as_json: bool = False, cold: bool = False, intervals: bool = False) -> None:
    """Print what came of a run: the table, and on request those of intervals and of the pools' start and stop."""
    from bench.analysis import speedup, verdict
    from bench.present import cold_table, interval_table, table
    from bench.present import data as exported

    loaded = loaded_run(folder)
    summaries = speedup.summarise(loaded)
    if as_json:
        give_json(exported.as_json(loaded, summaries))
        return
    data.print(table.speedup_table(loaded, summaries, verdict.verdicts(loaded, summaries)))
    if intervals:
        data.print(Text(), interval_table.interval_table(summaries))
    if cold:
        data.print(Text(), cold_table.cold_table(summaries))


def compare(
    old: read_options.OldRun,
    new: read_options.NewRun,
    threshold: read_options.Threshold = 5.0,
    relative: read_options.Relative = False,
    fail_if_slower: read_options.FailIfSlower = None,
    as_json: read_options.AsJson = False,
    as_markdown: read_options.AsMarkdown = False,
) -> None:
    """Tell which cases of the new run got faster or slower, and how sure that is."""
    from bench.analysis.compare import compare_runs
    from bench.analysis.load import find_run
    from bench.present import data as exported
    from bench.present.comparison import comparison_table
    from bench.present.comparison_markdown import comparison_markdown

    if as_json and as_markdown:
        raise UsageError("--json and --markdown: give one of them")
    found = compare_runs(loaded_run(find_run(old)), loaded_run(find_run(new)), threshold / 100, relative)
    if as_json:
        give_json(exported.comparison_json(found))
    elif as_markdown:
        data.print(comparison_markdown(found), markup=False, soft_wrap=True)
    else:
        data.print(comparison_table(found))
    if fail_if_slower is not None and fail_if_slower < threshold:
        say(f"changes within --threshold {threshold:g} % are not called slower, so --fail-if-slower does not see them")
    if fail_if_slower is not None and found.newly_failing:
        say(f"no longer ok, so --fail-if-slower fails: {len(found.newly_failing)} of the cases")
    if fail_if_slower is not None and (found.newly_failing or found.any_slower_by(fail_if_slower / 100)):
        raise typer.Exit(NOT_OK)


def loaded_run(folder: Path) -> "Run":
    """The run, once it is said what of its files was not read, or not as it stands there."""
    from bench.analysis.load import load_run
    from bench.present import words

    loaded = load_run(folder)
    for warning in loaded.warnings:
        say(f"warning: {words.clean(warning)}")
    return loaded
