import pickle

import pytest

from bench.errors import BenchError, ItemFailed, TrialFailed, UnknownName
from bench.schema import Status


@pytest.mark.parametrize("failure", [TrialFailed(Status.WRONG, "check: 3 is not 4"), ItemFailed("item 3: ValueError")])
def test_a_failure_crosses_a_process_border_whole(failure: TrialFailed) -> None:
    crossed = pickle.loads(pickle.dumps(failure))
    assert type(crossed) is type(failure)
    assert (crossed.status, crossed.reason, str(crossed)) == (failure.status, failure.reason, str(failure))


def test_a_failure_is_told_by_its_status_and_reason() -> None:
    assert str(TrialFailed(Status.TIMEOUT, "not done after 3 s")) == "timeout: not done after 3 s"
    assert str(ItemFailed("item 3: ValueError")) == "error: item 3: ValueError"


def test_an_unknown_name_is_answered_with_the_nearest_first() -> None:
    error = UnknownName.among("workload", "Http_Delay", ["sqrt-sum", "http-delay"])
    assert isinstance(error, BenchError)
    assert str(error) == "unknown workload 'Http_Delay': did you mean http-delay? there are: http-delay, sqrt-sum"


def test_where_none_is_near_all_are_told() -> None:
    assert str(UnknownName.among("backend", "xyz", ["b", "a"])) == "unknown backend 'xyz': there are: a, b"
    assert str(UnknownName.among("backend", "xyz", [])) == "unknown backend 'xyz': there are: none"
