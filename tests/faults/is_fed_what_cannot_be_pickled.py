"""Have items that cannot reach another process."""

import threading
from typing import Any

from bench import workload


@workload(items=[threading.Lock(), threading.Lock()])
def is_fed_what_cannot_be_pickled(item: Any) -> int:
    """Have items that cannot reach another process."""
    return 0
