"""Small bars for the speedups of a table: faster cases to the right of an axis at 1x, slower ones to the left."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

NARROWEST, WIDEST = 4, 10  # width of a bar including its axis
LEAST_FULL = math.log(2)  # a full-length bar stands for at least this, so that noise around 1x stays small
EIGHTHS = " ▏▎▍▌▋▊▉"  # of a column, filled from the left
WHOLE, RIGHT_HALF, AXIS = "█", "▐", "│"


@dataclass(frozen=True)
class Scale:
    """The columns left and right of the axis, and the logarithm of a speedup that one column stands for."""

    left: int
    right: int
    log: float

    @property
    def axis(self) -> str:
        """A heading aligned with the axis."""
        return f"{' ' * self.left}1x".ljust(self.left + 1 + self.right)


def scale_for(speedups: Iterable[float], width: int) -> Scale:
    """A logarithmic scale, the same on both sides, on which all these speedups fit into the width."""
    logs = [math.log(speedup) for speedup in speedups]
    left = width // 3
    right = width - 1 - left
    needed = [LEAST_FULL / right, *(log / right if log > 0 else -log / left for log in logs)]
    return Scale(left, right, max(needed))


@dataclass(frozen=True)
class SpeedupBar:
    """One speedup as a bar, drawn in ASCII if the console's encoding has no block characters."""

    speedup: float
    scale: Scale

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(self.drawn(options.ascii_only), no_wrap=True, end="")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width = self.scale.left + 1 + self.scale.right
        return Measurement(width, width)

    def drawn(self, ascii_only: bool) -> str:
        """The bar as text, as wide as the scale."""
        columns = math.log(self.speedup) / self.scale.log
        slower, faster = max(-columns, 0.0), max(columns, 0.0)
        if ascii_only:
            return f"{'=' * round(slower):>{self.scale.left}}|{'=' * round(faster):<{self.scale.right}}"
        halves, eighths = round(slower * 2), round(faster * 8)
        left = RIGHT_HALF * (halves % 2) + WHOLE * (halves // 2)
        right = WHOLE * (eighths // 8) + EIGHTHS[eighths % 8].strip()
        return f"{left:>{self.scale.left}}{AXIS}{right:<{self.scale.right}}"
