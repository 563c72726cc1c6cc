"""The chart of several interpreters: what it draws, and that its axis is labelled as time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bench.output.charts.kinds import interpreters
from bench.output.charts.style import interpreter_styles, style_of
from bench.output.charts.theme import LIGHT
from bench.output.charts.view import View
from bench.results.load import load_run
from bench.schema import BASELINE, Sample, Status
from tests.analysis.test_interpreter_comparison import FREE, GIL, LOOP, false_win, scaled
from tests.support.factory import failure, multiprocessing, pair, rounds, write_run

BACKENDS = (BASELINE, "threading", "multiprocessing", "asyncio")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a-run"


def chart(folder: Path, samples: list[Sample]) -> Figure:
    figure = interpreters.draw(View.of(load_run(write_run(folder, samples))), LIGHT)
    assert figure
    return figure


def times(axes: Axes, python: str) -> list[float]:
    """The times of an interpreter's line; NaN is a gap."""
    marker = interpreter_styles([GIL, FREE], LIGHT)[python].marker
    return [y for line in axes.lines if line.get_marker() == marker for y in np.asarray(line.get_ydata(), dtype=float)]


def baselines(axes: Axes) -> list[float]:
    """The times of the dashed lines."""
    return [float(np.asarray(line.get_ydata())[0]) for line in axes.lines if line.get_linestyle() == "--"]


def shown_text(figure: Figure) -> str:
    legend = [text.get_text() for one in figure.legends for text in one.get_texts()]
    names = [axes.get_title(loc="left") for axes in figure.axes]
    inside = [text.get_text() for axes in figure.axes for text in axes.texts]
    return "\n".join([*legend, *names, *inside, *(text.get_text() for text in figure.texts)])


def test_times_are_drawn_with_the_baseline_of_each_interpreter(folder: Path) -> None:
    (axes,) = chart(folder, false_win()).axes
    assert times(axes, GIL) == pytest.approx([0.99], rel=0.02)
    assert times(axes, FREE) == pytest.approx([2.0], rel=0.02)
    assert baselines(axes) == pytest.approx([1.0, 4.0], rel=0.02)


def test_the_title_says_that_lower_is_better(folder: Path) -> None:
    text = shown_text(chart(folder, false_win()))
    assert "Time by interpreter: lower is better, run a-run" in text
    for entry in (f"{GIL}, GIL on", FREE, "baseline of the same interpreter", "95 % intervals"):
        assert entry in text


def test_each_backend_has_a_panel_and_all_have_the_same_scale(folder: Path) -> None:
    more = [rounds(scaled(9.0), **multiprocessing(), workers=2, python=python) for python in (GIL, FREE)]
    figure = chart(folder, [*false_win(), *more[0], *more[1]])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["work, multiprocessing", "work, threading"]
    assert len({axes.get_ylim() for axes in figure.axes}) == 1


def test_a_case_that_is_not_ok_is_a_cross_and_never_a_point(folder: Path) -> None:
    skipped = failure(Status.SKIPPED, "no aiohttp", backend="threading", workers=2, python=FREE)
    figure = chart(folder, [*pair(LOOP, LOOP, python=GIL), skipped])
    assert np.isnan(times(figure.axes[0], FREE)).all()
    assert [line.get_xdata() for line in figure.axes[0].lines if line.get_marker() == "x"] == [[2]]
    assert "not ok: skipped" in shown_text(figure)


def test_an_empty_chart_says_why(folder: Path) -> None:
    bad = [failure(backend="threading", python=python) for python in (GIL, FREE)]
    assert "nothing to draw\nnot ok: error" in shown_text(chart(folder, bad))


def test_baselines_alone_are_drawn(folder: Path) -> None:
    (axes,) = chart(folder, rounds(LOOP, python=GIL) + rounds(LOOP, python=FREE)).axes
    assert baselines(axes) == [1.0, 1.0]


def test_too_few_rounds_have_no_interval_bars_and_say_so(folder: Path) -> None:
    figure = chart(folder, [one for one in false_win() if one.round < 2])
    assert "no intervals: they need 3 trials" in " ".join(shown_text(figure).split())
    assert not any(np.isfinite(np.asarray(path.vertices)).all() for path in bars(figure.axes[0]))


def test_interval_bars_are_drawn_only_for_known_intervals(folder: Path) -> None:
    assert any(np.isfinite(np.asarray(path.vertices)).all() for path in bars(chart(folder, false_win()).axes[0]))


def bars(axes: Axes) -> list[Any]:
    """The paths of the intervals, except those without an extent."""
    return [path for one in axes.collections for path in one.get_paths() if np.size(path.vertices)]


def test_nothing_is_drawn_beyond_the_page(folder: Path) -> None:
    figure = chart(folder, false_win(2) + rounds(LOOP, **multiprocessing(), workers=4, python=GIL))
    inside = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())  # type: ignore[no-untyped-call]
    width, height = figure.get_size_inches()
    assert min(inside.x0, inside.y0) >= 0
    assert inside.x1 <= width
    assert inside.y1 <= height


def test_interpreters_never_look_like_backends_or_like_each_other() -> None:
    styles = list(interpreter_styles(map(str, range(8)), LIGHT).values())
    backends = [style_of(name, 0, LIGHT) for name in BACKENDS]
    assert len(set(styles)) == 8
    assert not {style.colour for style in styles} & {style.colour for style in backends}
    assert not {style.marker for style in styles} & {style.marker for style in backends}
