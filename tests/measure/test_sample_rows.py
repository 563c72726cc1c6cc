from bench.measure.completed import PendingTrial
from bench.measure.sample_rows import TrialRows
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Stopped
from bench.schema import Status
from tests.support.cases import READY, case, measured


def rows(passes: int, first_value: int = 0) -> TrialRows:
    return TrialRows("the-run", PendingTrial(2, 1, case(), first_value), passes)


def test_a_pass_is_a_row_as_soon_as_it_is_told_but_for_the_last() -> None:
    outcome, told = Outcome(READY), rows(passes=3)
    given = []
    for value in range(3):
        outcome.measured.append(measured(value))
        given.append([row.value for row in told.new_rows(outcome)])
    outcome.stopped = Stopped(0.5)
    given.append([row.value for row in told.new_rows(outcome)])
    assert given == [[0], [1], [], [2]]


def test_the_time_that_the_pool_took_to_stop_is_in_the_last_row_alone() -> None:
    outcome, told = Outcome(READY), rows(passes=2)
    for value in range(2):
        outcome.measured.append(measured(value))
        told.new_rows(outcome)
    outcome.stopped = Stopped(0.5)
    told.new_rows(outcome)
    assert [row.shutdown_s for row in told.rows] == [None, 0.5]
    assert [row.startup_s for row in told.rows] == [READY.startup_s] * 2


def test_nothing_is_given_twice() -> None:
    outcome, told = Outcome(READY, [measured(0), measured(1)], Failed(Status.ERROR, "no"), Stopped(0.5)), rows(2)
    assert [row.status for row in told.new_rows(outcome)] == [Status.OK, Status.OK, Status.ERROR]
    assert told.new_rows(outcome) == told.remaining_rows() == []


def test_a_failure_comes_after_the_passes_before_it_and_is_numbered_as_the_next() -> None:
    outcome, told = Outcome(READY, [measured(0)]), rows(passes=3)
    assert [row.value for row in told.new_rows(outcome)] == [0]
    outcome.failed = Failed(Status.TIMEOUT, "too late")
    assert [(row.value, row.status) for row in told.new_rows(outcome)] == [(1, Status.TIMEOUT)]


def test_what_is_left_of_a_trial_that_was_ended_is_the_last_pass() -> None:
    outcome, told = Outcome(READY, [measured(0)]), rows(passes=1)
    assert told.new_rows(outcome) == []
    (row,) = told.remaining_rows()
    assert (row.value, row.elapsed_s, row.shutdown_s) == (0, 1.5, None)


def test_of_a_trial_that_said_nothing_nothing_is_left() -> None:
    assert rows(passes=1).remaining_rows() == []


def test_the_passes_of_a_trial_that_goes_on_with_another_are_numbered_on_from_there() -> None:
    outcome = Outcome(READY, [measured(0), measured(1)], Failed(Status.ERROR, "no"))
    told = rows(passes=3, first_value=2)
    assert [(row.value, row.status) for row in told.new_rows(outcome)] == [
        (2, Status.OK),
        (3, Status.OK),
        (4, Status.ERROR),
    ]
    assert {(row.round, row.position) for row in told.rows} == {(2, 1)}
