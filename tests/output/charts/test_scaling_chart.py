"""The chart of the scaling laws: points, curves and the peak."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.scaling.laws import curve
from bench.output.charts.kinds import scaling
from bench.output.charts.theme import LIGHT
from bench.output.charts.view import View
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import pair, rounds, write_run

COUNTS = (1, 2, 4, 8, 16, 32)
LOOP = [1.0, 1.0, 1.0]
BLUE = LIGHT.backends["threading"]


def view_of(folder: Path, alpha: float, beta: float) -> View:
    samples: list[Sample] = rounds(LOOP)
    for workers in COUNTS:
        seconds = 1 / curve(workers, alpha, beta, 1.0)
        samples += rounds([seconds, 1.02 * seconds, 0.98 * seconds], backend="threading", workers=workers)
    return View.of(load_run(write_run(folder / "a-run", samples)))


def drawn(view: View) -> Figure:
    figure = scaling.draw(view, LIGHT)
    assert figure
    return figure


def lines(axes: Axes) -> list[tuple[str, str]]:
    return [(str(line.get_color()), str(line.get_linestyle())) for line in axes.lines]


def test_throughputs_are_points_with_intervals_and_the_laws_are_curves(tmp_path: Path) -> None:
    (axes,) = drawn(view_of(tmp_path, 0.2, 0.0)).axes
    dots = next(line for line in axes.lines if line.get_marker() == "o")
    assert list(np.asarray(dots.get_xdata())) == list(COUNTS)
    assert list(np.asarray(dots.get_ydata())) == pytest.approx([8 * curve(n, 0.2, 0.0, 1.0) for n in COUNTS], rel=0.01)
    assert len(axes.collections) == 1
    assert (BLUE, "-") in lines(axes)
    assert (LIGHT.foreground, "--") in lines(axes)


def test_the_peak_is_a_line_in_a_band_with_its_figures(tmp_path: Path) -> None:
    figure = drawn(view_of(tmp_path, 0.1, 0.01))
    (axes,) = figure.axes
    peak = next(line for line in axes.lines if line.get_color() == LIGHT.ceiling)
    assert np.asarray(peak.get_xdata())[0] == pytest.approx(9.49, abs=0.1)
    assert any(text.get_text().startswith("peak 9.4") for text in axes.texts)
    legend = [text.get_text() for one in figure.legends for text in one.get_texts()]
    assert legend == ["measured", "Universal Scalability Law", "peak", "95 % interval of the peak"]


def test_a_peak_beyond_the_counts_is_not_drawn(tmp_path: Path) -> None:
    (axes,) = drawn(view_of(tmp_path, 0.05, 0.0005)).axes
    assert LIGHT.ceiling not in [line.get_color() for line in axes.lines]


def test_words_and_table_have_the_figures(tmp_path: Path) -> None:
    view = view_of(tmp_path, 0.1, 0.01)
    assert "work, threading: 10 % [10, 10] serial, peak at 9.4" in scaling.alt(view)
    amdahl, usl = scaling.table(view).rows
    assert amdahl[:3] == ["work", "threading", "amdahl"]
    assert amdahl[-1].startswith("the throughput falls")
    assert usl[2:5] == ["usl", "0.1", "0.01"]


def test_too_few_worker_counts_are_the_reason_for_no_chart(tmp_path: Path) -> None:
    view = View.of(load_run(write_run(tmp_path / "a-run", pair(LOOP, LOOP))))
    assert scaling.draw(view, LIGHT) is None
    assert "at least 6 worker counts" in scaling.why_not(view)
