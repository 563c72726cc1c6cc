"""The chart of a race: a line per racer, where it ends, and the stages."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.output.charts.kinds import race as race_kind
from bench.output.charts.theme import LIGHT
from bench.output.charts.view import View
from bench.results.load import load_run
from tests.support.factory import pair, write_run
from tests.support.races import SimulatedRace, course, racer, waits_with_slots, write_race

PAIR = course("threading", "multiprocessing", counts=(2, 4))
ORANGE = LIGHT.backends["multiprocessing"]


def view_of(folder: Path, race: SimulatedRace) -> View:
    return View.of(load_run(write_race(folder / "a-run", race)))


def drawn(view: View) -> Figure:
    figure = race_kind.draw(view, LIGHT)
    assert figure
    return figure


def lines(axes: Axes) -> dict[int, tuple[float, float]]:
    """From which round to which each row's line goes."""
    ends = [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in axes.lines if is_solid(line)]
    return {int(rows[0]): (float(rounds[0]), float(rounds[1])) for rounds, rows in ends}


def is_solid(line: Line2D) -> bool:
    return line.get_linestyle() == "-" and len(np.asarray(line.get_xdata())) == 2


def test_each_line_ends_with_the_round_in_which_the_racer_fell(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, waits_with_slots(4)).run()
    view = view_of(tmp_path, race)
    (axes,) = drawn(view).axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == "4 threads"
    spans = {labels[row]: span for row, span in lines(axes).items()}
    assert [spans[name][1] for name in ("4 threads", "2 threads", "a loop")] == [float(len(race.rounds)), 1.0, 1.0]
    texts = [text.get_text() for text in axes.texts]
    assert {"search", "race", "final"} <= set(texts)
    assert any(text.startswith("3.9") and "[" in text for text in texts)


def test_a_failure_is_a_cross_and_says_so(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, waits_with_slots(4), failing={racer("multiprocessing", 4): "error: no luck"}).run()
    view = view_of(tmp_path, race)
    (axes,) = drawn(view).axes
    assert "x" in [line.get_marker() for line in axes.lines]
    assert "failed" in [text.get_text() for text in axes.texts]
    rows = {row[0]: list(row) for row in race_kind.table(view).rows}
    assert rows["4 processes"][1:] == ["1", "1", "-", "", "error: no luck"]


def test_words_say_the_advice_and_how_many_fell(tmp_path: Path) -> None:
    text = race_kind.alt(view_of(tmp_path, SimulatedRace(PAIR, waits_with_slots(4)).run()))
    assert "racers fell before the final. Run work.py::work with 4 threads: " in text


def test_an_interrupted_race_is_drawn_as_far_as_it_came(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, waits_with_slots(4)).run()
    del race.rounds[3:], race.logs[3:], race.timed_s[3:]
    (axes,) = drawn(view_of(tmp_path, race)).axes
    assert max(last for _, last in lines(axes).values()) == 3


def test_an_ordinary_run_is_no_race(tmp_path: Path) -> None:
    view = View.of(load_run(write_run(tmp_path / "a-run", pair([1.0] * 3, [0.5] * 3))))
    assert race_kind.draw(view, LIGHT) is None
    assert race_kind.why_not(view) == "not a race: bench advise makes one"
    assert race_kind.table(view).rows == []
    assert race_kind.alt(view) == "Nothing to show."


@pytest.mark.parametrize("seconds", [0.01, 1.0])
def test_every_racer_is_in_the_table(tmp_path: Path, seconds: float) -> None:
    race = SimulatedRace(course("threading", "multiprocessing"), waits_with_slots(8, seconds)).run()
    took_part = {one for each in race.rounds for one in each.racers}
    assert len(race_kind.table(view_of(tmp_path, race)).rows) == len(took_part)
