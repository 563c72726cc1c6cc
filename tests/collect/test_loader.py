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


def test_workloads_of_a_file_are_loaded_in_order_of_definition(write_file: WriteFile) -> None:
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
def test_class_name_becomes_a_dashed_name(write_file: WriteFile, class_name: str, dashed: str) -> None:
    assert list(workloads_in(write_file("work.py", classes(class_name)))) == [dashed]


def test_explicit_name_is_not_inherited(write_file: WriteFile) -> None:
    text = classes("Base").replace("client): return item", 'client): return item\n    name = "given"')
    path = write_file("work.py", text + "class Derived(Base): pass\n")
    assert list(workloads_in(path)) == ["given", "derived"]


def test_helpers_and_imported_workloads_are_not_loaded(write_file: WriteFile) -> None:
    write_file("other.py", classes("Other"))
    text = classes("_Base") + "from other import Other\nclass Mine(_Base): pass\nAlias = Mine\n"
    assert list(workloads_in(write_file("work.py", text))) == ["mine"]


def test_file_that_failed_to_load_is_loaded_again_next_time(write_file: WriteFile) -> None:
    with pytest.raises(WorkloadFileError, match="division by zero"):
        workloads_in(write_file("work.py", "1 / 0\n"))
    assert list(workloads_in(write_file("work.py", SMALLEST))) == ["http-delay", "triangular-sum"]


def test_file_is_loaded_once_whatever_its_path(write_file: WriteFile, here: Path) -> None:
    path = write_file("sub/work.py", "with open('log', 'a') as log:\n    log.write('loaded ')\n" + classes("Once"))
    (here / "link.py").symlink_to(path)
    paths = [path, Path("sub/work.py"), here / "sub/../sub/work.py", Path("link.py")]
    assert len({workloads_in(one)["once"] for one in paths}) == 1
    assert (here / "log").read_text() == "loaded "


def test_files_with_the_same_name_in_two_folders_are_separate_modules(write_file: WriteFile) -> None:
    first, second = (workloads_in(write_file(f"{folder}/work.py", classes("Same")))["same"] for folder in "ab")
    assert first is not second
    assert first.__module__ != second.__module__


def test_workload_may_import_from_its_own_and_the_current_folder(write_file: WriteFile) -> None:
    write_file("sub/beside_it.py", "NAME = 'Beside'\n")
    write_file("in_current.py", "NAME = 'Current'\n")
    path = write_file("sub/work.py", "import beside_it, in_current\n" + classes("Importing"))
    assert list(workloads_in(path)) == ["importing"]


def test_files_next_to_a_workload_do_not_shadow_installed_modules(
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

    class Completed(NamedTuple):
        total: int

    class Boxes(Workload):
        def items(self): return [Point(1)]
        def work(self, item, client): return Completed(item.x)
"""


@pytest.mark.parametrize("name", ["work.py", "work.v2.py"])
def test_objects_of_a_file_are_unpickled_in_another_process_that_loaded_it(write_file: WriteFile, name: str) -> None:
    source = Source(str(write_file(name, PICKLED)), "boxes", {})
    boxes = source.build()
    items = list(boxes.items())
    sent = pickle.dumps([*items, boxes.work(items[0], None)])
    del sys.modules[type(boxes).__module__]  # as it is in a process that has not loaded the file yet
    again = source.build()
    assert type(again) is not type(boxes)
    assert list(map(repr, pickle.loads(sent))) == ["Point(x=1)", "Completed(total=1)"]


def test_source_builds_the_workload_with_its_parameters(write_file: WriteFile) -> None:
    built = Source(str(write_file("work.py", SMALLEST)), "http-delay", {"rows": 3}).build()
    assert built.work(5, None) == 15


def test_unknown_name_in_a_source_is_reported_with_the_names_in_the_file(write_file: WriteFile) -> None:
    path = write_file("work.py", SMALLEST)
    with pytest.raises(UnknownName, match=r"workload in .*work\.py 'http-dela': did you mean http-delay"):
        Source(str(path), "http-dela", {}).build()
