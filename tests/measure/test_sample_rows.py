from bench.measure.sample_rows import TrialRows, Turn
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Stopped
from bench.schema import Status
from tests.support.cases import READY, case, measured


def rows() -> TrialRows:
    return TrialRows("the-run", case(interpreter="new"), round_number=2, group=3)


def test_each_pass_becomes_a_row_with_its_turn() -> None:
    outcome, builder = Outcome(READY), rows()
    for cycle, position in enumerate([1, 0, 2]):
        outcome.measured.append(measured(elapsed_s=cycle + 1.0))
        (row,) = builder.new_rows(outcome, Turn(position, reference_s=0.02 + cycle))
        assert (row.round, row.group, row.value, row.position) == (2, 3, cycle, position)
        assert (row.elapsed_s, row.reference_s, row.interpreter) == (cycle + 1.0, 0.02 + cycle, "new")
    assert [row.value for row in builder.rows] == [0, 1, 2]


def test_shutdown_time_is_only_in_the_last_row() -> None:
    outcome, builder = Outcome(READY), rows()
    outcome.measured.append(measured())
    builder.new_rows(outcome, Turn(0))
    outcome.measured.append(measured())
    outcome.stopped = Stopped(0.5)
    builder.new_rows(outcome, Turn(0))
    assert [row.shutdown_s for row in builder.rows] == [None, 0.5]
    assert [row.startup_s for row in builder.rows] == [READY.startup_s] * 2


def test_no_row_is_returned_twice() -> None:
    outcome, builder = Outcome(READY, measured=[measured()]), rows()
    assert [row.status for row in builder.new_rows(outcome, Turn(0))] == [Status.OK]
    assert builder.new_rows(outcome, Turn(1)) == []
    outcome.failed = Failed(Status.ERROR, "no")
    assert [row.status for row in builder.new_rows(outcome, Turn(0))] == [Status.ERROR]
    assert builder.new_rows(outcome, Turn(1)) == []


def test_failure_follows_the_passes_and_has_the_next_number() -> None:
    outcome, builder = Outcome(READY, measured=[measured()]), rows()
    assert not builder.failed
    builder.new_rows(outcome, Turn(0))
    outcome.failed = Failed(Status.TIMEOUT, "too late")
    (row,) = builder.new_rows(outcome, Turn(4))
    assert (row.value, row.status, row.reason, row.position) == (1, Status.TIMEOUT, "too late", 4)
    assert row.elapsed_s is None and row.started_at
    assert builder.failed


def test_pass_and_failure_of_the_same_turn_are_two_rows() -> None:
    outcome = Outcome(READY, measured=[measured()], failed=Failed(Status.ERROR, "teardown"), stopped=Stopped(0.5))
    assert [(row.value, row.status) for row in rows().new_rows(outcome, Turn(0))] == [(0, Status.OK), (1, Status.ERROR)]


def test_silent_trial_has_no_rows() -> None:
    assert rows().new_rows(Outcome(), Turn(0)) == []
