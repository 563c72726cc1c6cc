"""A workload for clusters, as a file with a module beside it, where no worker finds them."""

from pathlib import Path

WORKLOAD = '''
"""A workload that can spoil the cluster it runs on, and says where it ran."""

import os
import signal
import time
from pathlib import Path

from beside_clustered import doubled

from bench import Workload


class Clustered(Workload):
    """Double numbers; one item may end its worker, or another process, once."""

    bound = "io"
    count: int = 12
    wait: float = 0.01  # seconds per item
    victim: int = -1  # what the item in the middle ends; 0 is its own worker
    marker: str = ""  # a file that says that it has been done

    def items(self):
        return range(self.count)

    def work(self, item, client):
        time.sleep(self.wait)
        if item == self.count // 2 and self.victim >= 0 and not Path(self.marker).exists():
            Path(self.marker).touch()
            os.kill(self.victim or os.getpid(), signal.SIGKILL)
            time.sleep(1)
        return doubled(item), __file__

    def check(self, items, results, env):
        assert [number for number, _ in results] == [2 * item for item in items]
        assert all(file != __file__ for _, file in results), "it ran from the file of the trial"
'''

BESIDE = '''
"""What the workload needs beside it."""


def doubled(number):
    return 2 * number
'''


def write_clustered(folder: Path) -> Path:
    """Write both files into a new folder; returns the path of the workload's."""
    folder.mkdir()
    (folder / "beside_clustered.py").write_text(BESIDE)
    path = folder / "clustered.py"
    path.write_text(WORKLOAD)
    return path
