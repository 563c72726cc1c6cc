"""The race of an advice: who took part in which rounds, and who fell when."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from bench.analysis.advice.advice import Advice, advice_of
from bench.analysis.race.course import Dropped, Racer, RaceStage
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.legend import Legend
from bench.output.charts.page import MARGIN, WIDTH, Layout
from bench.output.charts.row_panel import FONT_SIZE, LETTER, ROOM, ROW
from bench.output.charts.sheet import Sheet, provenance
from bench.output.charts.style import Style, cross
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.advice_text import headline
from bench.output.wording.racer_names import racer_name

STAGES = {RaceStage.SEARCH: "search", RaceStage.RACE: "race", RaceStage.FINAL: "final"}
HEADINGS = ("racer", "rounds", "out after", "time over its rival's", "rival", "reason")
TOP = 0.9  # rows above the first one, for the names of the stages
SIDE = 0.6  # rounds on either side
LONGEST = 28  # letters of a racer's name
LINE = 80  # letters above the panel, which is as wide as the page
LABEL = 1.6  # inches for the figures at the end of a line


@dataclass(frozen=True)
class RacePanel:
    """One race: its racers, those who came furthest first, with the rounds that each took part in."""

    name: Sequence[str]
    facts: Sequence[str]
    advice: Advice
    racers: Sequence[Racer]
    styles: Sequence[Style]

    @property
    def labels(self) -> list[str]:
        """The rows' labels."""
        names = [racer_name(racer) for racer in self.racers]
        return [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names]

    @property
    def left(self) -> float:
        """The room for the labels, in inches."""
        return 0.3 + LETTER * max(map(len, self.labels))

    @property
    def height(self) -> float:
        """In inches."""
        return ROOM + ROW * max(4, len(self.racers) + TOP)


def draw(view: View, theme: Theme) -> Figure | None:
    """One line per racer, until it fell; the baseline goes on in the final, as the others are compared with it."""
    panel = _panel(view, theme)
    if panel is None:
        return None
    layout = Layout(1, panel.left, [panel.height])
    footer = (
        f"{provenance(view.run)}; figures: the time over that of the one who dropped it, or the speedup in the final"
    )
    title = f"Race: who fell when, run {formatting.clean(view.run.name)}"
    sheet = Sheet(title, footer, _legend(panel, theme), theme, layout)
    return sheet.compose([panel], partial(_draw_panel, theme=theme))


def why_not(view: View) -> str:
    """The run is not a race."""
    return "not a race: bench advise makes one"


def alt(view: View) -> str:
    """The advice, and how many were dropped."""
    advice = advice_of(view.run)
    if advice is None:
        return "Nothing to show."
    out = formatting.counted(len(advice.dropped), "racer")
    return f"The rounds that each way to run it took part in; {out} fell before the final. {headline(advice)}"


def table(view: View) -> ChartTable:
    """Every racer, with the rounds it took part in, and who dropped it."""
    advice = advice_of(view.run)
    if advice is None:
        return ChartTable(HEADINGS, [])
    out = {one.racer: one for one in advice.dropped}
    return ChartTable(
        HEADINGS, [[racer_name(racer), *_cells(advice, racer, out.get(racer))] for racer in _order(advice)]
    )


def _cells(advice: Advice, racer: Racer, out: Dropped | None) -> list[str]:
    rounds = [str(number + 1) for number in _rounds_of(advice, racer)]
    if out is None:
        return [", ".join(rounds), "", "", "", ""]
    rival = "" if out.rival is None else racer_name(out.rival)
    return [
        ", ".join(rounds),
        str(out.round + 1),
        formatting.times(out.times),
        rival,
        "may be as good" if out.undecided else formatting.clean(out.reason or ""),
    ]


def _rounds_of(advice: Advice, racer: Racer) -> list[int]:
    return [number for number, one in enumerate(advice.record.rounds) if racer in one.racers]


def _order(advice: Advice) -> list[Racer]:
    """Those who took part, the ones that came furthest first, and of these the best."""
    racers = dict.fromkeys(racer for one in advice.record.rounds for racer in one.racers)
    best = None if advice.best is None else Racer.of(advice.best)
    out = {one.racer: one for one in advice.dropped}

    def key(racer: Racer) -> tuple[bool, int, float]:
        dropped = out.get(racer)
        last = max(_rounds_of(advice, racer)) if dropped is None else dropped.round
        return racer != best, -last, (dropped.times or 0.0) if dropped else 0.0

    return sorted(racers, key=key)


def _panel(view: View, theme: Theme) -> RacePanel | None:
    advice = advice_of(view.run)
    if advice is None:
        return None
    racers = _order(advice)
    by_racer = {Racer.of(case): case.config for case in view.summaries}
    styles = view.styles(theme)
    grey = Style(theme.faint, "o", "-")
    return RacePanel(
        textwrap.wrap(formatting.clean(advice.record.target.typed), LINE),
        textwrap.wrap(headline(advice), LINE, max_lines=3, placeholder=" …"),
        advice,
        racers,
        [styles[by_racer[racer]] if racer in by_racer else grey for racer in racers],
    )


def _legend(panel: RacePanel, theme: Theme) -> Legend:
    reasons = {one.reason is not None for one in panel.advice.dropped}
    entries: list[tuple[str, Artist]] = [("took part", Line2D([], [], color=theme.muted, linewidth=2))]
    if False in reasons:
        entries.append(("fell: behind", Line2D([], [], color=theme.muted, marker="|", linestyle="none", markersize=9)))
    if True in reasons:
        entries.append(("fell: failed", Line2D([], [], **cross(theme.muted))))
    entries.append(("came through to the final", Line2D([], [], color=theme.muted, marker="o", linestyle="none")))
    return Legend(entries)


def _draw_panel(axes: Axes, panel: RacePanel, theme: Theme) -> None:
    advice, count = panel.advice, len(panel.advice.record.rounds)
    axes.set_yticks(range(len(panel.racers)), panel.labels, fontsize=FONT_SIZE)
    axes.set_ylim(len(panel.racers) - 0.4, -TOP)
    axes.tick_params(axis="y", length=0)
    drawn = WIDTH - panel.left - MARGIN
    axes.set_xlim(1 - SIDE, 1 - SIDE + (count - 1 + 2 * SIDE) * drawn / (drawn - LABEL))
    axes.set_xticks([tick for tick in MaxNLocator(10, integer=True).tick_values(1, count) if 1 <= tick <= count])
    axes.set_xlabel("round")
    _draw_stages(axes, panel, theme)
    out = {one.racer: one for one in advice.dropped}
    for row, (racer, style) in enumerate(zip(panel.racers, panel.styles, strict=True)):
        fell = out.get(racer)
        rounds = [number + 1 for number in _rounds_of(advice, racer)]
        raced = [number for number in rounds if fell is None or number <= fell.round + 1]
        axes.plot([raced[0], raced[-1]], [row, row], color=style.colour, linewidth=2, zorder=2)
        axes.plot(rounds, [row] * len(rounds), color=style.colour, marker=".", linestyle="none", zorder=2.1)
        _draw_end(axes, (raced[-1], row), fell, style, theme)
        beside: dict[str, Any] = {"xytext": (8, 0), "textcoords": "offset points", "va": "center"}
        label = _end_label(advice, racer, fell)
        axes.annotate(label, (raced[-1], row), **beside, fontsize=FONT_SIZE, color=theme.muted)


def _draw_stages(axes: Axes, panel: RacePanel, theme: Theme) -> None:
    """Every second stage on a darker band, each with its name above the first row."""
    start = 1
    for place, (stage, rounds) in enumerate(groupby(panel.advice.record.rounds, key=lambda one: one.stage)):
        end = start + len(list(rounds))
        if place % 2:
            axes.axvspan(start - 0.5, end - 0.5, color=theme.band, linewidth=0, zorder=0)
        axes.text(
            start - 0.4, 0.45 - TOP, STAGES[stage], fontsize=FONT_SIZE, color=theme.muted, va="baseline", zorder=3
        )
        start = end


def _draw_end(axes: Axes, at: tuple[float, float], out: Dropped | None, style: Style, theme: Theme) -> None:
    """How a line ends: in the final, slower than another, or with a failure."""
    if out is None:
        axes.plot(*at, color=style.colour, marker="o", markersize=7, zorder=3)
    elif out.reason is not None:
        axes.plot(*at, **cross(theme.warning), zorder=3)
    else:
        axes.plot(*at, color=style.colour, marker="|", markersize=10, markeredgewidth=2, zorder=3)


def _end_label(advice: Advice, racer: Racer, out: Dropped | None) -> str:
    if out is not None:
        return "failed" if out.reason is not None else formatting.times(out.times)
    final = [one for one in (advice.best, *(each.case for each in (*advice.as_good, *advice.beaten))) if one]
    case = next((one for one in final if Racer.of(one) == racer), None)
    return formatting.estimated_times(case.speedup) if case is not None else ""
