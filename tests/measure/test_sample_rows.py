from bench.measure.completed import PendingTrial
from bench.measure.sample_rows import TrialRows
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Stopped
from bench.schema import Status
from tests.support.cases import READY, case, measured


def rows(passes: int, first_value: int = 0) -> TrialRows:
    return TrialRows("the-run", PendingTrial(2, 1, case(), first_value), passes)


def test_every_pass_but_the_last_becomes_a_row_immediately() -> None:
    outcome, builder = Outcome(READY), rows(passes=3)
    given = []
    for value in range(3):
        outcome.measured.append(measured(value))
        given.append([row.value for row in builder.new_rows(outcome)])
    outcome.stopped = Stopped(0.5)
    given.append([row.value for row in builder.new_rows(outcome)])
    assert given == [[0], [1], [], [2]]


def test_shutdown_time_is_only_in_the_last_row() -> None:
    outcome, builder = Outcome(READY), rows(passes=2)
    for value in range(2):
        outcome.measured.append(measured(value))
        builder.new_rows(outcome)
    outcome.stopped = Stopped(0.5)
    builder.new_rows(outcome)
    assert [row.shutdown_s for row in builder.rows] == [None, 0.5]
    assert [row.startup_s for row in builder.rows] == [READY.startup_s] * 2


def test_no_row_is_returned_twice() -> None:
    outcome, builder = Outcome(READY, [measured(0), measured(1)], Failed(Status.ERROR, "no"), Stopped(0.5)), rows(2)
    assert [row.status for row in builder.new_rows(outcome)] == [Status.OK, Status.OK, Status.ERROR]
    assert builder.new_rows(outcome) == builder.remaining_rows() == []


def test_failure_follows_the_passes_and_has_the_next_number() -> None:
    outcome, builder = Outcome(READY, [measured(0)]), rows(passes=3)
    assert [row.value for row in builder.new_rows(outcome)] == [0]
    outcome.failed = Failed(Status.TIMEOUT, "too late")
    assert [(row.value, row.status) for row in builder.new_rows(outcome)] == [(1, Status.TIMEOUT)]


def test_remaining_row_of_an_aborted_trial_is_its_last_pass() -> None:
    outcome, builder = Outcome(READY, [measured(0)]), rows(passes=1)
    assert builder.new_rows(outcome) == []
    (row,) = builder.remaining_rows()
    assert (row.value, row.elapsed_s, row.shutdown_s) == (0, 1.5, None)


def test_silent_trial_has_no_remaining_rows() -> None:
    assert rows(passes=1).remaining_rows() == []


def test_resumed_trial_continues_the_numbering_of_passes() -> None:
    outcome = Outcome(READY, [measured(0), measured(1)], Failed(Status.ERROR, "no"))
    builder = rows(passes=3, first_value=2)
    assert [(row.value, row.status) for row in builder.new_rows(outcome)] == [
        (2, Status.OK),
        (3, Status.OK),
        (4, Status.ERROR),
    ]
    assert {(row.round, row.position) for row in builder.rows} == {(2, 1)}
