"""Give results that the check answers with False."""

from bench import workload


@workload(items=range(4), check=lambda items, results: results == items)
def gives_wrong_results(item: int) -> int:
    """Give results that the check answers with False."""
    return item + 1
