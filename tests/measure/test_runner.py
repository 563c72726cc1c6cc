"""What a run records of its trials: one row per pass, on disk before the next one begins."""

from collections.abc import Mapping

import pytest

from bench.measure.runner import RunResult
from bench.measure.trial.protocol import Failed, Measured, Request
from bench.measure.trial.trial_process import TrialSettings
from bench.schema import AsyncStyle, Bound, Gil, Sample, Status, Value
from tests.support.cases import case, cases_of, measured, plan
from tests.support.fake_run import START, STOP, FakeRun, failing, ok

TIMEOUT = Failed(Status.TIMEOUT, "not done after 300 s")
LOOP, TWO = CASES = cases_of("work", 2)


def test_each_measured_pass_is_a_complete_row() -> None:
    one = case(
        workload="waits",
        params={"b": 1, "a": "x"},
        bound=Bound.IO,
        backend="asyncio",
        workers=4,
        async_style=AsyncStyle.NATIVE,
        interpreter="new",
    )
    passes = [measured(elapsed_s=1.0), measured(elapsed_s=2.0, latency_max_s=0.25)]
    notes = FakeRun(lambda _, number: passes[max(number, 0)])
    notes.references = [0.021, 0.022]
    assert notes.run(plan(one, cycles=2)) == RunResult(rounds=1, not_ok=0)
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
        interpreter="new",
        python=one.python,
        gil=Gil.ON,
        round=0,
        group=0,
        value=1,
        position=0,
        status=Status.OK,
        items=8,
        startup_s=0.25,
        elapsed_s=2.0,
        shutdown_s=0.5,
        cpu_user_s=1.25,
        cpu_system_s=0.125,
        reference_s=0.022,
        peak_rss_bytes=30_000_000,
        switches_voluntary=3,
        switches_involuntary=4,
        latency_max_s=0.25,
    )
    assert (first.value, first.elapsed_s, first.latency_max_s, first.shutdown_s) == (0, 1.0, None, None)


def test_failure_is_a_separate_row_after_the_passes_before_it() -> None:
    notes = FakeRun(failing(TIMEOUT, 2))
    assert notes.run(plan(case(), cycles=5)) == RunResult(rounds=1, not_ok=1)
    assert [(row.value, row.status, row.reason) for row in notes.samples] == [
        (0, Status.OK, None),
        (1, Status.OK, None),
        (2, Status.TIMEOUT, TIMEOUT.reason),
    ]
    assert notes.samples[2].elapsed_s is None and notes.samples[2].started_at


def test_trial_that_never_became_ready_is_a_row_with_the_known_values() -> None:
    notes = FakeRun(failing(Failed(Status.CRASHED, "killed by SIGSEGV"), START))
    assert notes.run(plan(case())).not_ok == 1
    (row,) = notes.samples
    assert (row.status, row.gil, row.startup_s, row.elapsed_s) == (Status.CRASHED, None, None, None)
    assert (row.workload, row.backend, row.workers, row.value) == ("work", "sequential", 1, 0)


def test_failure_during_pool_shutdown_keeps_the_passes() -> None:
    notes = FakeRun(failing(Failed(Status.ERROR, "closing the client: no"), STOP))
    assert notes.run(plan(*CASES, cycles=2)).not_ok == 2
    for one in CASES:
        rows = [row for row in notes.samples if row.backend == one.backend]
        assert [(row.value, row.status, row.shutdown_s) for row in rows] == [
            (0, Status.OK, None),
            (1, Status.OK, None),
            (2, Status.ERROR, None),
        ]


def test_shutdown_time_is_in_the_last_row_of_each_trial_and_startup_time_in_all() -> None:
    notes = FakeRun()
    notes.run(plan(*CASES, cycles=3))
    assert {(row.value, row.startup_s, row.shutdown_s) for row in notes.samples} == {
        (0, 0.25, None),
        (1, 0.25, None),
        (2, 0.25, 0.5),
    }


def test_trial_settings_hold_everything_from_case_and_plan() -> None:
    one = case(
        path="/w/work.py",
        params={"rows": 4},
        backend="multiprocessing",
        options={"start_method": "spawn", "chunksize": 2},
        workers=3,
        executable="/opt/python",
        environment={"OMP_NUM_THREADS": "2"},
    )
    notes = FakeRun()
    notes.run(plan(one, warmups=2, cycles=5, timeout_s=12.0))
    options: dict[str, Value] = {"start_method": "spawn", "chunksize": 2}
    request = Request("/w/work.py", "work", {"rows": 4}, "processes", options, workers=3, warmups=2)
    assert notes.settings == [TrialSettings("/opt/python", request, {"OMP_NUM_THREADS": "2"})]
    assert {seconds for _, seconds in notes.limits} == {12.0}
    assert notes.samples[0].start_method == "spawn"
    assert notes.samples[0].options == '{"chunksize": 2, "start_method": "spawn"}'


def test_each_row_is_recorded_before_the_next_pass_begins() -> None:
    recorded: list[int] = []

    def counting(_: Request, number: int) -> Measured:
        if number >= 0:
            recorded.append(len(notes.samples))
        return measured()

    notes = FakeRun(counting)
    notes.run(plan(*CASES, cycles=4))
    assert recorded == list(range(8))


def test_events_of_a_round_are_in_order() -> None:
    notes = FakeRun()
    notes.run(plan(case(), rounds=2, cycles=2))
    assert notes.events == [
        event
        for number in range(2)
        for event in (
            f"round {number} position 0 work sequential x1",
            "start sequential x1",
            "cycle 0 of 2 of work",
            "reference",
            "pass 0 of sequential x1",
            "append 1",
            "cycle 1 of 2 of work",
            "reference",
            "pass 1 of sequential x1",
            "stop sequential x1",
            "append 1",
            "ended work sequential x1 with 2",
        )
    ]


class TestInterrupt:
    @pytest.mark.parametrize("at", [(1, START), (0, 0), (1, 2), (0, 2)])
    def test_everything_measured_before_it_is_recorded_and_all_trials_are_ended(self, at: tuple[int, int]) -> None:
        def interrupted(request: Request, number: int) -> Measured:
            if (CASES[at[0]].workers, at[1]) == (request.workers, number):
                raise KeyboardInterrupt
            return measured()

        notes = FakeRun(interrupted)
        with pytest.raises(KeyboardInterrupt):
            notes.run(plan(*CASES, cycles=3))
        made = [event for event in notes.events if event.startswith("pass")]
        assert len(notes.samples) == max(len(made) - 1, 0)
        started = {event.removeprefix("start ") for event in notes.events if event.startswith("start ")}
        ended = {event.partition(" ")[2] for event in notes.events if event.startswith(("kill ", "stop "))}
        assert started == ended

    def test_pass_of_the_running_turn_is_recorded(self) -> None:
        """Ctrl-C arrives once the pass is measured, while the trial stops its pool."""

        def interrupted(_: Request, number: int) -> Measured:
            if number == STOP:
                raise KeyboardInterrupt
            return measured()

        notes = FakeRun(interrupted)
        with pytest.raises(KeyboardInterrupt):
            notes.run(plan(LOOP))
        assert [(row.value, row.shutdown_s) for row in notes.samples] == [(0, None)]
        assert notes.events[-1] == "kill sequential x1"


def test_all_trials_are_ended_if_a_row_cannot_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Exception):
        pass

    def append(_: object) -> None:
        raise Full

    notes = FakeRun()
    monkeypatch.setattr(notes, "append", append)
    with pytest.raises(Full):
        notes.run(plan(*CASES, cycles=2))
    assert {event for event in notes.events if event.startswith("kill")} == {"kill sequential x1", "kill threads x2"}


class TestTimeLimits:
    def taking(self, start_s: float, pass_s: float) -> FakeRun:
        """A run whose trials take this long to start and for each pass."""

        def behaviour(_: Request, number: int) -> Measured:
            fake.now += start_s if number == START else pass_s
            return measured()

        fake = FakeRun(behaviour)
        return fake

    def test_each_turn_has_ten_times_the_longest_turn_of_the_baseline_so_far(self) -> None:
        notes = self.taking(start_s=7.0, pass_s=9.0)
        notes.run(plan(*CASES, cycles=2))
        starts = [seconds for turn, seconds in notes.limits if turn == START]
        assert starts == [300.0, 70.0]
        assert [seconds for turn, seconds in notes.limits if turn == 1] == [90.0, 90.0]

    def test_failed_baseline_sets_no_time_limit(self) -> None:
        notes = FakeRun(failing(TIMEOUT, START))
        notes.run(plan(*CASES, case(backend="asyncio")))
        assert [seconds for _, seconds in notes.limits] == [300.0] * 3


@pytest.mark.parametrize("references", [[0.02, 0.03, 0.025], [0.02, None, None]])
def test_reference_pass_of_a_cycle_is_in_all_its_rows(references: list[float | None]) -> None:
    notes = FakeRun(ok)
    notes.references = list(references)
    notes.run(plan(*CASES, case(backend="asyncio"), cycles=3))
    by_cycle: Mapping[int, set[float | None]] = {
        cycle: {row.reference_s for row in notes.samples if row.value == cycle} for cycle in range(3)
    }
    assert by_cycle == {cycle: {seconds} for cycle, seconds in enumerate(references)}
    assert notes.events.count("reference") == 3


def test_first_interpreter_and_amount_of_the_reference_pass_are_recorded() -> None:
    notes = FakeRun()
    notes.run(plan(*CASES))
    assert notes.facts["reference"] == {"python": LOOP.python, "square_roots": 400_000}
