import pickle

import pytest

from bench.errors import BenchError, ItemFailed, TrialFailed, UnknownName
from bench.schema import Status


@pytest.mark.parametrize("failure", [TrialFailed(Status.WRONG, "check: 3 is not 4"), ItemFailed("item 3: ValueError")])
def test_failure_survives_pickling_unchanged(failure: TrialFailed) -> None:
    crossed = pickle.loads(pickle.dumps(failure))
    assert type(crossed) is type(failure)
    assert (crossed.status, crossed.reason, str(crossed)) == (failure.status, failure.reason, str(failure))


def test_failure_is_shown_as_status_and_reason() -> None:
    assert str(TrialFailed(Status.TIMEOUT, "not done after 3 s")) == "timeout: not done after 3 s"
    assert str(ItemFailed("item 3: ValueError")) == "error: item 3: ValueError"


def test_unknown_name_is_reported_with_the_nearest_first() -> None:
    error = UnknownName.among("workload", "Http_Delay", ["sqrt-sum", "http-delay"])
    assert isinstance(error, BenchError)
    assert str(error) == "unknown workload 'Http_Delay': did you mean http-delay? available: http-delay, sqrt-sum"


def test_unknown_name_without_a_near_match_is_reported_with_all_names() -> None:
    assert str(UnknownName.among("backend", "xyz", ["b", "a"])) == "unknown backend 'xyz': available: a, b"
    assert str(UnknownName.among("backend", "xyz", [])) == "unknown backend 'xyz': available: none"
