"""What a failing test is told: the interval, the rounds, and what the machine was doing."""

from collections.abc import Iterator

from bench.api.case_result import CaseResult
from bench.api.result import Result
from bench.output.wording import formatting
from bench.output.wording.case_text import disturbed_workloads, trial_remarks
from bench.output.wording.labels import backend_labels
from bench.output.wording.warnings_text import warning_lines


def evidence_lines(result: Result, case: CaseResult) -> list[str]:
    """One line on the interval, one on the times, and some on the machine."""
    summaries = [one.summary for one in result]
    rounds = formatting.counted(result.run.rounds, "round")
    baseline = next(one for one in summaries if one.is_baseline)
    times = f"{formatting.seconds(baseline.median_s)} for the baseline, {formatting.seconds(case.summary.median_s)}"
    speedup = f"{case} is {formatting.estimated_times(case.summary.speedup)} the speed of the baseline"
    return [
        f"{formatting.clean(case.workload)}: {speedup} (95 % interval over {rounds})",
        f"median time {times} for {case.backend}",
        f"machine: {', '.join(_machine(result))}",
        *trial_remarks(summaries, backend_labels(summaries), None),
        *(line.plain for line in warning_lines(result.run, disturbed_workloads(summaries)) if line.plain),
        *result.notes,
    ]


def _machine(result: Result) -> Iterator[str]:
    machine = result.run.machine
    if isinstance(model := machine.get("cpu_model"), str):
        yield formatting.clean(model)
    if result.run.cores_usable:
        yield formatting.counted(result.run.cores_usable, "usable core")
    if isinstance(load := machine.get("load_1min"), int | float):
        yield f"load average {load:.1f} at the start"
    yield f"Python {formatting.listed(result.run.interpreters)}"
