"""`bench list` and `bench run`."""

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from bench import arguments, discovery, interpreters, machine
from bench.commands import read_options, resuming, run_options, running
from bench.commands.console import data, give_json, say
from bench.matrix import build_plan
from bench.plan import Effort
from bench.present import listing
from bench.record import other_runs
from bench.record.run_record import RunRecord
from bench.samples import FEWEST_ROUNDS


def list_(as_json: read_options.AsJson = False) -> None:
    """List the workloads and the backends."""
    catalogue = discovery.catalogue()
    if as_json:
        give_json(catalogue)
    else:
        data.print(listing.catalogue_tables(catalogue))
    _say_passed_over(discovery.passed_over())


def run(
    context: typer.Context,
    workloads: run_options.Workloads = None,
    backend: run_options.Backends = None,
    workers: run_options.Workers = None,
    param: run_options.Params = None,
    python: run_options.Pythons = None,
    rounds: run_options.Rounds = None,
    warmups: run_options.Warmups = 1,
    values: run_options.Values = 1,
    timeout: run_options.Timeout = None,
    max_time: run_options.MaxTime = None,
    precision: run_options.Precision = None,
    quick: run_options.Quick = False,
    trace: run_options.Trace = False,
    no_baseline: run_options.NoBaseline = False,
    dry_run: run_options.DryRun = False,
    seed: run_options.Seed = None,
    label: run_options.Label = "",
    output: run_options.Output = None,
    resume: run_options.Resume = None,
) -> None:
    """Measure workloads under backends, and show what came of it; every sample goes to samples.csv."""
    if resume is not None:
        resuming.refuse_other_options(context)
        raise typer.Exit(resuming.resume(resume, dry_run))
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
            trace=trace,
        ),
        secrets.randbelow(2**32) if seed is None else seed,
        rounds or (FEWEST_ROUNDS if quick else None),
    )
    if dry_run:
        data.print(listing.plan_table(plan.cases, plan.effort.rounds, plan.likely_s(), plan.left_out))
        return
    lock = other_runs.lock_path()
    record = RunRecord.begin(plan, pythons, sys.argv[1:], label, output)
    for what in plan.left_out:
        say(f"left out, to keep to the time given: {what}")
    raise typer.Exit(running.measure(plan, record, lock))


def _say_passed_over(paths: Iterable[Path]) -> None:
    for path in paths:
        say(f"{path}: defines no workload, passed over; start its name with _ to say so")
