"""Give a result that cannot leave its process."""

import threading
from typing import Any

from bench import workload


@workload(items=range(4))
def returns_what_cannot_be_pickled(item: int) -> Any:
    """Give a result that cannot leave its process."""
    return threading.Lock()
