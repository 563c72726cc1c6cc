"""The speedup chart of a run: what it draws, what it never draws, and its files."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.backends._registry import backends
from bench.errors import RecordError
from bench.output.charts import style
from bench.output.charts.chart_files import save
from bench.output.charts.kinds import speedup
from bench.output.charts.scales import beside
from bench.output.charts.style import LINES
from bench.output.charts.theme import LIGHT
from bench.output.charts.view import View
from bench.results.load import load_run
from bench.schema import BASELINE, Bound, Sample, Status
from tests.support.factory import ENVIRONMENT, asyncio, failure, multiprocessing, pair, rounds, varied_run, write_run

LOOP, HALF = [1.0, 1.1, 0.9], [0.5, 0.56, 0.44]


def style_of(backend: str, variant: int = 0) -> style.Style:
    return style.style_of(backend, variant, LIGHT)


BACKENDS = [BASELINE, "threading", "multiprocessing", "asyncio"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a-run"


def chart_of(folder: Path) -> Figure:
    figure = speedup.draw(View.of(load_run(folder)), LIGHT)
    assert figure
    return figure


def chart(folder: Path, samples: list[Sample]) -> Figure:
    return chart_of(write_run(folder, samples))


def points(axes: Axes, backend: str) -> list[tuple[float, float]]:
    """The points of a backend's lines."""
    marker = style_of(backend).marker
    lines = [line for line in axes.lines if line.get_marker() == marker]
    return [(x, y) for line in lines for x, y in np.column_stack(line.get_data())]


def crosses(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if line.get_marker() == "x"]


def texts(figure: Figure) -> str:
    legend = [text.get_text() for one in figure.legends for text in one.get_texts()]
    inside = [text.get_text() for axes in figure.axes for text in [*axes.texts, axes.title, axes.yaxis.label]]
    left = [axes.get_title(loc="left") for axes in figure.axes]
    return "\n".join([*legend, *inside, *left, *(text.get_text() for text in figure.texts)])


def test_a_backend_is_drawn_at_its_workers_and_speedups(folder: Path) -> None:
    figure = chart(folder, pair([1.0] * 3, [0.5] * 3) + rounds([0.25] * 3, backend="threading", workers=4))
    assert points(figure.axes[0], "threading") == [(2, 2.0), (4, 4.0)]


def test_each_workload_parameter_set_and_interpreter_has_a_panel(folder: Path) -> None:
    samples = pair(LOOP, HALF) + pair(LOOP, HALF, params='{"n": 2}') + pair(LOOP, HALF, workload="b", python="3.13.1t")
    assert len(chart(folder, samples).axes) == 3


def test_a_case_that_is_not_ok_is_a_cross_at_the_foot_and_never_a_point(folder: Path) -> None:
    bad = [failure(Status.TIMEOUT, "slow", backend="threading", workers=4, round=number) for number in range(3)]
    figure = chart(folder, pair(LOOP, HALF) + bad)
    assert [x for x, y in points(figure.axes[0], "threading") if y == y] == [2]  # NaN is a gap in the line
    assert [line.get_xdata() for line in crosses(figure.axes[0])] == [[4]]
    assert "not ok: timeout" in texts(figure)


def test_crosses_at_the_same_worker_count_are_stacked(folder: Path) -> None:
    bad = [failure(workers=2, **about) for about in (asyncio(), multiprocessing())]
    heights = [line.get_ydata() for line in crosses(chart(folder, pair(LOOP, HALF) + bad).axes[0])]
    assert heights[0] != heights[1]


def test_bands_are_drawn_only_for_known_intervals(folder: Path) -> None:
    assert "bars and bands: 95 % intervals" in texts(chart(folder, pair(LOOP, HALF)))
    few = chart(folder, pair(LOOP[:2], HALF[:2]))
    assert "no intervals: they need 3 trials" in texts(few)
    paths = [path for one in few.axes[0].collections for path in one.get_paths()]
    assert not any(np.size(path.vertices) and np.isfinite(np.asarray(path.vertices)).all() for path in paths)


def test_the_ideal_the_baseline_and_the_usable_cores_are_in_the_legend(folder: Path) -> None:
    shown_text = texts(chart(folder, pair(LOOP, HALF)))
    for entry in ("ideal for equal tasks", "baseline (sequential)", "2 usable cores", "threading"):
        assert entry in shown_text


def test_the_ideal_of_waiting_work_is_its_critical_path_and_both_can_be_in_one_legend(folder: Path) -> None:
    waits = pair(LOOP, HALF, workload="waits", bound=Bound.IO)
    assert "ideal for equal tasks" not in texts(chart(folder / "waits", waits))
    both = chart(folder / "both", waits + pair(LOOP, HALF, workload="computes"))
    assert "critical path of equal waits" in texts(both)
    assert "ideal for equal tasks" in texts(both)
    assert style.ideal_line(LIGHT) != style.critical_path_line(LIGHT)


def with_ceilings(folder: Path, samples: list[Sample], *speedups: float, workers: int = 2) -> Figure:
    ceilings = [
        {"round": number, "workers": workers, "alone_s": speedup, "together_s": float(workers)}
        for number, speedup in enumerate(speedups)
    ]
    return chart_of(write_run(folder, samples, {**ENVIRONMENT, "ceilings": ceilings}))


def ceiling_band(figure: Figure) -> list[tuple[float, float]]:
    """The edges of the band around the ceiling."""
    colour = list(to_rgba(LIGHT.ceiling, style.ceiling_band(LIGHT)["alpha"]))
    bands = [
        collection
        for collection in figure.axes[0].collections
        if colour in np.asarray(collection.get_facecolor()).tolist()
    ]
    return [(x, y) for band in bands for path in band.get_paths() for x, y in np.asarray(path.vertices)]


def ceiling_line(figure: Figure) -> list[tuple[float, float]]:
    lines = [line for line in figure.axes[0].lines if line.get_color() == LIGHT.ceiling]
    return [(x, y) for line in lines for x, y in np.column_stack(line.get_data())]


def test_the_ceiling_is_a_line_from_one_within_the_band_of_its_interval(folder: Path) -> None:
    figure = with_ceilings(folder, pair(LOOP, HALF), 1.6, 1.7, 1.8)
    assert "measured ceiling of this machine" in texts(figure)
    (start, (workers, ceiling)) = ceiling_line(figure)
    assert (start, workers) == ((1, 1), 2)
    edges = {round(y, 6) for x, y in ceiling_band(figure) if x == 2}
    assert len(edges) == 2
    assert min(edges) < ceiling < max(edges)


def test_a_ceiling_of_few_rounds_has_no_band(folder: Path) -> None:
    figure = with_ceilings(folder, pair(LOOP, HALF), 1.6, 1.8)
    assert ceiling_line(figure)[1][1] == pytest.approx((1.6 * 1.8) ** 0.5)
    assert {(x, y) for x, y in ceiling_band(figure) if x == x} <= {(1, 1)}


def test_the_axis_holds_the_ceiling_and_its_interval(folder: Path) -> None:
    figure = with_ceilings(folder, pair(LOOP, HALF), 1.0, 9.0, 3.0)
    low, high = figure.axes[0].get_ylim()
    assert len(ceiling_band(figure)) > 2
    assert all(low <= y <= high for _, y in ceiling_band(figure))


def test_waiting_work_has_no_ceiling(folder: Path) -> None:
    figure = with_ceilings(folder, pair(LOOP, HALF, bound=Bound.IO), 1.6, 1.7, 1.8)
    assert ceiling_line(figure) == []
    assert "ceiling" not in texts(figure)


def test_points_at_the_same_worker_count_are_side_by_side(folder: Path) -> None:
    samples = pair(LOOP, HALF) + rounds(HALF, workers=2, **asyncio()) + rounds(HALF, workers=2, **multiprocessing())
    axes = chart(folder, samples).axes[0]
    places = sorted(points(axes, backend)[0][0] for backend in BACKENDS[1:])
    assert len(set(places)) == 3
    assert places[1] == pytest.approx(2)
    assert places[0] * places[2] == pytest.approx(4)
    assert [line.get_color() for line in axes.lines if line.get_marker() == "o"] == [style_of("threading").colour]


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=8, unique=True),
    st.integers(1, 20),
)
def test_any_number_of_points_stays_near_its_worker_count(counts: list[int], number: int) -> None:
    factors = beside((0.87, max(*counts, 2) * 1.15), counts, number)
    assert len(factors) == number
    assert factors == sorted(factors)
    assert len(set(factors)) == number
    assert 0.95 < factors[0] <= 1.0 <= factors[-1] < 1.05
    for before, after in pairwise(sorted({1, *counts})):
        assert before * factors[-1] < after * factors[0]


def test_cores_beyond_the_measured_worker_counts_are_not_drawn(folder: Path) -> None:
    write_run(folder, pair(LOOP, HALF), {"machine": {"cores_usable": 64}})
    assert "64 cores" not in texts(chart_of(folder))


def test_title_and_footer_name_the_run_and_the_machine(folder: Path) -> None:
    shown_text = texts(chart(folder, pair(LOOP, HALF))).replace("\n", " ")
    assert "Speedup over the baseline, run a-run" in shown_text
    assert "Imaginary CPU @ 3.00GHz, Linux 6.1, 2 usable cores, Python 3.11.7, 3 rounds" in shown_text
    assert "baseline 1.00 s, 8 items" in shown_text


def test_ticks_show_plain_numbers(folder: Path) -> None:
    axes = chart(folder, pair([1.0] * 3, [0.5] * 3) + rounds([0.25] * 3, backend="threading", workers=8)).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "8"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0.5x", "1x", "2x", "4x", "8x"]


def test_ticks_far_below_one_are_exact_fractions(folder: Path) -> None:
    axes = chart(folder, pair([1.0] * 3, [14.0] * 3)).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["1/16x", "1/8x", "1/4x", "1/2x", "1x", "2x"]
    assert list(axes.get_yticks()) == [2.0**power for power in range(-4, 2)]


def test_only_the_last_of_too_close_worker_counts_is_labelled(folder: Path) -> None:
    axes = chart(folder, pair(LOOP, HALF, workers=15) + rounds(HALF, backend="threading", workers=16)).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "", "16"]


def test_without_a_baseline_times_are_drawn_and_labelled_as_times(folder: Path) -> None:
    figure = chart(folder, rounds([0.5] * 3, backend="threading", workers=2))
    assert points(figure.axes[0], "threading") == [(2, 0.5)]
    assert figure.axes[0].get_ylabel() == "median time"
    assert "Median time, run a-run" in texts(figure)


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ([failure(backend="threading"), failure()], "not ok: error"),
        ([*rounds(LOOP), failure(Status.CRASHED, **asyncio())], "not ok: crashed"),
        (rounds(LOOP), "only the baseline was measured"),
    ],
)
def test_a_panel_with_nothing_to_draw_says_why(folder: Path, samples: list[Sample], why: str) -> None:
    figure = chart(folder, samples)
    assert f"nothing to draw\n{why}" in texts(figure)
    assert figure.axes[0].lines[:] == []


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["long-" * 11 + "named", "$x_", "a\x1b[0m<b>&", "x" * 200])
def test_any_workload_name_can_be_drawn(folder: Path, name: str) -> None:
    figure = chart(folder, pair(LOOP, HALF, workload=name))
    for path in save(figure, folder, "chart"):
        assert path.stat().st_size > 1000


def test_nothing_is_drawn_beyond_the_page(tmp_path: Path) -> None:
    figure = chart_of(varied_run(tmp_path / "varied"))
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    inside = figure.get_tightbbox(renderer)
    width, height = figure.get_size_inches()
    assert min(inside.x0, inside.y0) >= 0
    assert inside.x1 <= width
    assert inside.y1 <= height


def test_an_svg_keeps_its_text_and_is_reproducible(folder: Path) -> None:
    write_run(folder, pair(LOOP, HALF))
    first, second = (save(chart_of(folder), folder / name, "chart", ["svg"])[0] for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    written = [element.text for element in ElementTree.parse(first).iter("{http://www.w3.org/2000/svg}text")]
    assert "Speedup over the baseline, run a-run" in written


def test_files_are_named_by_stem_and_format(folder: Path) -> None:
    figure = chart(folder, pair(LOOP, HALF))
    assert save(figure, folder / "new", "chart") == [folder / "new" / "chart.png", folder / "new" / "chart.svg"]


def test_an_unwritable_path_is_named(folder: Path) -> None:
    figure = chart(folder, pair(LOOP, HALF))
    with pytest.raises(RecordError, match=r"samples\.csv.*cannot be written"):
        save(figure, folder / "samples.csv", "chart")


def test_known_backends_differ_in_colour_and_in_marker() -> None:
    styles = [style_of(name) for name in backends()]
    assert len({style.colour for style in styles}) == len({style.marker for style in styles}) == len(backends())


def test_variants_of_a_backend_differ_only_in_line_style() -> None:
    styles = [style_of("multiprocessing", variant) for variant in range(len(LINES) + 1)]
    assert {(style.colour, style.marker) for style in styles} == {(styles[0].colour, styles[0].marker)}
    assert len({style.line for style in styles}) == len(LINES)


def test_an_unknown_backend_has_the_same_spare_style_in_every_process() -> None:
    spare = style_of("subinterpreters")
    assert spare.colour not in {style_of(name).colour for name in backends()}
    code = (
        "from bench.output.charts.style import style_of\n"
        "from bench.output.charts.theme import LIGHT\n"
        "print(style_of('subinterpreters', 0, LIGHT))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == repr(spare)


def test_drawing_leaves_the_global_state_of_matplotlib_alone() -> None:
    code = (
        "import sys\n"
        "from bench.output.charts.registry import kinds\n"
        "print(bool(kinds()) and 'matplotlib.pyplot' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "False"
