"""What is sent to workers on other machines, taken in by an interpreter that has neither the package nor the file."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bench
from bench.backends import _arrival
from bench.backends._arrival import digest_of
from bench.backends._base import Job
from bench.backends._shipment import Shipment, with_its_code
from bench.collect.loader import Source
from tests.support.clustered_workload import write_clustered
from tests.support.isolation import imports_forgotten

# Takes in shipments one after the other in one process, as a worker that lives on, and works on an item after each.
WORKER = """
import json, pickle, sys
arrival, root, requests, before = pickle.load(sys.stdin.buffer)
exec(before)
scope = {"__name__": "arrival"}
exec(arrival, scope)
for delivery, archives, location, source in requests:
    answer = scope["arrive"](root, delivery, archives, ["PATH", "OMP_NUM_THREADS"])
    if not answer["lacks"] and not answer["conflict"]:
        from bench.backends._engine_worker import EngineWorker
        from bench.collect.loader import Source
        worker = EngineWorker(Source(*source), location)
        worker.open_client(None)
        answer["result"] = worker.work_on([4], False)[0]
        answer["package"] = sys.modules["bench"].__file__
    print(json.dumps(answer))
"""


def shipment_of(path: Path, **params: Any) -> Shipment:
    values = {"count": 3, "wait": 0.0, "victim": -1, "marker": "", **params}
    with imports_forgotten():
        source = Source(str(path), "clustered", values)
        return Shipment.of(Job(source.build(), source, None, 1))


def request(shipment: Shipment, root: Path, with_archives: bool = True) -> tuple[Any, ...]:
    delivery = dict(shipment.delivery)
    archives = shipment.archives([delivery["package"], delivery["files"]]) if with_archives else {}
    source = (shipment.source.path, shipment.source.name, dict(shipment.source.params))
    return delivery, archives, shipment.location(str(root / delivery["files"])), source


def taken_in(root: Path, *requests: tuple[Any, ...], before: str = "") -> list[dict[str, Any]]:
    """What a worker answers to each request, after some code of its own."""
    arrival = Path(str(_arrival.__file__)).read_text()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", WORKER],
        input=pickle.dumps((arrival, str(root), requests, before)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_clustered(tmp_path / "mine")


def test_worker_without_anything_works_on_items_after_it(path: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (answer,) = taken_in(root, request(shipment_of(path), root))
    assert answer["result"][0] == 8
    assert all(Path(file).is_relative_to(root) for file in (answer["result"][1], answer["package"]))


def test_worker_says_what_it_lacks_until_it_has_it(path: Path, tmp_path: Path) -> None:
    root, shipment = tmp_path / "root", shipment_of(path)
    bare, full = (request(shipment, root, with_archives) for with_archives in (False, True))
    first, second, third = taken_in(root, bare, full, bare)
    assert first["lacks"] == [shipment.delivery["package"], shipment.delivery["files"]]
    assert second["lacks"] == third["lacks"] == []


def test_changed_module_beside_the_file_is_used_by_a_worker_that_has_loaded_the_old_one(
    path: Path, tmp_path: Path
) -> None:
    root, old = tmp_path / "root", shipment_of(path)
    beside = path.parent / "beside_clustered.py"
    beside.write_text(beside.read_text().replace("2 * number", "3 * number"))
    new = shipment_of(path)
    answers = taken_in(root, *(request(one, root) for one in (old, new, old)))
    assert [answer["result"][0] for answer in answers] == [8, 12, 8]


def test_other_version_that_the_worker_uses_is_a_conflict(path: Path, tmp_path: Path) -> None:
    before = "import types; sys.modules['bench'] = types.ModuleType('bench')\nsys.modules['bench'].__file__ = '/x/y.py'"
    (answer,) = taken_in(tmp_path / "root", request(shipment_of(path), tmp_path / "root"), before=before)
    assert answer["conflict"] == "unknown"


def test_same_version_from_elsewhere_is_none(path: Path, tmp_path: Path) -> None:
    before = f"sys.path.append({str(Path(bench.__file__).parent.parent)!r}); import bench"
    (answer,) = taken_in(tmp_path / "root", request(shipment_of(path), tmp_path / "root"), before=before)
    assert answer["conflict"] is None
    assert answer["package"] == bench.__file__


def test_values_of_environment_variables_are_sent_in_place_of_their_names(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKER", "/a/place")
    assert shipment_of(path, marker="env:MARKER").source.params["marker"] == "/a/place"


def test_installed_packages_are_not_sent(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)  # what is loaded from the current folder is sent too
    path.write_text("import pytest\n" + path.read_text())
    assert list(shipment_of(path).files) == ["workload/clustered.py", "beside/beside_clustered.py"]


def test_digest_depends_on_names_and_contents_alone() -> None:
    files = {"a.py": b"1", "b.py": b"2"}
    assert digest_of(files) == digest_of(dict(reversed(files.items())))
    assert len({digest_of(one) for one in (files, {"a.py": b"1"}, {"a.py": b"1", "b.py": b"3"}, {"a.py": b"12"})}) == 4


def test_archives_are_the_same_bytes_whenever_they_are_made(path: Path) -> None:
    one = shipment_of(path)
    other = replace(one)
    assert one.archives([one.delivery["files"]]) == other.archives([other.delivery["files"]])


def test_function_that_is_sent_with_its_code_belongs_to_no_module_of_the_package() -> None:
    assert with_its_code(_arrival, "arrive").__module__ == "__main__"
