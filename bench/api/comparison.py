"""The comparison of two results, as an object."""

from typing import TYPE_CHECKING

from bench.analysis.change import ChangeVerdict
from bench.analysis.compare import Comparison

if TYPE_CHECKING:
    from pandas import DataFrame


class RunComparison:
    """Which cases changed between two results; its text is what `bench compare` prints."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @property
    def any_slower(self) -> bool:
        """Whether a case became slower by more than the threshold."""
        return bool(self.comparison.counts[ChangeVerdict.SLOWER])

    @property
    def any_faster(self) -> bool:
        """Whether a case became faster by more than the threshold."""
        return bool(self.comparison.counts[ChangeVerdict.FASTER])

    def to_frame(self) -> "DataFrame":
        """One row per case that is ok on both sides, with the fields of `bench compare --json`."""
        from pandas import DataFrame

        from bench.output.export.plain_json import comparison_json

        return DataFrame(comparison_json(self.comparison)["cases"])

    def __repr__(self) -> str:
        from bench.output.terminal.comparison_table import comparison_table
        from bench.output.terminal.plain_text import plain_text

        return plain_text(comparison_table(self.comparison))
