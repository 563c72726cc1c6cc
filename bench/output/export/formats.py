"""What a run can be exported as. Imports nothing, so that the help need not wait for pandas."""

from enum import StrEnum


class Format(StrEnum):
    """The names that `bench export --to` takes."""

    PYPERF = "pyperf"
    PYTEST_BENCHMARK = "pytest-benchmark"
    BENCHER = "bencher"
    GITHUB_ACTION = "github-action"
    MARKDOWN = "markdown"
    JSON = "json"
