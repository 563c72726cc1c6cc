"""What a first look lets one conclude."""

from dataclasses import asdict, replace

import pytest

from bench.analysis.advice.look import Look
from tests.support.races import COMPUTES, WAITS


def test_work_that_keeps_a_core_busy_computes_and_other_work_waits() -> None:
    assert COMPUTES.computes and not WAITS.computes


@pytest.mark.parametrize(("busy", "releases"), [(1.0, False), (1.3, False), (1.5, True), (2.0, True)])
def test_two_threads_that_want_two_cores_release_the_gil(busy: float, releases: bool) -> None:
    assert replace(COMPUTES, threads_busy=busy).releases_gil is releases


def test_waiting_tells_nothing_about_the_gil() -> None:
    assert WAITS.releases_gil is None
    assert replace(COMPUTES, threads_busy=None).releases_gil is None


def test_without_a_gil_there_is_none_to_release() -> None:
    free = replace(COMPUTES, threads_busy=2.0, python_busy=1.9)
    assert (free.has_gil, free.releases_gil) == (False, None)
    assert (COMPUTES.has_gil, replace(COMPUTES, python_busy=None).has_gil) == (True, None)


def test_sending_is_costly_if_it_takes_half_as_long_as_working() -> None:
    assert not COMPUTES.sending_is_costly
    assert replace(COMPUTES, sending_s=0.0011).sending_is_costly
    assert not replace(COMPUTES, sending_s=None).sending_is_costly


def test_facts_of_later_versions_are_ignored_and_bad_ones_refused() -> None:
    assert Look.from_json({**asdict(WAITS), "later": 1}) == WAITS
    with pytest.raises(ValueError, match="item_s"):
        Look.from_json({**asdict(WAITS), "item_s": "fast"})
    with pytest.raises(TypeError):
        Look.from_json({"items": 3})
