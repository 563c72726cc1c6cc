from pathlib import Path

import pytest

from bench.backends._registry import backends
from bench.cli.completion import complete_backend, complete_workload
from bench.collect import discovery
from tests.conftest import WriteFile


@pytest.mark.usefixtures("here", "forget_imports")
class TestWorkloads:
    def test_workload_names_are_completed_with_their_summaries(self) -> None:
        completed = complete_workload("sq")
        assert [name for name, _ in completed] == ["sqlite-inserts", "sqrt-sum"]
        assert dict(completed)["sqrt-sum"].startswith("Sum the square roots")

    def test_an_empty_prefix_offers_all_workloads(self) -> None:
        names = [name for name, _ in complete_workload("")]
        assert names == list(discovery.find_workloads(discovery.folders()))

    def test_an_unknown_prefix_completes_nothing(self) -> None:
        assert complete_workload("sum") == []


def test_workloads_of_the_current_folder_are_offered(write_file: WriteFile) -> None:
    write_file(
        "workloads/mine.py", "from bench import workload\n@workload(items=[1])\ndef zzz(item):\n    '''Rest.'''\n"
    )
    assert complete_workload("zz") == [("zzz", "Rest.")]


def test_backends_are_completed_with_their_summaries(here: Path) -> None:
    completed = complete_backend("thr")
    assert [name for name, _ in completed] == ["threading"]
    assert completed[0][1] == backends()["threading"].summary()
    assert [name for name, _ in complete_backend("")] == list(backends())
    assert complete_backend("ing") == []
