"""The content of each kind of chart: its points, table and texts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from bench.output.charts.kinds import samples as samples_kind
from bench.output.charts.registry import kind_named
from bench.output.charts.theme import LIGHT
from bench.output.charts.view import View
from bench.results.load import load_run
from bench.schema import BASELINE, Bound, Sample
from tests.support.factory import ENVIRONMENT, failure, pair, rounds, sample, spans, write_run, write_trace

LOOP, HALF = [1.0] * 3, [0.5] * 3
LATENCY = {"latency_p50_s": 0.1, "latency_p95_s": 0.12, "latency_p99_s": 0.13, "latency_max_s": 0.2}
BLUE = LIGHT.backends["threading"]


def view_of(folder: Path, samples: list[Sample], environment: dict[str, Any] = ENVIRONMENT) -> View:
    return View.of(load_run(write_run(folder / "a-run", samples, environment)))


def drawn(name: str, view: View) -> Figure:
    figure = kind_named(name).draw(view, LIGHT)
    assert figure
    return figure


def points(axes: Axes, colour: str) -> list[tuple[float, float]]:
    """The points of the lines of a colour that have a marker."""
    lines = [line for line in axes.lines if line.get_color() == colour and line.get_marker() not in ("None", "x")]
    return [(float(x), float(y)) for line in lines for x, y in np.column_stack(line.get_data())]


def bars(axes: Axes) -> list[tuple[float, float]]:
    """The start and the length of each horizontal bar."""
    horizontal = [bar for group in axes.containers if isinstance(group, BarContainer) for bar in group.patches]
    return [(bar.get_x(), bar.get_width()) for bar in horizontal]


def shown_text(figure: Figure) -> str:
    legend = [text.get_text() for one in figure.legends for text in one.get_texts()]
    inside = [text.get_text() for axes in figure.axes for text in [*axes.texts, axes.xaxis.label, axes.yaxis.label]]
    names = [axes.get_title(loc="left") for axes in figure.axes]
    return "\n".join([*legend, *inside, *names, *(text.get_text() for text in figure.texts)])


def test_speedup_alt_text_names_the_best_case_with_its_interval(tmp_path: Path) -> None:
    speedup, view = kind_named("speedup"), view_of(tmp_path, pair(LOOP, HALF))
    assert "work: at best 2.00x [2.00, 2.00], threading with 2 workers." in speedup.alt(view)
    assert speedup.table(view).rows[1][:5] == ["work", "threading", "2", "2.00x", "[2.00, 2.00]"]


def test_efficiency_is_the_speedup_over_the_workers(tmp_path: Path) -> None:
    ceilings = [{"round": number, "workers": 2, "alone_s": 1.6, "together_s": 2.0} for number in range(3)]
    view = view_of(tmp_path, pair(LOOP, [0.625] * 3), {**ENVIRONMENT, "ceilings": ceilings})
    (axes,) = drawn("efficiency", view).axes
    assert points(axes, BLUE) == [pytest.approx((2, 0.8))]
    ceiling = next(line for line in axes.lines if line.get_color() == LIGHT.ceiling)
    assert list(np.asarray(ceiling.get_ydata())) == pytest.approx([1.0, 0.8])
    assert kind_named("efficiency").table(view).rows == [
        ["work", "threading", "2", "80 %", "80 % to 80 %", "80 %", "100 %"]
    ]
    assert "work: 80 %, threading with 2 workers" in kind_named("efficiency").alt(view)


def test_without_a_baseline_there_is_no_efficiency(tmp_path: Path) -> None:
    view = view_of(tmp_path, rounds(HALF, backend="threading", workers=2))
    assert kind_named("efficiency").draw(view, LIGHT) is None
    assert "no case has a speedup" in kind_named("efficiency").why_not(view)


def test_times_are_stacks_of_start_batch_and_stop_with_a_baseline_line(tmp_path: Path) -> None:
    view = view_of(tmp_path, pair(LOOP, HALF, startup_s=0.25, shutdown_s=0.125))
    (axes,) = drawn("times", view).axes
    assert bars(axes)[3:] == [(0.0, 0.25), (0.25, 0.5), (0.75, 0.125)]
    assert [list(np.asarray(line.get_xdata())) for line in axes.lines] == [[1.0, 1.0]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["baseline", "threading ×2"]
    assert kind_named("times").table(view).rows[1][3:] == ["250 ms", "500 ms", "125 ms", "875 ms"]
    alt = kind_named("times").alt(view)
    assert "the baseline takes 1.00 s, threading with 2 workers is the fastest at 500 ms (875 ms cold)" in alt


def test_a_case_that_is_not_ok_has_a_cross_instead_of_a_bar(tmp_path: Path) -> None:
    view = view_of(tmp_path, [*rounds(LOOP), failure(backend="threading")])
    (axes,) = drawn("times", view).axes
    assert len(bars(axes)) == 3
    assert [line.get_marker() for line in axes.lines].count("x") == 1
    assert "error" in shown_text(axes.figure)  # type: ignore[arg-type]  # no SubFigure here


def test_the_page_grows_with_the_cases(tmp_path: Path) -> None:
    few = drawn("times", view_of(tmp_path / "few", pair(LOOP, HALF)))
    many = [one for workers in range(1, 61) for one in rounds(HALF, backend="threading", workers=workers)]
    assert drawn("times", view_of(tmp_path / "many", many)).get_figheight() > few.get_figheight() + 8


def test_without_a_trace_latencies_are_those_of_the_timed_passes(tmp_path: Path) -> None:
    view = view_of(tmp_path, pair(LOOP, HALF, **LATENCY))
    figure = drawn("latency", view)
    assert points(figure.axes[0], BLUE) == [(0.1, 0.5), (0.12, 0.95), (0.13, 0.99), (0.2, 1.0)]
    assert "each the median over the passes" in " ".join(shown_text(figure).split())
    (row,) = kind_named("latency").table(view).rows
    assert row == ["work", "threading", "2", "100 ms", "120 ms", "130 ms", "200 ms", "timed passes"]


def test_with_a_trace_latencies_are_those_of_its_items(tmp_path: Path) -> None:
    view = view_of(tmp_path, pair(LOOP, HALF, **LATENCY))
    write_trace(view.run.folder, spans([[(0.0, 0.1), (0.1, 0.4)], [(0.0, 0.2), (0.2, 0.6)]]))
    view = View.of(view.run)
    figure = drawn("latency", view)
    (steps,) = [line for line in figure.axes[0].lines if line.get_drawstyle() == "steps-post"]
    assert list(np.asarray(steps.get_xdata())) == pytest.approx([0.1, 0.1, 0.2, 0.3, 0.4])
    assert list(np.asarray(steps.get_ydata())) == [0, 0.25, 0.5, 0.75, 1.0]
    assert "the items of one traced pass" in " ".join(shown_text(figure).split())
    assert kind_named("latency").table(view).rows[0][3:] == ["200 ms", "400 ms", "400 ms", "400 ms", "traced pass"]


def test_latencies_are_shown_for_as_many_workers_as_cores_or_for_8_that_wait(tmp_path: Path) -> None:
    for bound, expected in ((Bound.CPU, "2"), (Bound.IO, "8")):
        cases = [rounds(HALF, backend="threading", workers=count, bound=bound, **LATENCY) for count in (1, 2, 8, 32)]
        view = view_of(tmp_path / bound, [one for case in cases for one in case])
        assert [row[2] for row in kind_named("latency").table(view).rows] == [expected]


def test_missing_latencies_say_how_to_record_them(tmp_path: Path) -> None:
    view = view_of(tmp_path, pair(LOOP, HALF))
    assert kind_named("latency").draw(view, LIGHT) is None
    assert "bench run --trace" in kind_named("latency").why_not(view)


def test_costs_are_those_of_each_backend_at_its_fastest(tmp_path: Path) -> None:
    facts = {"cpu_user_s": 0.5, "cpu_system_s": 0.25, "switches_voluntary": 1200, "switches_involuntary": 34}
    view = view_of(tmp_path, [*pair(LOOP, HALF, **facts), *rounds(LOOP, backend="threading", workers=4)])
    figure = drawn("cost", view)
    assert [axes.get_xlabel() for axes in figure.axes[1:]] == [
        "speedup",
        "CPU time",
        "peak memory",
        "context switches",
    ]
    assert [width for _, width in bars(figure.axes[2])] == pytest.approx([0.95, 0.75])
    assert kind_named("cost").table(view).rows[1] == [
        "work", "threading", "2", "2.00x [2.00, 2.00]", "750 ms", "30.0 MB", "1,234",
    ]  # fmt: skip
    alt = kind_named("cost").alt(view)
    assert "threading with 2 workers (750 ms of CPU time, 30.0 MB of memory, 1,234 context switches)" in alt


def test_the_cost_chart_names_cases_that_are_not_ok(tmp_path: Path) -> None:
    other = [failure(workload="other"), failure(workload="other", backend="threading")]
    figure = drawn("cost", view_of(tmp_path, [*pair(LOOP, HALF), *other]))
    assert "Not ok (error): 2 cases" in " ".join(shown_text(figure).split())
    assert "nothing to draw\nno case is ok" in shown_text(figure)


def traced(tmp_path: Path) -> View:
    view = view_of(tmp_path, pair(LOOP, HALF))
    loop = spans([[(0.0, 0.1), (0.1, 0.2)]], backend=BASELINE, ready=None)
    threads = spans([[(0.25, 0.45)], [(0.3, 0.5)]], ready=0.25)
    write_trace(view.run.folder, [*threads, *loop])
    return View.of(view.run)


def test_a_timeline_has_one_lane_per_worker_and_one_bar_per_item_on_one_time_axis(tmp_path: Path) -> None:
    _, baseline, threads = drawn("timeline", traced(tmp_path)).axes
    assert baseline.get_xlim() == threads.get_xlim()
    items = [path.get_extents() for one in threads.collections for path in one.get_paths()]
    assert [(item.x0, item.x1) for item in items] == [(0.25, pytest.approx(0.45)), (0.3, pytest.approx(0.5))]
    assert items[0].y1 < items[1].y0
    assert bars(threads) == [(0.0, 0.25), (0.0, 0.25)]
    assert np.allclose(np.asarray(threads.collections[0].get_facecolor())[0], to_rgba(BLUE))


def test_timeline_labels_state_what_was_traced(tmp_path: Path) -> None:
    view = traced(tmp_path)
    text = shown_text(drawn("timeline", view))
    assert "baseline\n100 ms per item" in text
    assert "threading ×2\n2 at once, items take 2.00x as long, ready at 250 ms" in text
    assert "threading ×2 (2 at once, items take 2.00x as long, ready at 250 ms)" in kind_named("timeline").alt(view)
    rows = kind_named("timeline").table(view).rows
    assert rows[1] == ["work", "threading", "2", "0", "250 ms", "1", "250 ms", "450 ms", "200 ms"]


def test_without_a_trace_there_is_no_timeline(tmp_path: Path) -> None:
    view = view_of(tmp_path, pair(LOOP, HALF))
    assert kind_named("timeline").draw(view, LIGHT) is None
    assert kind_named("timeline").why_not(view) == "no trace: bench run --trace records one"


def test_samples_are_in_the_order_measured_relative_to_the_median_of_their_case(tmp_path: Path) -> None:
    times = [("03", 2.0), ("01", 1.0), ("02", 0.5)]
    samples = [
        sample(started_at=f"2026-01-02T03:04:{second}+00:00", round=number, elapsed_s=elapsed)
        for number, (second, elapsed) in enumerate(times)
    ]
    view = view_of(tmp_path, samples)
    (axes,) = drawn("samples", view).axes
    assert points(axes, LIGHT.backends[BASELINE]) == [(1, 1.0), (2, 0.5), (3, 2.0)]
    assert [row[:2] for row in kind_named("samples").table(view).rows] == [["1", "2"], ["2", "3"], ["3", "1"]]
    assert "from 0.50x to 2.00x the median, none marked" in kind_named("samples").alt(view)


def test_very_many_samples_are_thinned_evenly_and_the_panel_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples_kind, "MOST_DRAWN", 4)
    monkeypatch.setattr(samples_kind, "MOST_BANDS", 5)
    (axes,) = drawn("samples", view_of(tmp_path, pair([1.0] * 6, [0.5] * 6))).axes
    assert len(points(axes, LIGHT.backends[BASELINE])) + len(points(axes, BLUE)) == 4
    assert any("12 samples, 1 in 3 drawn" in text.get_text() for text in axes.texts)


def test_outliers_and_contaminated_samples_are_marked(tmp_path: Path) -> None:
    odd = rounds([1.0, 1.01, 0.99, 1.02, 0.98, 3.0])
    busy = sample(round=6, foreign_cpu=0.4)
    view = view_of(tmp_path, [*odd, busy, failure(round=7)])
    figure = drawn("samples", view)
    (axes,) = figure.axes
    assert len(points(axes, LIGHT.warning)) == 2
    assert [line.get_marker() for line in axes.lines].count("x") == 1
    for entry in ("outlier among its case's trials", "contaminated: others used over 10 % CPU", "not ok: error"):
        assert entry in shown_text(figure)
    remarks = [row[-1] for row in kind_named("samples").table(view).rows]
    assert remarks == [""] * 5 + ["outlier", "contaminated", "error"]
    assert "1 outlier, 1 contaminated and 1 not ok" in kind_named("samples").alt(view)
