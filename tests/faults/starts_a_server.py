"""Start a server and never stop it."""

import subprocess
import sys

from bench import workload


@workload(items=range(2))
def starts_a_server(item: int) -> int:
    """Start a server and never stop it."""
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0"]
    subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return item
