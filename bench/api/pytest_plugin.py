"""The pytest plugin: the fixture `concurrency`. It imports what measures only when a test asks for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bench.api.testing.measurement import Concurrency

MAX_TIME_S = 20.0
PROPERTY = "concurrency"
CLAIMS = "bench.api.testing.claims"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the fixture."""
    group = parser.getgroup("concurrency", "measurements of concurrency")
    group.addoption(
        "--concurrency-max-time",
        type=float,
        default=MAX_TIME_S,
        metavar="SECONDS",
        help="time budget of each measurement (default: %(default)g)",
    )
    group.addoption("--concurrency-skip", action="store_true", help="skip tests that measure concurrency")
    group.addoption(
        "--concurrency-save", type=Path, metavar="FOLDER", help="keep the runs, each in a folder named after its test"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests that use the fixture, if asked to."""
    if config.getoption("concurrency_skip"):
        skip = pytest.mark.skip(reason="measures concurrency: --concurrency-skip")
        for item in items:
            if "concurrency" in getattr(item, "fixturenames", ()):
                item.add_marker(skip)


@pytest.fixture
def concurrency(request: pytest.FixtureRequest) -> "Concurrency":
    """Call it with a function and its items, and with a `backend` and `workers`: it measures their speedup."""
    from bench.api.testing.measurement import Concurrency, FixtureSettings

    option = request.config.getoption
    settings = FixtureSettings(option("concurrency_max_time"), option("concurrency_save"), request.node.nodeid)
    return Concurrency(settings, request.node.user_properties)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison of a speedup with a number."""
    if CLAIMS not in (type(left).__module__, type(right).__module__):
        return None
    from bench.api.testing.explanation import explanation

    return explanation(op, left, right)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what was measured."""
    measured = list(_measured(terminalreporter))
    if measured:
        from bench.api.testing.session_table import table_lines

        terminalreporter.write_sep("=", "concurrency")
        for line in table_lines(measured):
            terminalreporter.write_line(line)


def _measured(terminalreporter: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tests with what they recorded, also those of other processes."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                yield from ((report.nodeid, value) for name, value in report.user_properties if name == PROPERTY)
