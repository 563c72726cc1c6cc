"""Every item raises."""

from bench import workload


@workload(items=range(4))
def raises_in_all_items(item: int) -> int:
    """Every item raises."""
    raise KeyError("no luck")
