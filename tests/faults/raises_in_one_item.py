"""One item raises."""

from bench import workload


@workload(items=range(4))
def raises_in_one_item(item: int) -> int:
    """One item raises."""
    if item == 2:
        raise KeyError("no luck")
    return item
