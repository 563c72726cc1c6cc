"""The files whose lines are named when a workload fails: its own, and those of a function that it was made of."""

from collections.abc import Mapping

_OTHERS: dict[str, dict[str, str]] = {}  # by the path of a workload file


def add_code_files(path: str, names: Mapping[str, str]) -> None:
    """Name the lines of these files too, each under the name given, when the workload in the file `path` fails."""
    _OTHERS.setdefault(path, {}).update(names)


def code_files(path: str) -> dict[str, str]:
    """The name to show for each file with code of the workload file `path`."""
    return {path: path.rpartition("/")[2], **_OTHERS.get(path, {})}
