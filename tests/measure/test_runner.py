from bench.measure.runner import RunResult
from bench.measure.trial.launcher import TimeLimit, TrialSettings
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request, Stopped
from bench.schema import AsyncStyle, Bound, Gil, Sample, Status, Value
from tests.support.cases import READY, case, measured, plan
from tests.support.fake_run import FakeRun

TIMEOUT = Failed(Status.TIMEOUT, "not done after 300 s")


def test_each_measured_pass_is_a_complete_row() -> None:
    one = case(
        workload="waits",
        params={"b": 1, "a": "x"},
        bound=Bound.IO,
        backend="asyncio",
        workers=4,
        async_style=AsyncStyle.NATIVE,
    )
    passes = [measured(0, elapsed_s=1.0), measured(1, elapsed_s=2.0, latency_max_s=0.25)]
    whole = plan(one, values=2)
    notes = FakeRun(lambda _: Outcome(READY, passes, stopped=Stopped(0.5)))
    assert notes.run(whole) == RunResult(rounds=1, not_ok=0)
    first, second = notes.samples
    assert second == Sample(
        run="the-run",
        started_at=passes[1].started_at,
        workload="waits",
        params='{"a": "x", "b": 1}',
        bound=Bound.IO,
        backend="asyncio",
        options="{}",
        start_method=None,
        async_style=AsyncStyle.NATIVE,
        workers=4,
        python=one.python,
        gil=Gil.ON,
        round=0,
        position=0,
        value=1,
        status=Status.OK,
        items=8,
        startup_s=0.25,
        elapsed_s=2.0,
        shutdown_s=0.5,
        cpu_user_s=1.25,
        cpu_system_s=0.125,
        peak_rss_bytes=30_000_000,
        switches_voluntary=3,
        switches_involuntary=4,
        latency_max_s=0.25,
    )
    assert (first.value, first.elapsed_s, first.latency_max_s) == (0, 1.0, None)


def test_failure_is_a_separate_row_after_the_passes_before_it() -> None:
    whole = plan(case(), values=3)
    notes = FakeRun(lambda _: Outcome(READY, [measured(0), measured(1)], TIMEOUT))
    assert notes.run(whole) == RunResult(rounds=1, not_ok=1)
    assert [(row.value, row.status, row.reason) for row in notes.samples] == [
        (0, Status.OK, None),
        (1, Status.OK, None),
        (2, Status.TIMEOUT, TIMEOUT.reason),
    ]
    assert notes.samples[2].elapsed_s is None and notes.samples[2].started_at


def test_trial_that_never_became_ready_is_a_row_with_the_known_values() -> None:
    whole = plan(case())
    notes = FakeRun(lambda _: Outcome(failed=Failed(Status.CRASHED, "killed by SIGSEGV")))
    assert notes.run(whole).not_ok == 1
    (row,) = notes.samples
    assert (row.status, row.gil, row.startup_s, row.elapsed_s) == (Status.CRASHED, None, None, None)
    assert (row.workload, row.backend, row.workers) == ("work", "sequential", 1)


def test_failure_during_pool_shutdown_keeps_the_passes() -> None:
    whole = plan(case())
    notes = FakeRun(lambda _: Outcome(READY, [measured()], Failed(Status.ERROR, "closing the client: no")))
    notes.run(whole)
    assert [(row.status, row.shutdown_s) for row in notes.samples] == [(Status.OK, None), (Status.ERROR, None)]


def test_trial_request_holds_everything_from_case_and_plan() -> None:
    one = case(
        path="/w/work.py",
        params={"rows": 4},
        backend="multiprocessing",
        options={"start_method": "spawn", "chunksize": 2},
        workers=3,
        executable="/opt/python",
        environment={"OMP_NUM_THREADS": "2"},
    )
    whole = plan(one, warmups=2, values=5, timeout_s=12.0)
    notes = FakeRun()
    notes.run(whole)
    options: dict[str, Value] = {"start_method": "spawn", "chunksize": 2}
    request = Request("/w/work.py", "work", {"rows": 4}, "processes", options, workers=3, warmups=2, values=5)
    assert notes.settings == [TrialSettings("/opt/python", request, {"OMP_NUM_THREADS": "2"}, TimeLimit(12.0))]
    assert notes.samples[0].start_method == "spawn"
    assert notes.samples[0].options == '{"chunksize": 2, "start_method": "spawn"}'
