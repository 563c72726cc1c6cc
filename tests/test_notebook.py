"""The tour of a run, executed from top to bottom."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.support.factory import varied_run
from tests.support.paths import ROOT

NOTEBOOK = ROOT / "notebooks/speedup.ipynb"


def executed(project: Path) -> NotebookNode:
    """The notebook's cells with the outputs that they have in a project's notebooks folder."""
    folder = project / "notebooks"
    folder.mkdir()
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook: NotebookNode) -> str:
    return "\n".join(str(cell.get("outputs", "")) for cell in notebook.cells)


@pytest.fixture(scope="module")
def on_the_sample_run(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook executed in a project that has no other run."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "results/sample", project / "results/sample")
    return executed(project)


@pytest.mark.slow
def test_it_opens_on_the_sample_run_where_there_is_no_other(on_the_sample_run: NotebookNode) -> None:
    told = outputs(on_the_sample_run)
    assert "run sample: " in told
    assert "image/png" in told


@pytest.mark.slow
def test_it_opens_on_the_latest_run_where_there_is_one_and_says_what_that_cannot_show(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "results/sample", tmp_path / "results/sample")
    run = varied_run(tmp_path / "results/fresh")
    (tmp_path / "results/latest").symlink_to(run.name)
    told = outputs(executed(tmp_path))
    assert "run fresh: " in told
    assert "no trace: bench run --trace records one" in told


@pytest.mark.slow
def test_its_last_cells_measure_a_workload_that_it_defines_and_draw_it(on_the_sample_run: NotebookNode) -> None:
    *_, measuring, speedup, timeline = [cell for cell in on_the_sample_run.cells if cell.cell_type == "code"]
    assert "count-primes" in str(measuring.outputs)
    assert all("image/png" in str(cell.outputs) for cell in (speedup, timeline))


def test_it_is_committed_with_the_outputs_of_the_sample_run() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells if "folder = Path(" not in cell.source)
    assert "run sample: " in outputs(notebook)
    assert outputs(notebook).count("image/png") == 9  # seven kinds of charts, and two of the reader's own workload
    assert not [cell for cell in cells for output in cell.outputs if output.output_type == "error"]


@pytest.mark.parametrize("name", ["samples.csv", "trace.csv", "environment.json", "speedup.png", "speedup.svg"])
def test_the_sample_run_is_whole(name: str) -> None:
    assert (ROOT / "results/sample" / name).stat().st_size > 1000
