from pathlib import Path

import pytest

from bench.cli.catalogue import catalogue
from bench.collect import discovery
from bench.collect.description import Found
from bench.collect.discovery import bundled_folder, find_workloads, in_file, passed_over, select_workloads
from bench.errors import UnknownName, UsageError, WorkloadFileError
from tests.conftest import WriteFile

BUNDLED = ["batch-filter", "http-delay", "sqlite-inserts", "sqrt-sum"]


def defining(*names: str) -> str:
    """A file that defines workloads of these names."""
    lines = [f"@workload(items=range(2))\ndef {name}(item):\n    return item\n" for name in names]
    return "\n".join(["from bench import workload", *lines])


def names(found: list[Found]) -> list[str]:
    return [workload.name for workload in found]


@pytest.fixture
def bundled(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the bundled workloads, so that a test says all that there is."""
    folder = here / "installed"
    monkeypatch.setattr(discovery, "bundled_folder", lambda: folder)
    return folder


def test_the_bundled_workloads_are_found_anywhere(here: Path, forget_imports: None) -> None:
    assert names(select_workloads([])) == BUNDLED


def test_a_new_file_is_a_new_workload(write_file: WriteFile, bundled: Path) -> None:
    write_file("installed/one.py", defining("one"))
    write_file("workloads/two.py", defining("two", "also_two"))
    assert names(select_workloads([])) == ["one", "two", "also-two"]
    assert names(select_workloads(["also-two"])) == ["also-two"]


def test_two_files_that_claim_a_name_are_both_told(write_file: WriteFile, bundled: Path) -> None:
    first, second = write_file("installed/one.py", defining("same")), write_file("workloads/two.py", defining("same"))
    with pytest.raises(WorkloadFileError) as told:
        select_workloads([])
    assert str(told.value) == f"two files claim the workload name 'same': {first} and {second}"


def test_the_current_folder_may_be_the_one_that_holds_the_bundled_workloads(
    monkeypatch: pytest.MonkeyPatch, forget_imports: None
) -> None:
    monkeypatch.chdir(bundled_folder().parent)
    assert set(BUNDLED) <= set(names(select_workloads([])))


def test_the_bundled_folder_reached_by_a_link_is_found_once(here: Path, forget_imports: None) -> None:
    (here / "workloads").symlink_to(bundled_folder())
    assert names(select_workloads([])) == BUNDLED


def test_files_that_start_with_an_underscore_are_left_out(write_file: WriteFile, here: Path) -> None:
    write_file("workloads/_helper.py", "raise RuntimeError('not to be loaded')")
    write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]


def test_a_file_without_a_workload_is_refused_with_the_way_out_where_it_is_asked_for(write_file: WriteFile) -> None:
    path = write_file("workloads/empty.py", "x = 1\n")
    with pytest.raises(WorkloadFileError, match=r"empty\.py: defines no workload; .* start the file's name with _"):
        in_file(path)


def test_a_file_without_a_workload_is_passed_over_among_others_and_told(
    write_file: WriteFile, here: Path, bundled: Path
) -> None:
    write_file("workloads/empty.py", "x = 1\n")
    write_file("workloads/_helper.py", "x = 1\n")
    one = write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]
    assert [path.name for path in passed_over()] == ["empty.py"]
    assert passed_over([str(one)]) == []


def test_a_folder_named_like_a_file_is_passed_over(write_file: WriteFile, here: Path) -> None:
    (here / "workloads/folder.py").mkdir(parents=True)
    write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]


def test_folders_that_are_not_there_hold_nothing(here: Path) -> None:
    assert find_workloads([here / "nowhere"]) == {}


def test_a_path_selects_all_of_a_file_and_a_name_behind_it_one(write_file: WriteFile) -> None:
    write_file("mine/work.py", defining("first_one", "second"))
    assert names(select_workloads(["mine/work.py"])) == ["first-one", "second"]
    assert names(select_workloads(["mine/work.py::second"])) == ["second"]
    assert names(select_workloads(["mine/work.py::first_one"])) == ["first-one"]  # the function's own name


def test_a_file_in_the_current_folder_needs_no_slash(write_file: WriteFile) -> None:
    write_file("work.py", defining("one"))
    assert names(select_workloads(["work.py"])) == ["one"]


def test_files_are_selected_whatever_is_wrong_with_the_others(write_file: WriteFile, bundled: Path) -> None:
    write_file("workloads/broken.py", "1 / 0\n")
    path = write_file("workloads/work.py", defining("one"))
    assert names(select_workloads([str(path)])) == ["one"]


def test_what_is_named_twice_is_selected_once(write_file: WriteFile, bundled: Path) -> None:
    write_file("workloads/work.py", defining("one", "two"))
    assert names(select_workloads(["two", "workloads/work.py::two", "workloads/work.py"])) == ["two", "one"]


def test_an_unknown_name_is_answered_with_the_nearest_and_all_there_are(here: Path, forget_imports: None) -> None:
    with pytest.raises(UnknownName) as told:
        select_workloads(["SqrtSum"])
    assert str(told.value) == f"unknown workload 'SqrtSum': did you mean sqrt-sum? there are: {', '.join(BUNDLED)}"


def test_an_unknown_name_in_a_file_is_answered_with_those_of_the_file(write_file: WriteFile) -> None:
    write_file("work.py", defining("one", "two"))
    with pytest.raises(
        UnknownName, match=r"unknown workload in work\.py 'tow': did you mean two\? there are: one, two"
    ):
        select_workloads(["work.py::tow"])


def test_a_folder_is_no_workload_file(write_file: WriteFile) -> None:
    write_file("mine/work.py", defining("one"))
    with pytest.raises(UsageError, match="mine is a folder: name a workload file in it"):
        select_workloads(["mine/"])


def test_the_catalogue_tells_lines_parameters_and_options(here: Path, forget_imports: None) -> None:
    listed = catalogue()
    workloads = {line["name"]: line for line in listed["workloads"]}
    backends = {line["name"]: line for line in listed["backends"]}
    assert workloads["sqlite-inserts"]["params"]["journal"] == "wal"
    assert workloads["sqlite-inserts"]["bound"] == "io"
    assert backends["multiprocessing"]["options"] == {"start_method": None, "chunksize": 1}
    assert all(line["summary"] for line in [*workloads.values(), *backends.values()])
