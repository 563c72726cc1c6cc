"""The decision flowchart of the tutorials, drawn with the thresholds that were measured on this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.analysis.crossing import Threshold, ThresholdName
from bench.analysis.saved_claims import SavedClaims
from bench.output.charts.chart_text import footer_lines, title_lines
from bench.output.charts.page import FOOTER_LINE, MARGIN, TITLE_LINE, WIDTH
from bench.output.charts.sheet import FONTS
from bench.output.charts.theme import Theme
from bench.output.wording import formatting
from bench.output.wording.evidence_text import crossing_text, threshold_text
from bench.schema import BASELINE

TITLE = "Threads, processes or asyncio? With thresholds measured on this machine"
HEIGHT = 4.6  # of the flowchart alone, in inches
QUESTION_ROW, ANSWER_ROW, ROOT_ROW = 0.58, 0.08, 0.92  # shares of the height
COLUMNS = {"threads": 0.14, "asyncio": 0.3, "hybrid": 0.5, "sequential": 0.68, "processes": 0.85}
TEXT_GAP, LINE_GAP = 0.01, 0.004  # of a text from its arrow, which slopes away from each line
ROOT, WAITS, COMPUTES = "root", "waits", "computes"

Place = tuple[float, float]


@dataclass(frozen=True)
class FlowBox:
    """A question, or an answer with the backend whose colour it has."""

    text: str
    place: Place
    backend: str | None = None


@dataclass(frozen=True)
class FlowArrow:
    """An arrow between two boxes, given by their keys, and the answer to the question."""

    start: str
    end: str
    text: str


@dataclass(frozen=True)
class Flow:
    """The whole flowchart: boxes by their keys."""

    boxes: Mapping[str, FlowBox] = field(default_factory=dict)
    arrows: Sequence[FlowArrow] = ()


def flow_of(thresholds: Sequence[Threshold]) -> Flow:
    """The questions and answers. A question about a threshold that is not known is not asked."""
    known = {one.name: one for one in thresholds if one.crossing.x is not None}
    waits, computes = _waiting(known.get(ThresholdName.WAITS)), _computing(known)
    root = FlowBox("Does the work compute,\nor wait?", (0.5, ROOT_ROW))
    hybrid = FlowBox("processes\nwith threads\nin each", (COLUMNS["hybrid"], ANSWER_ROW), "")
    boxes = {ROOT: root, **waits.boxes, "hybrid": hybrid, **computes.boxes}
    first = [
        FlowArrow(ROOT, next(iter(waits.boxes)), "it waits"),
        FlowArrow(ROOT, "hybrid", "both"),
        FlowArrow(ROOT, next(iter(computes.boxes)), "it computes"),
    ]
    return Flow(boxes, [*first, *waits.arrows, *computes.arrows])


def _waiting(waits: Threshold | None) -> Flow:
    """What is asked of work that waits."""
    between = (COLUMNS["threads"] + COLUMNS["asyncio"]) / 2
    if waits is None:
        return Flow({WAITS: FlowBox("threads or asyncio", (between, ANSWER_ROW), "")})
    boxes = {
        WAITS: FlowBox("How many waits\nat once?", (between, QUESTION_ROW)),
        "threads": FlowBox("threads", (COLUMNS["threads"], ANSWER_ROW), "threading"),
        "asyncio": FlowBox("asyncio", (COLUMNS["asyncio"], ANSWER_ROW), "asyncio"),
    }
    return Flow(boxes, [FlowArrow(WAITS, "threads", _bound("up to", waits)), FlowArrow(WAITS, "asyncio", "more")])


def _computing(known: Mapping[ThresholdName, Threshold]) -> Flow:
    """What is asked of work that computes."""
    item, cold = known.get(ThresholdName.ITEM), known.get(ThresholdName.ITEM_COLD)
    between = (COLUMNS["sequential"] + COLUMNS["processes"]) / 2
    if item is None and cold is None:
        return Flow({COMPUTES: FlowBox("processes", (between, ANSWER_ROW), "multiprocessing")})
    longer = [f"{_bound('from', item)}\nin a pool that is kept"] if item else []
    longer += [f"{_bound('from', cold)}\nwith the pool's start"] if cold else []
    boxes = {
        COMPUTES: FlowBox("How long does\nan item take?", (between, QUESTION_ROW)),
        "sequential": FlowBox("leave it\nsequential", (COLUMNS["sequential"], ANSWER_ROW), BASELINE),
        "processes": FlowBox("processes", (COLUMNS["processes"], ANSWER_ROW), "multiprocessing"),
    }
    arrows = [FlowArrow(COMPUTES, "sequential", "less"), FlowArrow(COMPUTES, "processes", ",\n".join(longer))]
    return Flow(boxes, arrows)


def _bound(word: str, threshold: Threshold) -> str:
    """The threshold in two lines: `up to about 120`, `(80 to 210)`."""
    return f"{word} {crossing_text(threshold)}".replace(" (", "\n(")


def draw_flowchart(saved: SavedClaims, theme: Theme) -> Figure:
    """The flowchart; the footer says what was measured, and which thresholds are not known."""
    flow, feet = flow_of(saved.thresholds), footer_lines(footer(saved))
    titles = title_lines(TITLE)
    head, foot = MARGIN + len(titles) * TITLE_LINE, 2 * MARGIN + len(feet) * FOOTER_LINE
    height = head + HEIGHT + foot
    with matplotlib.rc_context(FONTS | theme.settings):
        figure = Figure(figsize=(WIDTH, height))
        figure.text(MARGIN / WIDTH, 1 - MARGIN / height, "\n".join(titles), fontsize=14, weight="bold", va="top")
        axes = figure.add_axes((0.0, foot / height, 1.0, HEIGHT / height))
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        frames = {key: _draw_box(axes, box, theme) for key, box in flow.boxes.items()}
        for arrow in flow.arrows:
            ends = (arrow.start, arrow.end)
            _draw_arrow(axes, [flow.boxes[key] for key in ends], [frames[key] for key in ends], arrow.text, theme)
        figure.text(MARGIN / WIDTH, MARGIN / height, "\n".join(feet), fontsize=9, color=theme.muted)
    return figure


def footer(saved: SavedClaims) -> str:
    """Where and how the thresholds were measured, and which are not known."""
    sentences = [formatting.clean(saved.place)]
    for one in saved.thresholds:
        unknown = "" if one.crossing.x else f"{threshold_text(one)}; "
        sentences.append(f"{unknown or f'{one.name}: '}{one.conditions}")
    return "; ".join([*sentences, "in brackets: 95 % intervals"])


def _draw_box(axes: Axes, box: FlowBox, theme: Theme) -> Patch:
    """Draw a question or an answer; returns its frame, where arrows begin and end."""
    is_question = box.backend is None
    style = {
        "boxstyle": f"round,pad=0.6,rounding_size={0.3 if is_question else 1.2}",
        "facecolor": theme.band if is_question else theme.background,
        "edgecolor": theme.foreground if is_question else theme.backends.get(box.backend or "", theme.muted),
        "linewidth": 1.2 if is_question else 2.4,
    }
    weight = "normal" if is_question else "bold"
    text = axes.text(*box.place, box.text, ha="center", va="center", fontsize=10.5, weight=weight, bbox=style, zorder=2)
    frame = text.get_bbox_patch()
    assert frame is not None, "it was asked for"
    return frame


def _draw_arrow(axes: Axes, boxes: Sequence[FlowBox], frames: Sequence[Patch], text: str, theme: Theme) -> None:
    """The arrow from the first to the second box, and its text beside it, on its outer side."""
    (start_x, start_y), (end_x, end_y) = (box.place for box in boxes)
    style = {"arrowstyle": "-|>", "color": theme.muted, "linewidth": 1.4, "patchA": frames[0], "patchB": frames[1]}
    axes.annotate(
        "", xy=(end_x, end_y), xytext=(start_x, start_y), arrowprops={**style, "shrinkA": 0, "shrinkB": 2}, zorder=3
    )
    side = (end_x > start_x) - (end_x < start_x)
    axes.text(
        (start_x + end_x) / 2 + (side or 1) * (TEXT_GAP + LINE_GAP * len(text.splitlines())),
        (start_y + end_y) / 2,
        text,
        ha="right" if side < 0 else "left",
        va="center",
        fontsize=9,
        zorder=3,
    )
