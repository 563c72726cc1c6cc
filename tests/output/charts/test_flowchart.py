"""The decision flowchart: only thresholds that were measured are in it."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from bench.output.charts.chart_files import save
from bench.output.charts.flowchart import Flow, draw_flowchart, flow_of, footer
from bench.output.charts.theme import DARK, LIGHT, Theme
from tests.support.claims import KNOWN, UNKNOWN, saved_claims


def words(flow: Flow) -> str:
    return "\n".join([*(box.text for box in flow.boxes.values()), *(arrow.text for arrow in flow.arrows)])


def test_measured_thresholds_are_on_the_arrows() -> None:
    text = words(flow_of(KNOWN))
    assert "up to about 120\n(80 to 210)" in text
    assert "from about 220 µs\n(110 µs to 400 µs)\nin a pool that is kept" in text
    assert "from about 1.20 ms\n(900 µs to 2.00 ms)\nwith the pool's start" in text


def test_questions_without_a_measured_threshold_are_not_asked() -> None:
    for thresholds in ((), UNKNOWN):
        flow = flow_of(thresholds)
        assert "?" not in words(flow).replace("or wait?", "")
        assert not any(char.isdigit() for char in words(flow))
        assert {"threads or asyncio", "processes"} <= {box.text for box in flow.boxes.values()}


def test_one_known_threshold_is_enough_for_its_question() -> None:
    flow = flow_of([*UNKNOWN[:2], KNOWN[2]])
    assert "How long does\nan item take?" in words(flow)
    assert "in a pool that is kept" not in words(flow)
    assert "How many waits" not in words(flow)


@pytest.mark.parametrize("thresholds", [(), KNOWN, UNKNOWN, (*KNOWN[:1], *UNKNOWN[1:])])
def test_every_arrow_leads_from_a_box_to_a_box_and_every_box_is_reached(thresholds: tuple[object, ...]) -> None:
    flow = flow_of(thresholds)  # type: ignore[arg-type]  # thresholds, by the parameters above
    assert {arrow.start for arrow in flow.arrows} <= set(flow.boxes)
    assert {arrow.end for arrow in flow.arrows} == set(flow.boxes) - {"root"}


def test_the_footer_says_which_thresholds_are_not_known() -> None:
    text = footer(saved_claims(UNKNOWN))
    assert text.count("not known: the ratio stays below 1.1x") == len(UNKNOWN)
    assert "Imaginary CPU @ 3.00GHz" in text


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("thresholds", [KNOWN, UNKNOWN], ids=["known", "unknown"])
def test_no_text_leaves_the_page_or_covers_another(thresholds: tuple[object, ...], theme: Theme) -> None:
    figure = draw_flowchart(saved_claims(thresholds), theme)  # type: ignore[arg-type]  # as above
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    texts = [one for one in figure.findobj(Text) if one.get_text().strip()]
    places = [(one.get_text(), one.get_window_extent(renderer)) for one in texts]
    for text, place in places:
        assert min(place.x0, place.y0) >= 0, text
        assert place.x1 <= figure.bbox.x1, text
        assert place.y1 <= figure.bbox.y1, text
    for (one, place), (other, other_place) in combinations(places, 2):
        assert not place.overlaps(other_place), (one, other)


def test_it_is_saved_as_png_and_svg(tmp_path: Path) -> None:
    paths = save(draw_flowchart(saved_claims(), LIGHT), tmp_path, "flowchart")
    assert [path.name for path in paths] == ["flowchart.png", "flowchart.svg"]
    assert "How many waits" in paths[1].read_text()
