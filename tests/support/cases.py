"""Cases, plans and trial messages with plain defaults, for tests that depend on only one of their fields."""

from dataclasses import replace
from typing import Any

from bench.measure.plan import Effort, Plan
from bench.measure.trial.protocol import Measured, Ready
from bench.schema import BASELINE, Bound, Case, Gil, Interpreter

INTERPRETER = Interpreter("/usr/bin/python3", "3.11.7", "cpython", "main", ("fork", "spawn", "forkserver"))

_CASE = Case(
    workload="work",
    path="/work/work.py",
    params={},
    bound=Bound.CPU,
    backend=BASELINE,
    options={},
    workers=1,
    python=INTERPRETER.version,
    executable=INTERPRETER.executable,
)
_MEASURED = Measured(
    items=8,
    started_at="2026-01-02T03:04:05.678+00:00",
    elapsed_s=1.5,
    cpu_user_s=1.25,
    cpu_system_s=0.125,
    foreign_cpu=None,
    peak_rss_bytes=30_000_000,
    switches_voluntary=3,
    switches_involuntary=4,
    latency_p50_s=None,
    latency_p95_s=None,
    latency_p99_s=None,
    latency_max_s=None,
)
READY = Ready(startup_s=0.25, gil=Gil.ON)


def case(**facts: Any) -> Case:
    """A baseline case of a CPU-bound workload, except for the given facts."""
    return replace(_CASE, **facts)


def cases_of(workload: str, *workers: int) -> tuple[Case, ...]:
    """The baseline of a workload and a threading case for each count."""
    threads = (case(workload=workload, backend="threading", workers=count) for count in workers)
    return (case(workload=workload), *threads)


def measured(**facts: Any) -> Measured:
    """A pass of a second and a half, except for the given facts."""
    return replace(_MEASURED, **facts)


def plan(*cases: Case, rounds: int = 1, seed: int = 1, cycles: int | None = 1, **effort: Any) -> Plan:
    """A plan without a budget, of one cycle per group."""
    return Plan(cases, Effort(rounds=rounds, cycles=cycles, **effort), seed)
