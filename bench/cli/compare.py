"""`bench compare`."""

import typer

from bench.cli import read_options
from bench.cli.console import NOT_OK, data, give_json, say
from bench.cli.show import loaded_run
from bench.errors import UsageError


def compare(
    old: read_options.OldRun,
    new: read_options.NewRun,
    threshold: read_options.Threshold = 5.0,
    relative: read_options.Relative = False,
    fail_if_slower: read_options.FailIfSlower = None,
    as_json: read_options.AsJson = False,
    as_markdown: read_options.AsMarkdown = False,
) -> None:
    """Show which cases of a new run are faster or slower than in an old one."""
    from bench.analysis.compare import compare_runs
    from bench.output.export import plain_json as exported
    from bench.output.export.comparison_markdown import comparison_markdown
    from bench.output.terminal.comparison_table import comparison_table
    from bench.results.load import find_run

    if as_json and as_markdown:
        raise UsageError("--json and --markdown: use only one of them")
    comparison = compare_runs(loaded_run(find_run(old)), loaded_run(find_run(new)), threshold / 100, relative)
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
