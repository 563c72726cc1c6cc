"""The tour of a run, executed from top to bottom."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import bench
from tests.support.factory import sample, varied_run, write_run
from tests.support.paths import ROOT

NOTEBOOK = ROOT / "notebooks/speedup.ipynb"


def executed(project: Path) -> NotebookNode:
    """The notebook with its outputs after execution in a project's notebooks folder."""
    folder = project / "notebooks"
    folder.mkdir()
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook: NotebookNode) -> str:
    return "\n".join(str(cell.get("outputs", "")) for cell in notebook.cells)


@pytest.fixture(scope="module")
def executed_on_sample_run(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook executed in a project that has no other run."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "results/sample", project / "results/sample")
    return executed(project)


@pytest.mark.slow
def test_notebook_shows_the_sample_run_if_there_is_no_other(executed_on_sample_run: NotebookNode) -> None:
    text = outputs(executed_on_sample_run)
    assert "run sample: " in text
    assert "image/png" in text


@pytest.mark.slow
def test_notebook_shows_the_latest_run_and_states_what_it_cannot_show(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "results/sample", tmp_path / "results/sample")
    run = varied_run(tmp_path / "results/fresh")
    (tmp_path / "results/latest").symlink_to(run.name)
    text = outputs(executed(tmp_path))
    assert "run fresh: " in text
    assert "no trace: bench run --trace records one" in text


def test_metrics_of_workloads_are_shown_as_data(tmp_path: Path) -> None:
    """Only the cells that this needs, so that it is quick."""
    metrics = '{"requests": 812.5}'
    environment = {"cases": [{"workload": "work", "metrics": {"requests": "1/s"}}]}
    samples = [sample(round=number, metrics=metrics) for number in range(3)]
    write_run(tmp_path / "results/latest", samples, environment)
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    places = [number for number, cell in enumerate(notebook.cells) if "run.to_frame()" in cell.source]
    notebook.cells = [notebook.cells[1], *notebook.cells[places[0] : places[0] + 3]]
    folder = tmp_path / "notebooks"
    folder.mkdir()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    shown = str(notebook.cells[-1].outputs)
    assert "requests" in shown
    assert "1/s" in shown
    assert "812.50" in shown


@pytest.mark.slow
def test_last_cells_measure_and_draw_a_workload_defined_in_the_notebook(executed_on_sample_run: NotebookNode) -> None:
    *_, measuring, speedup, timeline = [cell for cell in executed_on_sample_run.cells if cell.cell_type == "code"]
    assert "count-primes" in str(measuring.outputs)
    assert all("image/png" in str(cell.outputs) for cell in (speedup, timeline))


def test_notebook_is_committed_with_the_outputs_of_the_sample_run() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells)
    assert "run sample: " in outputs(notebook)
    assert outputs(notebook).count("'image/png'") == 9  # seven kinds of charts, and two of the reader's own workload
    assert not [cell for cell in cells for output in cell.outputs if output.output_type == "error"]


def test_notebook_uses_the_public_interface_alone() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    used = set(re.findall(r"(?:\bbench\.|from bench import )(\w+)", code))
    assert {"load_run", "workload"} <= used <= {*bench.__all__, "errors"}


@pytest.mark.parametrize("name", ["samples.csv", "trace.csv", "environment.json", "speedup.png", "speedup.svg"])
def test_sample_run_is_complete(name: str) -> None:
    assert (ROOT / "results/sample" / name).stat().st_size > 1000
