"""The layout of a page: panels in columns, below a title and above a legend and a footer."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH, PANEL_HEIGHT = 9.0, 2.6  # all lengths in inches
TITLE_LINE, NAME_LINE, LEGEND_LINE, FOOTER_LINE = 0.27, 0.2, 0.24, 0.17
MARGIN, LEFT, BETWEEN, AXIS_LABELS = 0.15, 0.95, 1.0, 0.62
POINTS = 72  # per inch
DOTS_PER_INCH = 200


@dataclass(frozen=True)
class Layout:
    """The number of columns, the room to the left of each panel for its row labels, and the panels' heights.

    Without `heights` all panels are equally high; panels side by side get the greatest of their heights.
    """

    columns: int = 2
    left: float = LEFT
    heights: Sequence[float] = ()


@dataclass(frozen=True)
class Page:
    """The amount of content, which determines the heights. `name_lines` are the lines above each panel."""

    panels: int
    title_lines: int
    name_lines: int
    legend_lines: int
    footer_lines: int
    layout: Layout = Layout()

    @property
    def columns(self) -> int:
        """A single panel takes the whole width."""
        return min(self.layout.columns, self.panels)

    @property
    def row_heights(self) -> list[float]:
        """The height of each row of panels."""
        heights = self.layout.heights or [PANEL_HEIGHT] * self.panels
        return [max(heights[first : first + self.columns]) for first in range(0, self.panels, self.columns)]

    @property
    def height(self) -> float:
        """The height of the page, in inches."""
        return self._head + sum(self.row_heights) + (len(self.row_heights) - 1) * self._between_rows + self._foot

    @property
    def legend_bottom(self) -> float:
        """The bottom of the legend, as a share of the page's height."""
        return self._legend_bottom / self.height

    def figure(self) -> Figure:
        """An empty page."""
        return Figure(figsize=(WIDTH, self.height), dpi=DOTS_PER_INCH)

    def axes(self, figure: Figure) -> list[Axes]:
        """Axes for each panel."""
        heights, left = self.row_heights, self.layout.left
        between = max(BETWEEN, left + 0.05)
        panel_width = (WIDTH - left - MARGIN - (self.columns - 1) * between) / self.columns
        grid = figure.add_gridspec(
            len(heights),
            self.columns,
            left=left / WIDTH,
            right=1 - MARGIN / WIDTH,
            top=1 - self._head / self.height,
            bottom=self._foot / self.height,
            height_ratios=heights,
            hspace=self._between_rows * len(heights) / sum(heights),
            wspace=between / panel_width,
        )
        return [figure.add_subplot(grid[divmod(number, self.columns)]) for number in range(self.panels)]

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
