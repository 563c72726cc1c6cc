"""Go to a new folder, and remove it."""

import os
import tempfile
from pathlib import Path

from bench import workload


@workload(items=range(4))
def changes_its_folder(item: int) -> int:
    """Go to a new folder, and remove it."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    Path(folder).rmdir()
    return item
