"""`bench run`. What measures is imported by the call, so that help and shell completion do not wait for it."""

import secrets
import sys
from dataclasses import replace

import typer

from bench.cli import run_options
from bench.cli.console import data, say
from bench.schema import ScalingKind


def run(
    context: typer.Context,
    workloads: run_options.Workloads = None,
    tag: run_options.Tags = None,
    backend: run_options.Backends = None,
    workers: run_options.Workers = None,
    param: run_options.Params = None,
    python: run_options.Pythons = None,
    rounds: run_options.Rounds = None,
    warmups: run_options.Warmups = 1,
    cycles: run_options.Cycles = None,
    timeout: run_options.Timeout = None,
    max_time: run_options.MaxTime = None,
    precision: run_options.Precision = None,
    quick: run_options.Quick = False,
    trace: run_options.Trace = False,
    one_at_a_time: run_options.OneAtATime = False,
    scaling: run_options.Scaling = ScalingKind.STRONG,
    no_baseline: run_options.NoBaseline = False,
    dry_run: run_options.DryRun = False,
    seed: run_options.Seed = None,
    label: run_options.Label = "",
    output: run_options.Output = None,
    resume: run_options.Resume = None,
) -> None:
    """Measure workloads with each backend and show the speedups.

    Each sample is appended to samples.csv in the run's folder as soon as it is measured.
    """
    from bench.cli import execute, extent, resume_command
    from bench.cli.list_command import report_skipped_files
    from bench.collect.discovery import files_without_workloads, select_workloads
    from bench.machine import host, interpreters
    from bench.measure.matrix import Selection, build_plan, impossible_counts, left_out_backends, measured_once
    from bench.measure.plan import Effort
    from bench.measure.record import machine_lock
    from bench.measure.record.recorder import RunRecord
    from bench.output.terminal import listing
    from bench.output.wording import formatting
    from bench.schema import MIN_ROUNDS
    from bench.session import arguments

    if resume is not None:
        resume_command.refuse_other_options(context)
        raise typer.Exit(resume_command.resume(resume, dry_run))
    pythons = interpreters.choose(python or [])
    counts = arguments.parse_counts(workers or [])
    executables = [one.executable for one in pythons]
    selected = select_workloads(workloads or [], executables, tag or [])
    report_skipped_files(files_without_workloads(workloads or [], executables))
    selection = Selection(
        [
            replace(chosen, exclusive=one_at_a_time, scaling=scaling)
            for chosen in arguments.choose_workloads(selected, param or [], counts, host.usable_cores(), quick)
        ],
        arguments.parse_backends(backend or [], baseline=not no_baseline),
        pythons,
    )
    arguments.refuse_unavailable(backend or [], selection.backends, pythons)
    plan = build_plan(
        selection,
        Effort(
            precision=None if precision is None else precision / 100,
            warmups=warmups,
            cycles=cycles,
            timeout_s=timeout,
            budget_s=max_time,
            trace=trace,
        ),
        secrets.randbelow(2**32) if seed is None else seed,
        rounds or (MIN_ROUNDS if quick else None),
    )
    notes = [*left_out_backends(selection), *impossible_counts(selection), *measured_once(selection)]
    if dry_run:
        left_out = [f"left out to fit the time limit: {what}" for what in plan.left_out]
        data().print(listing.plan_table(plan.cases, [*left_out, *notes, *extent.of(plan)]))
        return
    lock = machine_lock.lock_path()
    record = RunRecord.begin(plan, pythons, sys.argv[1:], label, output)
    for what in plan.left_out:
        say(formatting.left_out([what]))
    for line in notes:
        say(line)
    raise typer.Exit(execute.measure(plan, record, lock))
