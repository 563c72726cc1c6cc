"""`bench list` and `bench run`."""

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from bench import arguments, discovery, interpreters, machine, session
from bench.commands import read_options, run_options
from bench.commands.console import ALL_WELL, INTERRUPTED, NOT_OK, data, give_json, people, say
from bench.commands.reading import show_run
from bench.matrix import build_plan
from bench.plan import FEWEST_ROUNDS, Effort, Plan
from bench.present import listing
from bench.present.progress import progress_on
from bench.record.run_record import RunRecord
from bench.samples import Interpreter


def list_(as_json: read_options.AsJson = False) -> None:
    """List the workloads and the backends."""
    catalogue = discovery.catalogue()
    if as_json:
        give_json(catalogue)
    else:
        data.print(listing.catalogue_tables(catalogue))
    _say_passed_over(discovery.passed_over())


def run(
    workloads: run_options.Workloads = None,
    backend: run_options.Backends = None,
    workers: run_options.Workers = None,
    param: run_options.Params = None,
    python: run_options.Pythons = None,
    rounds: run_options.Rounds = None,
    warmups: run_options.Warmups = 1,
    values: run_options.Values = 1,
    timeout: run_options.Timeout = 300.0,
    max_time: run_options.MaxTime = None,
    precision: run_options.Precision = None,
    quick: run_options.Quick = False,
    no_baseline: run_options.NoBaseline = False,
    dry_run: run_options.DryRun = False,
    seed: run_options.Seed = None,
    label: run_options.Label = "",
    output: run_options.Output = None,
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
            say(f"left out, to keep to the time given: {what}")
        try:
            with progress_on(people, plan.cases, None if plan.effort.precision else plan.effort.rounds) as progress:
                done = session.measure(plan, record, progress)
        except KeyboardInterrupt:
            say(f"interrupted: what was measured until then is in {record.folder}")
            return INTERRUPTED
    if done.rounds < plan.effort.rounds and not plan.effort.precision:
        say(f"stopped after {done.rounds} of {plan.effort.rounds} rounds: more would take longer than --max-time")
    show_run(record.folder)
    say(f"samples: {record.folder}/samples.csv")
    return NOT_OK if done.not_ok else ALL_WELL


def _say_passed_over(paths: Iterable[Path]) -> None:
    for path in paths:
        say(f"{path}: defines no workload, passed over; start its name with _ to say so")
