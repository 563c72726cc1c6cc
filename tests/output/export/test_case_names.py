"""The names of cases in the files of other tools."""

from typing import Any

from bench.analysis.trials import CaseId, case_of
from bench.output.export.case_names import case_names
from tests.support.summaries import summary

SPAWN: dict[str, Any] = {
    "backend": "multiprocessing",
    "options": '{"chunksize": 4, "start_method": "spawn"}',
    "start_method": "spawn",
}


def names(*facts: dict[str, Any]) -> list[str]:
    return list(case_names([summary(**fact) for fact in facts]).values())


def test_a_name_states_all_parameters_and_options() -> None:
    alone = names({"params": '{"n": 1000, "tasks": 4}', **SPAWN})
    assert alone == ["work (n=1000, tasks=4) multiprocessing:spawn,chunksize=4 x2"]
    assert names({"params": '{"n": 1000, "tasks": 4}', **SPAWN}, {"backend": "multiprocessing"})[0] == alone[0]


def test_blocking_and_awaited_work_have_different_names() -> None:
    assert names(
        {"backend": "asyncio", "async_style": "native"}, {"backend": "asyncio", "async_style": "blocking"}
    ) == ["work asyncio x2", "work asyncio (blocking) x2"]


def test_the_interpreter_is_named_only_if_a_run_has_several() -> None:
    assert names({"python": "3.13.0"}) == ["work threading x2"]
    assert names({"python": "3.13.0"}, {"python": "3.13.0t"}) == [
        "work threading x2 on Python 3.13.0",
        "work threading x2 on Python 3.13.0t",
    ]


def test_cases_with_the_same_name_are_numbered() -> None:
    assert names({"workload": "a\n"}, {"workload": "a\\n"}, {"workload": "a\\n", "bound": "io"}) == [
        "a\\n threading x2",
        "a\\n threading x2 #2",
        "a\\n threading x2 #3",
    ]


def test_names_are_looked_up_by_case() -> None:
    cases: list[CaseId] = [summary(workers=count) for count in (1, 2)]
    assert [case_names(cases)[case_of(case)] for case in cases] == ["work threading x1", "work threading x2"]
