"""`bench plot` on the command line: its files and its messages."""

import struct
from pathlib import Path

import pytest

from bench.cli.plot import DEFAULT_DPI
from bench.output.charts.page import DOTS_PER_INCH
from bench.output.charts.registry import kinds
from tests.support.command import bench
from tests.support.factory import pair, spans, write_run, write_trace

LOOP, HALF = [1.0, 1.1, 0.9], [0.5, 0.56, 0.44]
ALWAYS = ["speedup", "efficiency", "times", "cost", "samples"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plot")
    write_run(folder / "run", [*pair(LOOP, HALF), *pair(LOOP, HALF, workload="other")])
    return folder


def test_all_possible_charts_are_drawn_as_png_and_svg_without_remarks(folder: Path) -> None:
    done = bench(folder, "plot", "run")
    expected = [str(folder / "run" / f"{kind}.{form}") for kind in ALWAYS for form in ("png", "svg")]
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, expected, "")
    assert all(Path(path).stat().st_size > 1000 for path in expected)


def test_kind_workload_format_theme_dpi_and_folder_can_be_chosen(folder: Path) -> None:
    options = ["-k", "times", "--workload", "other", "--format", "png", "--theme", "dark", "--dpi", "50", "-o", "out"]
    done = bench(folder, "plot", "run", *options)
    assert (done.returncode, done.stdout) == (0, "out/times-dark.png\n"), done.stderr
    width, _ = struct.unpack(">II", (folder / "out/times-dark.png").read_bytes()[16:24])
    assert width == 9 * 50
    svg = bench(folder, "plot", "run", "-k", "times", "--workload", "other", "--format", "svg", "-o", "out")
    assert svg.returncode == 0
    text = (folder / "out/times.svg").read_text()
    assert ">other<" in text
    assert ">work<" not in text


def test_a_requested_kind_that_cannot_be_drawn_is_reported(folder: Path) -> None:
    done = bench(folder, "plot", "run", "-k", "timeline", "-k", "speedup", "--format", "svg", "-o", "some")
    assert (done.returncode, done.stdout) == (0, "some/speedup.svg\n")
    assert done.stderr == "no chart timeline of run: no trace: bench run --trace records one\n"
    alone = bench(folder, "plot", "run", "--kind", "timeline")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "bench: error: run: nothing could be drawn" in alone.stderr


def test_a_trace_is_drawn_and_an_invalid_one_is_reported_by_line(tmp_path: Path) -> None:
    write_run(tmp_path / "run", pair(LOOP, HALF))
    trace = write_trace(tmp_path / "run", spans([[(0.1, 0.2)]] * 2))
    done = bench(tmp_path, "plot", "run", "-k", "timeline", "--format", "pdf")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run/timeline.pdf").read_bytes().startswith(b"%PDF")
    trace.write_text(trace.read_text().replace("item", "rest"))
    wrong = bench(tmp_path, "plot", "run")
    assert wrong.returncode == 2
    assert "trace.csv: line 3: column activity: 'rest' is invalid: it must be one of start, item" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "-k", "speedups"], "unknown kind of chart 'speedups': did you mean speedup"),
        (["run", "--workload", "wrk"], "unknown workload in this run 'wrk': did you mean work?"),
        (["run", "run", "-o", "out"], "-o with several runs"),
    ],
)
def test_an_error_is_a_single_message(folder: Path, arguments: list[str], message: str) -> None:
    done = bench(folder, "plot", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_default_png_resolution_matches_the_page_layout() -> None:
    assert DEFAULT_DPI == DOTS_PER_INCH


def test_kinds_are_listed_with_their_summaries(folder: Path) -> None:
    done = bench(folder, "plot", "--list")
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert listed[1:] == [kind.NAME for kind in kinds()]
    assert max(map(len, done.stdout.splitlines())) <= 80
