import asyncio
from typing import Any

import pytest

from bench import Workload, workload
from bench.collect.validation import problem
from bench.collect.workload import MARK, entered, overrides, summary
from bench.errors import UnknownName
from bench.schema import Bound


def made(function: Any) -> type[Workload]:
    """The workload class that the decorator made of a function."""
    cls: type[Workload] = getattr(function, MARK)
    return cls


class TestShortForm:
    def test_decorated_function_is_unchanged(self) -> None:
        @workload(items=range(3))
        def double(item: int) -> int:
            return 2 * item

        assert double(21) == 42

    def test_workload_has_the_functions_name_and_summary(self) -> None:
        @workload(items=range(3), bound="io")
        def _wait_a_while(item: int) -> None:
            """Wait a while.

            More words follow.
            """

        cls = made(_wait_a_while)
        assert (cls.name, cls.bound, summary(cls), problem(cls)) == ("wait-a-while", Bound.IO, "Wait a while.", None)
        assert made(workload(items=range(3), name="other")(_wait_a_while)).name == "other"

    def test_work_calls_the_function_with_only_the_item(self) -> None:
        cls = made(workload(items=range(3))(lambda item: 2 * item))
        assert cls().work(21, client="unused") == 42

    def test_items_from_an_iterator_are_available_in_every_pass(self) -> None:
        batch = made(workload(items=iter("abc"))(lambda item: item))()
        assert [list(batch.items()), list(batch.items())] == [["a", "b", "c"]] * 2

    def test_items_from_a_function_are_created_for_each_pass(self) -> None:
        batch = made(workload(items=lambda: [[]])(lambda item: item))()
        first, second = list(batch.items()), list(batch.items())
        assert first == second and first[0] is not second[0]

    def test_check_receives_items_and_results(self) -> None:
        def check(items: list[Any], results: list[Any]) -> None:
            assert results == items, "not the items"

        cls = made(workload(items=range(2), check=check)(lambda item: item))
        cls().check([0, 1], [0, 1], env=None)
        with pytest.raises(AssertionError, match="not the items"):
            cls().check([0, 1], [1, 0], env=None)

    def test_without_a_check_every_result_is_accepted(self) -> None:
        made(workload(items=range(2))(lambda item: item))().check([0], ["anything"], env=None)

    def test_mistyped_bound_is_reported_with_both_choices(self) -> None:
        with pytest.raises(UnknownName, match="unknown bound 'disk': available: cpu, io"):
            workload(items=range(2), bound="disk")(lambda item: item)


@workload(items=range(3), bound="io")
async def running_loop(item: int) -> tuple[int, int]:
    await asyncio.sleep(0)
    return item, id(asyncio.get_running_loop())


class TestCoroutineForm:
    def test_work_async_awaits_the_function(self) -> None:
        cls = made(running_loop)
        assert asyncio.run(cls().work_async(7, client=None))[0] == 7
        assert overrides(cls, "work_async") and problem(cls) is None

    def test_blocking_worker_runs_it_on_one_private_loop_for_all_items(self) -> None:
        batch = made(running_loop)()
        with entered(batch.client(None), "client") as client, entered(batch.client(None), "client") as another:
            (first, loop), (second, same_loop), (_, other_loop) = (
                batch.work(item, worker) for item, worker in [(1, client), (2, client), (3, another)]
            )
        assert (first, second) == (1, 2)
        assert loop == same_loop != other_loop

    def test_coroutines_share_the_setup_value_instead_of_a_second_loop(self) -> None:
        with entered(made(running_loop)().client_async("env"), "client") as client:
            assert client == "env"
