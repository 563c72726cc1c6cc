"""Where things stand on a drawn page: panels in two columns under a title, over a legend and a footer."""

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH, PANEL_HEIGHT = 9.0, 2.6  # all lengths in inches
TITLE_LINE, NAME_LINE, LEGEND_LINE, FOOTER_LINE = 0.27, 0.2, 0.24, 0.17
MARGIN, LEFT, BETWEEN, AXIS_LABELS = 0.15, 0.95, 1.0, 0.62
POINTS = 72  # an inch
DOTS_PER_INCH = 200


@dataclass(frozen=True)
class Page:
    """How much there is of everything; heights follow from it. `name_lines` are the lines above each panel."""

    panels: int
    title_lines: int
    name_lines: int
    legend_lines: int
    footer_lines: int

    @property
    def columns(self) -> int:
        """One panel has the width to itself."""
        return min(2, self.panels)

    @property
    def height(self) -> float:
        """The page's, in inches."""
        rows = math.ceil(self.panels / self.columns)
        return self._head + rows * PANEL_HEIGHT + (rows - 1) * self._between_rows + self._foot

    @property
    def legend_bottom(self) -> float:
        """Where the legend stands, as a share of the page's height."""
        return self._legend_bottom / self.height

    def figure(self) -> Figure:
        """An empty page."""
        return Figure(figsize=(WIDTH, self.height), dpi=DOTS_PER_INCH, facecolor="white")

    def axes(self, figure: Figure) -> list[Axes]:
        """A place for each panel."""
        rows = math.ceil(self.panels / self.columns)
        panel_width = (WIDTH - LEFT - MARGIN - (self.columns - 1) * BETWEEN) / self.columns
        grid = figure.add_gridspec(
            rows,
            self.columns,
            left=LEFT / WIDTH,
            right=1 - MARGIN / WIDTH,
            top=1 - self._head / self.height,
            bottom=self._foot / self.height,
            hspace=self._between_rows / PANEL_HEIGHT,
            wspace=BETWEEN / panel_width,
        )
        return [
            figure.add_subplot(grid[number // self.columns, number % self.columns]) for number in range(self.panels)
        ]

    @property
    def _names(self) -> float:
        return self.name_lines * NAME_LINE + 0.1

    @property
    def _head(self) -> float:
        return MARGIN + self.title_lines * TITLE_LINE + self._names

    @property
    def _between_rows(self) -> float:
        return AXIS_LABELS + self._names

    @property
    def _foot(self) -> float:
        return AXIS_LABELS + self.legend_lines * LEGEND_LINE + self._legend_bottom

    @property
    def _legend_bottom(self) -> float:
        return MARGIN + self.footer_lines * FOOTER_LINE + 0.05
