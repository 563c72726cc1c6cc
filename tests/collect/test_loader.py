import pickle
import sys
from pathlib import Path

import pytest

from bench.collect.loader import Source, workloads_in
from bench.errors import UnknownName, WorkloadFileError
from tests.conftest import WriteFile

SMALLEST = """
    from bench import Workload, workload

    class HttpDelay(Workload):
        rows: int = 40
        def items(self): return [1]
        def work(self, item, client): return item * self.rows

    @workload(items=range(3))
    def triangular_sum(item):
        return sum(range(item))
"""


def classes(*names: str) -> str:
    """A file that defines workload classes of these names."""
    body = "(Workload):\n    def items(self): return [1]\n    def work(self, item, client): return item\n"
    return "from bench import Workload\n" + "".join(f"class {name}{body}" for name in names)


def test_a_file_gives_its_workloads_in_the_order_written(write_file: WriteFile) -> None:
    assert list(workloads_in(write_file("work.py", SMALLEST))) == ["http-delay", "triangular-sum"]


@pytest.mark.parametrize(
    ("class_name", "dashed"),
    [
        ("HttpDelay", "http-delay"),
        ("HTTPDelay", "http-delay"),
        ("Http_Delay", "http-delay"),
        ("Wait", "wait"),
        ("FFT", "fft"),
        ("Base64Encode", "base64-encode"),
        ("Sha256", "sha256"),
        ("MD5Hash", "md5-hash"),
        ("sqrt_sum", "sqrt-sum"),
    ],
)
def test_a_class_name_becomes_a_dashed_name(write_file: WriteFile, class_name: str, dashed: str) -> None:
    assert list(workloads_in(write_file("work.py", classes(class_name)))) == [dashed]


def test_a_name_of_its_own_is_not_inherited(write_file: WriteFile) -> None:
    text = classes("Base").replace("client): return item", 'client): return item\n    name = "given"')
    path = write_file("work.py", text + "class Derived(Base): pass\n")
    assert list(workloads_in(path)) == ["given", "derived"]


def test_helpers_and_imported_workloads_are_none_of_the_files(write_file: WriteFile) -> None:
    write_file("other.py", classes("Other"))
    text = classes("_Base") + "from other import Other\nclass Mine(_Base): pass\nAlias = Mine\n"
    assert list(workloads_in(write_file("work.py", text))) == ["mine"]


def test_a_file_that_failed_is_loaded_anew_the_next_time(write_file: WriteFile) -> None:
    with pytest.raises(WorkloadFileError, match="division by zero"):
        workloads_in(write_file("work.py", "1 / 0\n"))
    assert list(workloads_in(write_file("work.py", SMALLEST))) == ["http-delay", "triangular-sum"]


def test_a_file_is_loaded_once_whatever_path_names_it(write_file: WriteFile, here: Path) -> None:
    path = write_file("sub/work.py", "with open('log', 'a') as log:\n    log.write('loaded ')\n" + classes("Once"))
    (here / "link.py").symlink_to(path)
    paths = [path, Path("sub/work.py"), here / "sub/../sub/work.py", Path("link.py")]
    assert len({workloads_in(one)["once"] for one in paths}) == 1
    assert (here / "log").read_text() == "loaded "


def test_files_of_one_name_in_two_folders_are_two_modules(write_file: WriteFile) -> None:
    first, second = (workloads_in(write_file(f"{folder}/work.py", classes("Same")))["same"] for folder in "ab")
    assert first is not second
    assert first.__module__ != second.__module__


def test_a_workload_may_import_what_lies_beside_it_and_in_the_current_folder(write_file: WriteFile) -> None:
    write_file("sub/beside_it.py", "NAME = 'Beside'\n")
    write_file("in_current.py", "NAME = 'Current'\n")
    path = write_file("sub/work.py", "import beside_it, in_current\n" + classes("Importing"))
    assert list(workloads_in(path)) == ["importing"]


def test_what_lies_beside_a_workload_shadows_no_installed_module(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    write_file("colorsys.py", "raise RuntimeError('the wrong one')\n")
    path = write_file("work.py", "import colorsys\ncolorsys.rgb_to_hls\n" + classes("Importing"))
    assert list(workloads_in(path)) == ["importing"]


PICKLED = """
    from dataclasses import dataclass
    from typing import NamedTuple
    from bench import Workload

    @dataclass
    class Point:
        x: int

    class Kept(NamedTuple):
        total: int

    class Boxes(Workload):
        def items(self): return [Point(1)]
        def work(self, item, client): return Kept(item.x)
"""


@pytest.mark.parametrize("name", ["work.py", "work.v2.py"])
def test_what_a_file_defines_is_unpickled_where_another_process_has_loaded_the_file(
    write_file: WriteFile, name: str
) -> None:
    source = Source(str(write_file(name, PICKLED)), "boxes", {})
    boxes = source.build()
    items = list(boxes.items())
    sent = pickle.dumps([*items, boxes.work(items[0], None)])
    del sys.modules[type(boxes).__module__]  # as it is in a process that has not loaded the file yet
    again = source.build()
    assert type(again) is not type(boxes)
    assert list(map(repr, pickle.loads(sent))) == ["Point(x=1)", "Kept(total=1)"]


def test_a_source_builds_the_workload_with_its_parameters(write_file: WriteFile) -> None:
    built = Source(str(write_file("work.py", SMALLEST)), "http-delay", {"rows": 3}).build()
    assert built.work(5, None) == 15


def test_a_source_of_an_unknown_name_is_answered_with_those_in_the_file(write_file: WriteFile) -> None:
    path = write_file("work.py", SMALLEST)
    with pytest.raises(UnknownName, match=r"workload in .*work\.py 'http-dela': did you mean http-delay"):
        Source(str(path), "http-dela", {}).build()
