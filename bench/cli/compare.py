"""`bench compare`."""

from typing import TYPE_CHECKING

import typer

from bench.cli import read_options
from bench.cli.console import NOT_OK, data, give_json, say
from bench.cli.show import loaded_run
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.analysis.compare import Comparison


def compare(
    old: read_options.OldRun,
    new: read_options.NewRun = None,
    between: read_options.Between = None,
    threshold: read_options.Threshold = 5.0,
    relative: read_options.Relative = False,
    fail_if_slower: read_options.FailIfSlower = None,
    as_json: read_options.AsJson = False,
    as_markdown: read_options.AsMarkdown = False,
) -> None:
    """Show which cases became faster or slower between two runs or interpreters."""
    from bench.output.export import plain_json as exported
    from bench.output.export.comparison_markdown import comparison_markdown
    from bench.output.terminal.comparison_table import comparison_table

    if as_json and as_markdown:
        raise UsageError("--json and --markdown: use only one of them")
    if between and relative:
        raise UsageError("--between and --relative: cases of one run are compared cycle by cycle anyway")
    comparison = _between(old, new, between, threshold) if between else _of_runs(old, new, threshold, relative)
    if as_json:
        give_json(exported.comparison_json(comparison))
    elif as_markdown:
        data().print(comparison_markdown(comparison), markup=False, soft_wrap=True)
    else:
        data().print(comparison_table(comparison))
    if fail_if_slower is not None and fail_if_slower < threshold:
        say(f"changes within --threshold {threshold:g} % do not count as slower, so --fail-if-slower ignores them")
    if fail_if_slower is not None and comparison.newly_failing:
        say(f"no longer ok, so --fail-if-slower fails: {len(comparison.newly_failing)} of the cases")
    if fail_if_slower is not None and (comparison.newly_failing or comparison.any_slower_by(fail_if_slower / 100)):
        raise typer.Exit(NOT_OK)


def _of_runs(old: str, new: str | None, threshold: float, relative: bool) -> "Comparison":
    from bench.analysis.compare import compare_runs
    from bench.results.load import find_run

    if new is None:
        raise UsageError("Missing argument 'NEW': the run to compare with OLD, or --between OLD NEW")
    return compare_runs(loaded_run(find_run(old)), loaded_run(find_run(new)), threshold / 100, relative)


def _between(run: str, other: str | None, labels: tuple[str, str], threshold: float) -> "Comparison":
    from bench.analysis.compare import compare_interpreters
    from bench.results.load import find_run

    if other is not None:
        raise UsageError(f"--between compares interpreters of one run, but {other!r} is given as well")
    return compare_interpreters(loaded_run(find_run(run)), *labels, threshold / 100)
