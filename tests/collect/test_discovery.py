from pathlib import Path

import pytest

from bench.cli.list_command import catalogue
from bench.collect import discovery
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import bundled_folder, files_without_workloads, find_workloads, in_file, select_workloads
from bench.errors import UnknownName, UsageError, WorkloadFileError
from tests.conftest import WriteFile

BUNDLED = ["batch-filter", "http-delay", "sqlite-inserts", "sqrt-sum"]


def defining(*names: str) -> str:
    """A file that defines workloads of these names."""
    lines = [f"@workload(items=range(2))\ndef {name}(item):\n    return item\n" for name in names]
    return "\n".join(["from bench import workload", *lines])


def names(found: list[WorkloadDescription]) -> list[str]:
    return [workload.name for workload in found]


@pytest.fixture
def bundled(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the bundled workloads, so that a test controls all of them."""
    folder = here / "installed"
    monkeypatch.setattr(discovery, "bundled_folder", lambda: folder)
    return folder


def test_bundled_workloads_are_found_from_any_folder(here: Path, forget_imports: None) -> None:
    assert names(select_workloads([])) == BUNDLED


def test_new_file_adds_a_workload(write_file: WriteFile, bundled: Path) -> None:
    write_file("installed/one.py", defining("one"))
    write_file("workloads/two.py", defining("two", "also_two"))
    assert names(select_workloads([])) == ["one", "two", "also-two"]
    assert names(select_workloads(["also-two"])) == ["also-two"]


def test_two_files_that_define_the_same_name_are_both_reported(write_file: WriteFile, bundled: Path) -> None:
    first, second = write_file("installed/one.py", defining("same")), write_file("workloads/two.py", defining("same"))
    with pytest.raises(WorkloadFileError) as caught:
        select_workloads([])
    assert str(caught.value) == f"two files define a workload named 'same': {first} and {second}"


def test_current_folder_may_be_the_bundled_workloads_folder(
    monkeypatch: pytest.MonkeyPatch, forget_imports: None
) -> None:
    monkeypatch.chdir(bundled_folder().parent)
    assert set(BUNDLED) <= set(names(select_workloads([])))


def test_bundled_folder_reached_through_a_link_is_searched_once(here: Path, forget_imports: None) -> None:
    (here / "workloads").symlink_to(bundled_folder())
    assert names(select_workloads([])) == BUNDLED


def test_files_starting_with_an_underscore_are_ignored(write_file: WriteFile, here: Path) -> None:
    write_file("workloads/_helper.py", "raise RuntimeError('not to be loaded')")
    write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]


def test_requested_file_without_a_workload_is_refused_with_a_remedy(write_file: WriteFile) -> None:
    path = write_file("workloads/empty.py", "x = 1\n")
    with pytest.raises(WorkloadFileError, match=r"empty\.py: defines no workload; .* start the file name with _"):
        in_file(path)


def test_file_without_a_workload_is_skipped_in_a_folder_and_reported(
    write_file: WriteFile, here: Path, bundled: Path
) -> None:
    write_file("workloads/empty.py", "x = 1\n")
    write_file("workloads/_helper.py", "x = 1\n")
    one = write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]
    assert [path.name for path in files_without_workloads()] == ["empty.py"]
    assert files_without_workloads([str(one)]) == []


def test_folder_named_like_a_file_is_skipped(write_file: WriteFile, here: Path) -> None:
    (here / "workloads/folder.py").mkdir(parents=True)
    write_file("workloads/one.py", defining("one"))
    assert list(find_workloads([here / "workloads"])) == ["one"]


def test_missing_folders_have_no_workloads(here: Path) -> None:
    assert find_workloads([here / "nowhere"]) == {}


def test_path_selects_a_whole_file_and_path_with_name_selects_one_workload(write_file: WriteFile) -> None:
    write_file("mine/work.py", defining("first_one", "second"))
    assert names(select_workloads(["mine/work.py"])) == ["first-one", "second"]
    assert names(select_workloads(["mine/work.py::second"])) == ["second"]
    assert names(select_workloads(["mine/work.py::first_one"])) == ["first-one"]  # the function's own name


def test_file_in_the_current_folder_needs_no_slash(write_file: WriteFile) -> None:
    write_file("work.py", defining("one"))
    assert names(select_workloads(["work.py"])) == ["one"]


def test_files_are_selected_despite_errors_in_others(write_file: WriteFile, bundled: Path) -> None:
    write_file("workloads/broken.py", "1 / 0\n")
    path = write_file("workloads/work.py", defining("one"))
    assert names(select_workloads([str(path)])) == ["one"]


def test_workload_named_twice_is_selected_once(write_file: WriteFile, bundled: Path) -> None:
    write_file("workloads/work.py", defining("one", "two"))
    assert names(select_workloads(["two", "workloads/work.py::two", "workloads/work.py"])) == ["two", "one"]


def test_unknown_name_is_reported_with_the_nearest_and_all_names(here: Path, forget_imports: None) -> None:
    with pytest.raises(UnknownName) as caught:
        select_workloads(["SqrtSum"])
    known = ", ".join(sorted(find_workloads([bundled_folder()])))
    assert str(caught.value) == f"unknown workload 'SqrtSum': did you mean sqrt-sum? available: {known}"


def test_unknown_name_in_a_file_is_reported_with_the_names_in_that_file(write_file: WriteFile) -> None:
    write_file("work.py", defining("one", "two"))
    with pytest.raises(
        UnknownName, match=r"unknown workload in work\.py 'tow': did you mean two\? available: one, two"
    ):
        select_workloads(["work.py::tow"])


def test_folder_is_not_a_workload_file(write_file: WriteFile) -> None:
    write_file("mine/work.py", defining("one"))
    with pytest.raises(UsageError, match="mine is a folder: give a workload file in it"):
        select_workloads(["mine/"])


def test_catalogue_lists_summaries_parameters_and_options(here: Path, forget_imports: None) -> None:
    listed = catalogue()
    workloads = {line["name"]: line for line in listed["workloads"]}
    backends = {line["name"]: line for line in listed["backends"]}
    assert workloads["sqlite-inserts"]["params"]["journal"] == "wal"
    assert workloads["sqlite-inserts"]["bound"] == "io"
    assert backends["multiprocessing"]["options"] == {"start_method": None, "chunksize": "1", "api": None}
    assert all(line["summary"] for line in [*workloads.values(), *backends.values()])


TAGGED = """
from bench import Workload

class {name}(Workload):
    tags = {tags}
    optional = {optional}

    def items(self):
        return [1]

    def work(self, item, client):
        return item
"""


class TestTags:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(discovery, "bundled_folder", lambda: tmp_path / "bundled")
        for name, tags, optional in (
            ("First", ("net",), False),
            ("Second", ("net", "slow"), True),
            ("Third", (), True),
        ):
            path = tmp_path / "workloads" / f"{name.lower()}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(TAGGED.format(name=name, tags=tags, optional=optional))

    @pytest.mark.parametrize(
        ("names", "tags", "expected"),
        [
            ([], [], ["first"]),
            (["third"], [], ["third"]),
            ([], ["net"], ["first", "second"]),
            ([], ["slow"], ["second"]),
            (["third"], ["slow", "net"], ["second", "first", "third"]),
            (["second"], ["net"], ["first", "second"]),
        ],
    )
    def test_optional_workloads_are_measured_if_named_or_tagged(
        self, names: list[str], tags: list[str], expected: list[str]
    ) -> None:
        assert [one.name for one in discovery.select_workloads(names, tags=tags)] == expected

    def test_an_unknown_tag_lists_those_there_are(self) -> None:
        with pytest.raises(UnknownName, match="unknown tag 'nett': did you mean net\\? available: net, slow"):
            discovery.select_workloads([], tags=["nett"])

    def test_tags_must_be_words(self, tmp_path: Path) -> None:
        (tmp_path / "wrong.py").write_text(TAGGED.format(name="Wrong", tags="'net'", optional=False))
        with pytest.raises(WorkloadFileError, match="tags must be a tuple of words"):
            discovery.in_file(tmp_path / "wrong.py")
