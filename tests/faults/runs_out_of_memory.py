"""Ask for more memory than it is allowed to have."""

import resource

from bench import workload


@workload(items=range(4))
def runs_out_of_memory(item: int) -> int:
    """Ask for more memory than it is allowed to have."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    return len(bytearray(64 << 30))
