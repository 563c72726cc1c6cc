from pathlib import Path

import pytest

from bench.backends._registry import usual_backends
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import in_file, select_workloads
from bench.errors import ParameterError, UnknownName
from bench.measure.matrix import WAITING_COUNTS
from bench.schema import BASELINE
from bench.session.arguments import choose_workloads, parse_backend, parse_backends, parse_counts, parse_params
from tests.conftest import WriteFile

TWO_WORKLOADS = """
    from bench import Workload

    class Waits(Workload):
        bound = "io"
        count: int = 4
        url: str = ""
        def items(self): return range(self.count)
        def work(self, item, client): return item

    class Computes(Workload):
        count: int = 8
        ratio: float = 0.5
        def items(self): return range(self.count)
        def work(self, item, client): return item
"""


@pytest.fixture
def two(write_file: WriteFile) -> list[WorkloadDescription]:
    """The workloads `waits` and `computes`, which share the parameter `count`."""
    return in_file(write_file("two.py", TWO_WORKLOADS))


class TestParameters:
    def test_without_parameters_all_workloads_have_their_defaults(self, two: list[WorkloadDescription]) -> None:
        assert parse_params([], two) == {"waits": {"count": 4, "url": ""}, "computes": {"count": 8, "ratio": 0.5}}

    def test_an_unqualified_key_applies_to_all_workloads_that_have_it(self, two: list[WorkloadDescription]) -> None:
        values = parse_params(["count=1e3", "ratio=2"], two)
        assert (values["waits"]["count"], values["computes"]["count"]) == (1000, 1000)
        assert values["computes"]["ratio"] == 2.0

    def test_a_key_qualified_by_a_workload_applies_to_that_workload(self, two: list[WorkloadDescription]) -> None:
        values = parse_params(["waits.count=5"], two)
        assert (values["waits"]["count"], values["computes"]["count"]) == (5, 8)

    def test_a_value_may_hold_dots_and_equals_signs(self, two: list[WorkloadDescription]) -> None:
        assert parse_params(["url=http://a.b/?c=d"], two)["waits"]["url"] == "http://a.b/?c=d"

    def test_a_key_without_value_is_refused(self, two: list[WorkloadDescription]) -> None:
        with pytest.raises(ParameterError, match="-p count: expected KEY=VALUE"):
            parse_params(["count"], two)

    def test_an_unknown_key_lists_the_available_keys(self, two: list[WorkloadDescription]) -> None:
        with pytest.raises(UnknownName, match=r"parameter 'counts': did you mean count.* count, ratio, url"):
            parse_params(["counts=1"], two)

    def test_a_key_that_the_qualifying_workload_lacks_is_refused(self, two: list[WorkloadDescription]) -> None:
        with pytest.raises(UnknownName, match="unknown parameter of waits 'ratio'"):
            parse_params(["waits.ratio=1"], two)

    def test_a_workload_outside_the_run_lists_those_in_it(self, two: list[WorkloadDescription]) -> None:
        with pytest.raises(UnknownName, match="workload in this run 'wait': did you mean waits"):
            parse_params(["wait.count=1"], two)

    def test_two_values_for_one_key_are_refused(self, two: list[WorkloadDescription]) -> None:
        with pytest.raises(ParameterError, match="count has conflicting values: 1 and 2"):
            parse_params(["count=1", "waits.count=2"], two)
        assert parse_params(["count=1", "waits.count=1"], two)["waits"]["count"] == 1


class TestBackends:
    def test_without_names_the_usual_backends_are_chosen_with_the_baseline_first(self) -> None:
        chosen = [backend.cls.name for backend in parse_backends([], baseline=True)]
        assert chosen[0] == BASELINE
        assert sorted(chosen) == sorted(usual_backends())

    def test_the_baseline_comes_first_and_only_once(self) -> None:
        chosen = parse_backends(["threading", BASELINE, "asyncio"], baseline=True)
        assert [backend.cls.name for backend in chosen] == [BASELINE, "threading", "asyncio"]

    def test_without_the_baseline_only_named_backends_are_chosen(self) -> None:
        assert [backend.cls.name for backend in parse_backends(["threading"], baseline=False)] == ["threading"]

    def test_without_names_and_the_baseline_the_other_usual_backends_are_chosen(self) -> None:
        chosen = [backend.cls.name for backend in parse_backends([], baseline=False)]
        assert sorted([BASELINE, *chosen]) == sorted(usual_backends())

    def test_one_backend_may_be_chosen_with_several_options(self) -> None:
        chosen = parse_backends(["multiprocessing:fork", "multiprocessing:spawn"], baseline=False)
        assert [backend.options["start_method"] for backend in chosen] == ["fork", "spawn"]

    @pytest.mark.parametrize(
        "typed", ["multiprocessing:spawn,chunksize=4", "multiprocessing:chunksize=4,start_method=spawn"]
    )
    def test_an_option_is_a_key_with_a_value_or_an_unambiguous_value(self, typed: str) -> None:
        assert parse_backend(typed).options == {"start_method": "spawn", "chunksize": "4", "api": None}

    @pytest.mark.parametrize("typed", ["multiprocessing:Spawn", "multiprocessing:start_method=SPAWN"])
    def test_option_values_are_case_insensitive(self, typed: str) -> None:
        assert parse_backend(typed).options["start_method"] == "spawn"

    def test_missing_options_have_their_defaults(self) -> None:
        assert parse_backend("multiprocessing").options == {"start_method": None, "chunksize": "1", "api": None}

    def test_an_unknown_option_lists_the_keys_and_values(self) -> None:
        with pytest.raises(UnknownName) as error:
            parse_backend("multiprocessing:spwan")
        for known in ("did you mean spawn", "fork", "forkserver", "chunksize=VALUE", "start_method=VALUE"):
            assert known in str(error.value)

    def test_an_unknown_option_value_lists_all_values(self) -> None:
        with pytest.raises(UnknownName, match=r"start_method 'frok': .*available: fork, forkserver, spawn"):
            parse_backend("multiprocessing:start_method=frok")

    def test_contradictory_options_are_refused(self) -> None:
        with pytest.raises(ParameterError, match="start_method has conflicting values: fork and spawn"):
            parse_backend("multiprocessing:fork,start_method=spawn")

    def test_a_backend_without_options_refuses_any(self) -> None:
        with pytest.raises(UnknownName, match="option of threading 'fork': available: none"):
            parse_backend("threading:fork")


class TestCounts:
    @pytest.mark.parametrize(
        ("typed", "counts"), [([], ()), (["4,1, 2"], (1, 2, 4)), (["2", "1,2"], (1, 2)), (["07"], (7,))]
    )
    def test_counts_are_sorted_and_unique(self, typed: list[str], counts: tuple[int, ...]) -> None:
        assert parse_counts(typed) == counts

    @pytest.mark.parametrize("typed", ["0", "-1", "1.5", "two", "", "1,,2", "1;2", "²"])
    def test_invalid_worker_counts_are_refused(self, typed: str) -> None:
        with pytest.raises(ParameterError, match="is an invalid worker count: expected positive integers"):
            parse_counts([typed])


class TestWorkloads:
    def test_requested_counts_are_all_kept_and_none_is_optional(self, two: list[WorkloadDescription]) -> None:
        for chosen in choose_workloads(two, [], (1, 3, 5, 7), cores=2, quick=True):
            assert (chosen.counts, chosen.spare) == ((1, 3, 5, 7), ())

    def test_default_counts_depend_on_the_kind_of_workload(self, two: list[WorkloadDescription]) -> None:
        waits, computes = choose_workloads(two, [], (), cores=4, quick=False)
        assert (waits.counts, waits.spare) == (WAITING_COUNTS, WAITING_COUNTS[1:-1])
        assert (computes.counts, computes.spare) == ((1, 2, 4, 8), (8, 2))

    def test_a_quick_run_has_one_count_per_workload(self, two: list[WorkloadDescription]) -> None:
        waits, computes = choose_workloads(two, [], (), cores=4, quick=True)
        assert (waits.counts, computes.counts) == ((8,), (4,))

    def test_each_workload_has_its_own_parameters(self, two: list[WorkloadDescription]) -> None:
        waits, computes = choose_workloads(two, ["waits.count=5"], (), cores=2, quick=False)
        assert (waits.params["count"], computes.params["count"]) == (5, 8)

    def test_without_names_all_workloads_are_chosen(self, here: Path, forget_imports: None) -> None:
        chosen = choose_workloads(select_workloads([]), [], (), cores=2, quick=False)
        assert [one.description for one in chosen] == select_workloads([])
