"""The command: wiring, messages and exit codes. The only place that prints or exits."""

import json
import secrets
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bench import __version__, arguments, discovery, interpreters, machine, options, session
from bench.errors import BenchError, UsageError
from bench.matrix import build_plan
from bench.plan import FEWEST_ROUNDS, Effort, Plan
from bench.present import listing
from bench.present.progress import progress_on
from bench.record.run_record import RunRecord
from bench.samples import Interpreter

ALL_WELL, NOT_OK, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
people = Console(stderr=True, highlight=False)
data = Console(highlight=False)


def main() -> None:
    """Run the command; a mistake of the user's is one message, never a traceback."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        app()
    except BenchError as error:
        _say(f"bench: error: {error}")
        sys.exit(WRONG_CALL if isinstance(error, UsageError) else NOT_OK)


def _interrupt(*_: object) -> None:
    """Whoever asks the program to end is answered as Ctrl-C is: what runs is stopped, what was measured is kept."""
    raise KeyboardInterrupt


def _say_passed_over(paths: Iterable[Path]) -> None:
    for path in paths:
        _say(f"{path}: defines no workload, passed over; start its name with _ to say so")


def _say(text: str) -> None:
    people.print(text, markup=False, soft_wrap=True)


def _show_version(wanted: bool) -> None:
    if wanted:
        data.print(f"bench {__version__}")
        raise typer.Exit


@app.callback()
def bench(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Threads, processes or asyncio? Measured: for this work, on this machine, with this interpreter."""


@app.command("list")
def list_(as_json: options.AsJson = False) -> None:
    """List the workloads and the backends."""
    catalogue = discovery.catalogue()
    if as_json:
        data.print_json(json.dumps(catalogue))
    else:
        data.print(listing.catalogue_tables(catalogue))
    _say_passed_over(discovery.passed_over())


@app.command()
def run(
    workloads: options.Workloads = None,
    backend: options.Backends = None,
    workers: options.Workers = None,
    param: options.Params = None,
    python: options.Pythons = None,
    rounds: options.Rounds = None,
    warmups: options.Warmups = 1,
    values: options.Values = 1,
    timeout: options.Timeout = 300.0,
    max_time: options.MaxTime = None,
    precision: options.Precision = None,
    quick: options.Quick = False,
    no_baseline: options.NoBaseline = False,
    dry_run: options.DryRun = False,
    seed: options.Seed = None,
    label: options.Label = "",
    output: options.Output = None,
) -> None:
    """Measure workloads under backends, and show what came of it; every sample goes to samples.csv."""
    pythons = interpreters.choose(python or [])
    counts = arguments.parse_counts(workers or [])
    selected = discovery.select_workloads(workloads or [], [one.executable for one in pythons])
    _say_passed_over(discovery.passed_over(workloads or [], [one.executable for one in pythons]))
    plan = build_plan(
        arguments.choose_workloads(selected, param or [], counts, machine.usable_cores(), quick),
        arguments.parse_backends(backend or [], baseline=not no_baseline),
        pythons,
        Effort(
            precision=None if precision is None else precision / 100,
            warmups=warmups,
            values=values,
            timeout_s=timeout,
            budget_s=max_time,
        ),
        secrets.randbelow(2**32) if seed is None else seed,
        rounds or (FEWEST_ROUNDS if quick else None),
    )
    if dry_run:
        data.print(listing.plan_table(plan.cases, plan.effort.rounds, plan.likely_s(), plan.left_out))
        return
    raise typer.Exit(_measure(plan, pythons, label, output))


def _measure(plan: Plan, pythons: list[Interpreter], label: str, output: Path | None) -> int:
    """Run the plan, keep all that comes of it, and show it; gives the exit status."""
    with RunRecord(plan, pythons, sys.argv[1:], label, output) as record:
        for what in plan.left_out:
            _say(f"left out, to keep to the time given: {what}")
        try:
            with progress_on(people, plan.cases, None if plan.effort.precision else plan.effort.rounds) as progress:
                done = session.measure(plan, record, progress)
        except KeyboardInterrupt:
            _say(f"interrupted: what was measured until then is in {record.folder}")
            return INTERRUPTED
    if done.rounds < plan.effort.rounds and not plan.effort.precision:
        _say(f"stopped after {done.rounds} of {plan.effort.rounds} rounds: more would take longer than --max-time")
    _show(record.folder)
    _say(f"samples: {record.folder}/samples.csv")
    return NOT_OK if done.not_ok else ALL_WELL


@app.command()
def show(run: options.RunName = None, cold: options.Cold = False, as_json: options.AsJson = False) -> None:
    """Show a run's table of speedups with their intervals."""
    from bench.analysis.load import find_run

    _show(find_run(run), as_json, cold)


def _show(folder: Path, as_json: bool = False, cold: bool = False) -> None:
    # pandas and scipy take a second to import: only what reads a run pays for that.
    from bench.analysis import load, speedup, verdict
    from bench.present import cold_table, table
    from bench.present import data as exported

    loaded = load.load_run(folder)
    summaries = speedup.summarise(loaded)
    if as_json:
        data.print_json(json.dumps(exported.as_json(loaded, summaries)))
        return
    data.print(table.speedup_table(loaded, summaries, verdict.verdicts(loaded, summaries)))
    if cold:
        data.print(Text(), cold_table.cold_table(summaries))


@app.command()
def compare(
    old: options.OldRun,
    new: options.NewRun,
    threshold: options.Threshold = 5.0,
    relative: options.Relative = False,
    fail_if_slower: options.FailIfSlower = None,
    as_json: options.AsJson = False,
    as_markdown: options.AsMarkdown = False,
) -> None:
    """Tell which cases of the new run got faster or slower, and how sure that is."""
    from bench.analysis.compare import compare_runs
    from bench.analysis.load import find_run, load_run
    from bench.present import data as exported
    from bench.present.comparison import comparison_table
    from bench.present.comparison_markdown import comparison_markdown

    if as_json and as_markdown:
        raise UsageError("--json and --markdown: give one of them")
    found = compare_runs(load_run(find_run(old)), load_run(find_run(new)), threshold / 100, relative)
    if as_json:
        data.print_json(json.dumps(exported.comparison_json(found)))
    elif as_markdown:
        data.print(comparison_markdown(found), markup=False, soft_wrap=True)
    else:
        data.print(comparison_table(found))
    if fail_if_slower is not None and fail_if_slower < threshold:
        _say(f"changes within --threshold {threshold:g} % are not called slower, so --fail-if-slower does not see them")
    if fail_if_slower is not None and found.any_slower_by(fail_if_slower / 100):
        raise typer.Exit(NOT_OK)


@app.command()
def plot(runs: options.Runs = None, output: options.PlotOutput = None) -> None:
    """Draw a run's charts as PNG and SVG."""
    from bench.analysis import load, speedup
    from bench.present import charts

    for text in runs or ["latest"]:
        loaded = load.load_run(load.find_run(text))
        figure = charts.speedup_chart(loaded, speedup.summarise(loaded))
        for path in charts.save(figure, output or loaded.folder, "speedup"):
            data.print(str(path), markup=False, soft_wrap=True)


@app.command()
def doctor(as_json: options.AsJson = False, no_self_test: options.NoSelfTest = False) -> None:
    """Tell what on this machine would spoil a measurement, and what to do about it."""
    from bench.doctor import examination, self_test
    from bench.present import diagnosis

    if not no_self_test:
        _say(f"timing fixed work in fresh interpreters for {self_test.SECONDS:g} s; --no-self-test leaves that out")
    findings = examination.examine(None if no_self_test else self_test.SECONDS)
    if as_json:
        data.print_json(json.dumps(diagnosis.as_json(findings)))
    else:
        data.print(diagnosis.diagnosis_table(findings))
