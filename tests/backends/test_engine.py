"""What the backends on an engine share, without an engine."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends import _engine
from bench.backends._base import Backend, Lane
from bench.backends._engine import Clocks, blas_conflict, check_address, chunks_of, joined, packed
from bench.backends._engine_worker import clock_here
from bench.backends.dask_cluster import Dask
from bench.backends.ray_cluster import Ray
from bench.collect.parameters import parse_all
from bench.errors import ParameterError
from bench.schema import Value
from tests.support.backend_params import this_interpreter

EXAMPLE = "address=tcp://10.0.0.1:8786"


def resolved(cls: type[Backend], **typed: str) -> dict[str, Value]:
    return cls.resolve(parse_all(typed, cls.known_options(), cls.name), this_interpreter())


class TestAddress:
    @pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "tls://head.example:1", "tcp://[::1]:8786", "env:HEAD"])
    def test_of_a_scheduler_is_accepted(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEAD", "tcp://10.0.0.1:8786")
        assert resolved(Dask, address=address)["address"] == address

    @pytest.mark.parametrize("address", ["10.0.0.1", "tcp://10.0.0.1", "udp://10.0.0.1:1", "tcp://a b:1", "tcp://:1"])
    def test_that_is_none_is_refused_with_an_example(self, address: str) -> None:
        with pytest.raises(ParameterError, match=f"address={address}: must be like {EXAMPLE}".replace("+", r"\+")):
            resolved(Dask, address=address)

    @pytest.mark.parametrize("address", ["10.0.0.1:6379", "ray://10.0.0.1:10001"])
    def test_of_a_ray_cluster_may_have_no_scheme(self, address: str) -> None:
        assert resolved(Ray, address=address)["address"] == address

    @pytest.mark.parametrize("cls", [Dask, Ray])
    @pytest.mark.parametrize("secret", ["tls://ann:hunter2@head:8786", "tls://head:8786?token=hunter2"])
    def test_with_a_secret_is_refused_and_not_repeated(self, cls: type[Backend], secret: str) -> None:
        with pytest.raises(ParameterError) as caught:
            resolved(cls, address=secret)
        assert "hunter2" not in str(caught.value)

    def test_from_a_variable_is_checked_where_it_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEAD", "tls://ann:hunter2@head:8786")
        backend = Dask(address="env:HEAD", threads_per_worker=None, chunksize=1)
        with pytest.raises(ParameterError, match="no user, password or token"):
            check_address(backend.address, ("tls",), EXAMPLE)


class TestOptions:
    @pytest.mark.parametrize("cls", [Dask, Ray])
    def test_chunksize_must_be_positive(self, cls: type[Backend]) -> None:
        with pytest.raises(ParameterError, match="chunksize=0: must be a positive integer"):
            resolved(cls, chunksize="0")

    def test_embedded_dask_workers_have_one_thread_and_others_what_they_were_given(self) -> None:
        assert resolved(Dask)["threads_per_worker"] == 1
        assert resolved(Dask, address="tcp://10.0.0.1:1")["threads_per_worker"] is None

    @pytest.mark.parametrize(("cls", "extra"), [(Dask, "dask"), (Ray, "ray")])
    def test_missing_package_is_named_with_its_extra(self, cls: type[Backend], extra: str) -> None:
        bare = replace(this_interpreter(), packages={})
        assert cls.unavailable(bare) == f"not installed: pip install 'concurrency-bench[{extra}]'"
        assert cls.unavailable(replace(bare, packages={"distributed": "1", "ray": "1"})) is None


@given(st.lists(st.integers()), st.integers(1, 20))
def test_chunks_hold_all_items_in_order_and_only_the_last_is_shorter(items: list[int], size: int) -> None:
    chunks = chunks_of(items, size)
    assert joined(chunks) == items
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert all(0 < len(chunk) <= size for chunk in chunks)


def test_packed_call_is_made_where_it_is_unpickled() -> None:
    assert pickle.loads(packed(divmod, 17, 5)) == (3, 2)
    with pytest.raises(ZeroDivisionError):
        pickle.loads(packed(divmod, 1, 0))


def test_different_threads_for_linear_algebra_are_named() -> None:
    ours = {"OMP_NUM_THREADS": "1"}
    theirs = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": None, "MKL_NUM_THREADS": None}
    assert blas_conflict(theirs, ours) is None, "the others are not set here"
    conflict = blas_conflict(theirs, {**ours, "MKL_NUM_THREADS": "2"})
    assert conflict is not None and conflict.startswith("MKL_NUM_THREADS=None, and the trial MKL_NUM_THREADS=2")


class TestClocks:
    def test_of_this_machine_is_not_asked(self) -> None:
        clocks = Clocks.compare({clock_here(): lambda: pytest.fail("asked")})
        lane = Lane(5, [(6, 7)])
        assert clocks.translate(lane, clock_here()) == lane

    @given(st.integers(-(10**18), 10**18), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=5))
    def test_of_another_machine_is_off_by_half_a_round_trip_at_most(
        self, ahead: int, trips: list[tuple[int, int]]
    ) -> None:
        """Requests that take a while each way, while a clock here counts nanoseconds."""
        now, delays = [1000], iter(trips[: _engine.PROBES])

        def ask() -> int:
            there, back = next(delays)
            now[0] += there
            told = now[0] + ahead
            now[0] += back
            return told

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_engine, "perf_counter_ns", lambda: now[0])
            clocks = Clocks.compare({"another": ask})
        shortest = min(there + back for there, back in trips[: _engine.PROBES])
        lane = clocks.translate(Lane(ahead + 10, [(ahead + 20, ahead + 30)]), "another")
        assert abs(lane.ready_ns - 10) <= shortest / 2 + 1
        assert [(began - lane.ready_ns, ended - lane.ready_ns) for began, ended in lane.spans] == [(10, 20)]
