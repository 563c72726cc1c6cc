"""Have nothing to do."""

from bench import workload


@workload(items=[])
def has_no_items(item: int) -> int:
    """Have nothing to do."""
    return item
