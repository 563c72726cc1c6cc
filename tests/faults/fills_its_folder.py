"""Leave many files, some of them locked away."""

import tempfile
from pathlib import Path

from bench import workload


@workload(items=range(4))
def fills_its_folder(item: int) -> int:
    """Leave many files, some of them locked away."""
    folder = Path(tempfile.mkdtemp())
    for number in range(100):
        (folder / str(number)).write_bytes(b"x" * 1024)
    folder.chmod(0o500)
    return item
