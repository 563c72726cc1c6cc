"""Every kind of chart, for likely and unlikely runs."""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import bench.output.charts.kinds
from bench.errors import UnknownName
from bench.output.charts.chart_files import rendered
from bench.output.charts.chart_kind import ChartKind, summary
from bench.output.charts.registry import kind_named, kinds
from bench.output.charts.theme import DARK, LIGHT, Theme
from bench.output.charts.view import View
from bench.results.load import load_run
from bench.schema import BASELINE, Bound, Sample, Status
from tests.support.factory import (
    asyncio,
    failure,
    multiprocessing,
    pair,
    rounds,
    sample,
    spans,
    varied_run,
    write_run,
    write_trace,
)
from tests.support.races import SimulatedRace, course, racer, waits_with_slots, write_race

LOOP, HALF = [1.0, 1.1, 0.9], [0.5, 0.56, 0.44]
LATENCY = {"latency_p50_s": 0.1, "latency_p95_s": 0.12, "latency_p99_s": 0.13, "latency_max_s": 0.2}
LONG = "a-workload-with-" + "a-very-" * 8 + "long-name"
MANY = [
    one
    for workers in (1, 2, 4, 8, 16)
    for chunk in range(1, 13)
    for one in rounds(HALF, backend="multiprocessing", options=f'{{"chunksize": {chunk}}}', workers=workers, **LATENCY)
]
RUNS: dict[str, list[Sample]] = {
    "plain": pair(LOOP, HALF, **LATENCY),
    "hostile names": [
        *pair(LOOP, HALF, workload=f"$x_{{^\\ {LONG} \x1b[0m<b>&", backend="$threads_{" + "x" * 60, **LATENCY),
        *pair(LOOP, HALF, workload=LONG, python="3.13.0t"),
    ],
    "failures": [
        *pair(LOOP, HALF),
        *(failure(Status.WRONG, "41", backend="threading", workers=4, round=number) for number in range(3)),
        failure(Status.CRASHED, "gone", **asyncio()),
    ],
    "nothing but failures": [failure(), failure(backend="threading"), failure(Status.TIMEOUT, "slow", **asyncio())],
    "one round": pair(LOOP[:1], HALF[:1]),
    "no baseline": rounds(HALF, backend="threading", workers=2, **LATENCY),
    "one case": rounds(HALF, **LATENCY),
    "nothing known but the time": rounds(
        HALF, backend="threading", startup_s=None, shutdown_s=None, cpu_user_s=None, peak_rss_bytes=None
    ),
    "equal times": pair([1.0] * 6, [1.0] * 6, **LATENCY),
    "orders of magnitude": pair([1e-6, 1.0, 2.0], [300.0, 1e-5, 0.01], **(LATENCY | {"latency_max_s": 900.0})),
    "60 cases": [*rounds(LOOP), *MANY],
    "two interpreters": [
        *pair(LOOP, HALF, **LATENCY),
        *pair(LOOP, HALF, python="3.13.0t"),
        *(one for count in (1, 4, 8, 16, 32) for one in rounds(HALF, backend="threading", workers=count, **LATENCY)),
    ],
}
SPECIAL = {"interpreters", "race", "scaling"}  # kinds that need more than a plain run


USUAL = ("plain", "hostile names", "failures", "nothing but failures", "one round")  # drawn in every test run
Views = Callable[[str], View]
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
Drawing = Callable[[str, str, str], Figure | None]


def names(kind: ChartKind) -> str:
    return kind.NAME


every_kind = pytest.mark.parametrize("kind", kinds(), ids=names)


def rich_run(kind: ChartKind) -> str:
    """A run that a kind can draw."""
    return "a race" if kind.NAME == "race" else "two interpreters"


def race_view(folder: Path) -> View:
    race = SimulatedRace(course("threading", "multiprocessing", LONG), waits_with_slots(4))
    race.failing[racer("multiprocessing", 4)] = "error: no luck"
    return View.of(load_run(write_race(folder, race.run())))


def view_of(folder: Path, samples: list[Sample], traced: bool = True) -> View:
    write_run(folder, samples)
    if traced:
        named = ("workload", "backend", "options", "python")
        about: dict[str, Any] = {name: getattr(samples[-1], name) for name in named}
        write_trace(folder, spans([[(0.1, 0.2), (0.2, 0.4)], [(0.1, 0.3)]], **about))
    return View.of(load_run(folder))


@pytest.fixture(scope="module")
def view_named(tmp_path_factory: pytest.TempPathFactory) -> Views:
    """Each of RUNS, read once."""
    folder = tmp_path_factory.mktemp("runs")

    def view(name: str) -> View:
        if name == "a race":
            return race_view(folder / name / "a-run")
        return view_of(folder / name / "a-run", RUNS[name])

    return cache(view)


@pytest.fixture(scope="module")
def drawing(view_named: Views) -> Drawing:
    """The figure of a kind, run and theme, drawn once; None if there is nothing to draw."""
    return cache(lambda kind, name, theme: kind_named(kind).draw(view_named(name), THEMES[theme]))


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("varied") / "a-run"
    about: dict[str, Any] = {"workload": "sqlite-inserts", "bound": Bound.IO}
    varied_run(folder, number_of_rounds=1)
    write_trace(folder, [*spans([[(0.0, 0.1)]], backend=BASELINE, **about), *spans([[(0.1, 0.2)]] * 2, **about)])
    return View.of(load_run(folder))


def text_of(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def beyond(figure: Figure) -> list[str]:
    """The sides on which a figure extends beyond the page."""
    inside = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())  # type: ignore[no-untyped-call]
    width, height = figure.get_size_inches()
    sides = {"left": inside.x0, "below": inside.y0, "right": width - inside.x1, "above": height - inside.y1}
    return [f"{side} by {-room:.2f} in" for side, room in sides.items() if room < -0.005]


def unseen_ticks(axes: Axes) -> list[Text]:
    """The labels of ticks beyond the limits of an axis, or on an axis that is switched off."""
    names = [text for axis in (axes.xaxis, axes.yaxis) for text in axis.get_ticklabels()]
    if not axes.axison:
        return names
    limits = {True: sorted(axes.get_xlim()), False: sorted(axes.get_ylim())}
    of_x = set(map(id, axes.get_xticklabels()))
    places = [(text, id(text) in of_x, text.get_position()) for text in names]
    return [text for text, is_x, (x, y) in places if not limits[is_x][0] <= (x if is_x else y) <= limits[is_x][1]]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that overlap by more than a point."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]  # it positions the legends
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    unseen = {id(text) for axes in figure.axes for text in unseen_ticks(axes)}
    visible = [text for text in figure.findobj(Text) if text.get_visible() and id(text) not in unseen]
    texts = [text for text in visible if text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent(renderer).padded(-figure.dpi / 72)) for text in texts]
    return [(one[0], other[0]) for one, other in combinations(boxes, 2) if one[1].overlaps(other[1])]


def test_each_module_is_a_kind_and_kinds_have_a_fixed_order() -> None:
    files = {path.stem for folder in bench.output.charts.kinds.__path__ for path in Path(folder).glob("[!_]*.py")}
    chart_names = [kind.NAME for kind in kinds()]
    assert set(chart_names) == files
    expected = (
        "race",
        "speedup",
        "efficiency",
        "scaling",
        "times",
        "interpreters",
        "latency",
        "cost",
        "timeline",
        "samples",
    )
    assert tuple(chart_names) == expected


@every_kind
def test_a_kind_has_a_line_that_says_what_it_shows(kind: ChartKind) -> None:
    assert summary(kind).endswith(".")
    assert len(summary(kind)) < 120


def test_an_unknown_kind_suggests_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="unknown kind of chart 'speedups': did you mean speedup"):
        kind_named("speedups")


@every_kind
@pytest.mark.parametrize(
    "name", [*USUAL, "a race", *(pytest.param(name, marks=pytest.mark.slow) for name in RUNS if name not in USUAL)]
)
def test_any_run_is_drawn_within_the_page_or_says_why_not(
    kind: ChartKind, name: str, view_named: Views, drawing: Drawing
) -> None:
    view, figure = view_named(name), drawing(kind.NAME, name, LIGHT.name)
    assert kind.alt(view).endswith(".")
    table = kind.table(view)
    assert all(len(row) == len(table.headings) for row in table.rows)
    if figure is None:
        assert kind.why_not(view)
        assert "\n" not in kind.why_not(view)
    else:
        if name == "plain":
            assert rendered(figure, "png", 40).startswith(b"\x89PNG")
        assert beyond(figure) == []
        assert overlapping(figure) == []
        assert table.rows


@every_kind
def test_title_and_footer_name_the_run_the_machine_and_the_rounds(kind: ChartKind, drawing: Drawing) -> None:
    figure = drawing(kind.NAME, "plain", LIGHT.name)
    assert (figure is None) == (kind.NAME in SPECIAL)
    if figure is None:
        return
    shown_text = text_of(figure).replace("\n", " ")
    assert "run a-run" in shown_text
    assert "Imaginary CPU @ 3.00GHz, Linux 6.1, 2 usable cores, Python 3.11.7, 3 rounds" in shown_text


@every_kind
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_and_page_have_the_colours_of_the_theme(kind: ChartKind, theme: Theme, drawing: Drawing) -> None:
    figure = drawing(kind.NAME, rich_run(kind), theme.name)
    assert figure
    assert to_rgb(figure.get_facecolor()) == to_rgb(theme.background)
    rendered(figure, "png", 30)  # creates the ticks
    colours = {to_rgb(text.get_color()) for text in figure.findobj(Text) if text.get_text()}
    assert colours <= {to_rgb(theme.foreground), to_rgb(theme.muted)}


@pytest.mark.slow
@every_kind
def test_light_and_dark_are_different_files_and_each_is_the_same_twice(kind: ChartKind, view_named: Views) -> None:
    view = view_named(rich_run(kind))
    drawn = [figure for theme in (LIGHT, LIGHT, DARK) if (figure := kind.draw(view, theme))]
    first, again, dark = (rendered(figure, "svg") for figure in drawn)
    assert first == again != dark


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_and_known_backends_contrast_with_the_background(theme: Theme) -> None:
    assert min(contrast(colour, theme.background) for colour in (theme.foreground, theme.muted)) >= 4.5
    assert min(contrast(colour, theme.background) for colour in (*theme.backends.values(), theme.warning)) >= 3
    assert min(contrast(colour, theme.background) for colour in (*theme.interpreters, *theme.spares)) >= 1.5
    assert all(one != other for one, other in combinations(theme.backends.values(), 2))


def test_a_part_of_a_run_keeps_the_labels_of_the_whole(varied: View) -> None:
    part = varied.only("http-delay")
    assert part.workloads == ["http-delay"]
    assert part.labels == varied.labels
    assert set(part.run.samples["workload"]) == {"http-delay"}
    assert not part.traced and varied.traced
    with pytest.raises(UnknownName, match="unknown workload in this run 'http'"):
        varied.only("http")


def test_cases_that_are_not_ok_are_in_every_table_of_all_cases(tmp_path: Path) -> None:
    view = view_of(tmp_path / "run", RUNS["failures"])
    for name in ("speedup", "times", "samples"):
        rows = kind_named(name).table(view).rows
        assert any("wrong" in row and "threading" in row and "4" in row for row in rows), name
    assert "Not ok (crashed and wrong): 2 cases" in kind_named("speedup").alt(view)


def test_an_untimed_pool_is_unknown_rather_than_zero(tmp_path: Path) -> None:
    view = view_of(tmp_path / "run", [sample(backend="threading", startup_s=None, shutdown_s=None)])
    assert kind_named("times").table(view).rows == [["work", "threading", "1", "-", "1.00 s", "-", "-"]]


def test_multiprocessing_start_methods_are_distinguished(tmp_path: Path) -> None:
    samples = [*rounds(LOOP), *rounds(HALF, **multiprocessing("fork")), *rounds(HALF, **multiprocessing("spawn"))]
    rows = kind_named("cost").table(view_of(tmp_path / "run", samples)).rows
    assert [row[1] for row in rows] == ["sequential", "multiprocessing:fork", "multiprocessing:spawn"]
