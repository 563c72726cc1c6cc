"""Execute the notebook on the sample run and keep its outputs: `python -m tests.tools.execute_notebook`.

The cells at its end measure, so the machine should have nothing else to do.
"""

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.support.paths import ROOT

NOTEBOOK = ROOT / "notebooks/speedup.ipynb"
TIMEOUT_S = 300  # for one cell


def main() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with tempfile.TemporaryDirectory() as project:
        folder = Path(project, "notebooks")
        folder.mkdir()
        shutil.copytree(ROOT / "results/sample", Path(project, "results/sample"))
        NotebookClient(notebook, timeout=TIMEOUT_S, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(notebook, NOTEBOOK)


if __name__ == "__main__":
    main()
