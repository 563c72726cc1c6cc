import json

import numpy as np
from rich.console import Console

from bench.analysis.estimate import Estimate
from bench.analysis.overhead import Efficiency, OverheadSummary
from bench.output.charts.overhead_chart import draw_overhead
from bench.output.charts.theme import DARK, LIGHT
from bench.output.terminal.overhead_table import overhead_json, overhead_table


def summary(
    backend: str,
    *,
    start: Estimate | None = None,
    sent: Estimate | None = None,
    efficient_from: Estimate | None = None,
    always: bool = False,
    unsure: bool = False,
) -> OverheadSummary:
    return OverheadSummary(
        backend=backend,
        options="{}",
        workers=2,
        repetitions=3,
        item_s=Estimate(5e-6, 4e-6, 6e-6),
        sent_bytes_per_s=sent,
        worker_start_s=start,
        worker_private_bytes=start and Estimate(2e6, 1e6, 3e6),
        worker_shared_bytes=None,
        efficient_from_s=efficient_from,
        always_efficient=always,
        efficiency_unsure=unsure,
        largest_item_s=0.014,
        efficiencies=(
            Efficiency(1e-6, Estimate(0.1, 0.05, 0.2)),
            Efficiency(0.014, Estimate(0.9, 0.8, 1.0)),
        ),
    )


SUMMARIES = [
    summary("sequential"),
    summary("threading", start=Estimate(1e-5, -1e-5, 3e-5)),
    summary("multiprocessing", start=Estimate(2e-3, 1e-3, 3e-3), sent=Estimate(7e8, 6e8, 8e8), always=True),
    summary("joblib", unsure=True),
    summary("processes-threads", start=Estimate(2e-3, 1e-3, 3e-3), efficient_from=Estimate(6.9e-4, 5e-4, 8e-4)),
]


def test_table_fits_in_80_columns_and_says_what_is_not_there() -> None:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(overhead_table(SUMMARIES))
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= 80
    rows = {line.split()[0]: line for line in lines if line}
    assert "none to 14.0 ms" in rows["threading"]
    assert "no copy" in rows["threading"]
    assert "can't tell" in rows["joblib"]
    assert " 0 " in rows["threading"]  # a start whose interval contains 0
    assert "700 MB" in rows["multiprocessing"]
    assert "under 1.00 µs" in rows["multiprocessing"]
    assert "690 µs" in rows["processes-threads"]
    assert rows["sequential"].split()[3:] == ["-", "-", "-", "-", "-"]


def test_json_has_every_figure_with_its_interval() -> None:
    found = json.loads(json.dumps(overhead_json(SUMMARIES)))
    assert found[2]["sent_bytes_per_s"] == {"point": 7e8, "low": 6e8, "high": 8e8}
    assert found[1]["sent_bytes_per_s"] is None
    assert found[3]["efficiencies"][1]["efficiency"]["low"] == 0.8


def test_chart_has_a_line_per_backend_and_marks_the_smallest_efficient_item() -> None:
    for theme in (LIGHT, DARK):
        (axes,) = draw_overhead(SUMMARIES, "a machine", theme).axes
        points = [(line.get_marker(), np.asarray(line.get_xdata()).tolist()) for line in axes.get_lines()]
        assert len([sizes for _, sizes in points if sizes == [1e-6, 0.014]]) == len(SUMMARIES) - 1
        assert [sizes for marker, sizes in points if marker == "D"] == [[6.9e-4]]
