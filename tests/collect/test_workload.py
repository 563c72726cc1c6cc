import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum
from typing import Any

import pytest

from bench import Workload
from bench.collect.validation import problem
from bench.collect.workload import entered, entered_async, overrides, parameters, summary
from bench.errors import UnknownName


class Journal(StrEnum):
    WAL = "wal"
    DELETE = "delete"


class Smallest(Workload):
    """Do the least there is.

    More words follow.
    """

    def items(self) -> list[int]:
        return [1, 2]

    def work(self, item: int, client: Any) -> int:
        return item


class Sized(Smallest):
    rows: int = 40
    journal: Journal = Journal.WAL


class Waiting(Smallest):
    bound: str = "io"  # type: ignore[misc]  # as users may write it


class TestFullForm:
    def test_annotated_attributes_are_parameters(self) -> None:
        assert list(parameters(Sized)) == ["rows", "journal"]
        assert parameters(Smallest) == {}

    def test_bound_is_not_a_parameter_even_if_annotated(self) -> None:
        assert parameters(Waiting) == {}
        assert problem(Waiting) is None

    def test_workload_is_built_from_recorded_values(self) -> None:
        built = Sized(rows=5, journal="delete")
        assert built.rows == 5
        assert built.journal is Journal.DELETE

    def test_built_by_hand_it_has_its_defaults(self) -> None:
        assert (Sized().rows, Sized(rows=5).journal) == (40, Journal.WAL)

    def test_a_parameter_it_does_not_have_is_refused(self) -> None:
        with pytest.raises(UnknownName, match="parameter of Sized 'row': did you mean rows"):
            Sized(row=5)

    def test_summary_is_the_first_line_of_the_docstring(self) -> None:
        assert summary(Smallest) == "Do the least there is."
        assert summary(Sized) == ""

    def test_default_client_is_the_setup_value(self) -> None:
        with entered(Smallest().setup(), "setup") as env:
            assert env is None
        with entered(Smallest().client("env"), "client") as client:
            assert client == "env"
        with entered(Smallest().client_async("env"), "client") as client:
            assert client == "env"

    def test_only_the_classes_own_methods_count_as_overridden(self) -> None:
        assert overrides(Smallest, "work") and overrides(Sized, "work")
        assert not overrides(Sized, "work_async")


@contextmanager
def from_context_manager(log: list[str]) -> Iterator[str]:
    yield from from_generator(log)


def from_generator(log: list[str]) -> Iterator[str]:
    log.append("opened")
    try:
        yield "client"
    finally:
        log.append("closed")


@asynccontextmanager
async def from_async_context_manager(log: list[str]) -> AsyncIterator[str]:
    async for client in from_async_generator(log):
        yield client


async def from_async_generator(log: list[str]) -> AsyncIterator[str]:
    log.append("opened")
    try:
        yield "client"
    finally:
        log.append("closed")


class TestContexts:
    @pytest.mark.parametrize("make", [from_context_manager, from_generator])
    def test_context_managers_and_generators_are_entered_the_same_way(self, make: Any) -> None:
        log: list[str] = []
        with entered(make(log), "client") as client:
            assert (client, log) == ("client", ["opened"])
        assert log == ["opened", "closed"]

    @pytest.mark.parametrize("make", [from_context_manager, from_generator])
    def test_contexts_are_closed_after_a_failure_too(self, make: Any) -> None:
        log: list[str] = []
        with pytest.raises(ValueError, match="no luck"), entered(make(log), "client"):
            raise ValueError("no luck")
        assert log == ["opened", "closed"]

    @pytest.mark.parametrize(
        "make", [from_async_context_manager, from_async_generator, from_context_manager, from_generator]
    )
    def test_coroutines_enter_blocking_contexts_too(self, make: Any) -> None:
        log: list[str] = []

        async def use() -> None:
            async with entered_async(make(log), "client") as client:
                assert (client, log) == ("client", ["opened"])

        asyncio.run(use())
        assert log == ["opened", "closed"]

    @pytest.mark.parametrize("enter", [entered, entered_async])
    def test_other_return_values_are_refused_with_the_method_name(self, enter: Any) -> None:
        with pytest.raises(TypeError, match="setup must be a context manager or a generator that yields once, not str"):
            enter("http://127.0.0.1", "setup")
