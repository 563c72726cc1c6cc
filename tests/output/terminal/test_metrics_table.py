"""A workload's own metrics at 80 columns."""

import io
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.analysis.workload_metrics import Metric
from bench.output.terminal.metrics_table import own_metrics_tables
from bench.output.wording.labels import backend_labels
from tests.support.summaries import summary

WIDE = Estimate(1_759_169.0, 1_175_535.0, 2_342_803.0)


def shown(cases: Sequence[CaseSummary]) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(*own_metrics_tables(cases, backend_labels(cases)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def case(*metrics: Metric, **facts: object) -> CaseSummary:
    return summary(metrics=metrics, **facts)


def test_each_case_has_a_row_with_its_values_and_their_intervals() -> None:
    rate = Metric("requests", "1/s", Estimate(1290.0, 1240.4, 1340.0))
    lines = shown([case(rate, workers=2), case(rate, workers=4)]).splitlines()
    assert [line.split() for line in lines] == [
        ["requests"],
        ["backend", "workers", "1/s"],
        ["threading", "2", "1290", "[1240,", "1340]"],
        ["threading", "4", "1290", "[1240,", "1340]"],
    ]


def test_a_metric_that_one_case_lacks_is_unknown_there() -> None:
    one, other = Metric("a", "", Estimate(1.0, None, None)), Metric("b", "", Estimate(2.0, None, None))
    *_, first, second = shown([case(one, other), case(one, workers=4)]).splitlines()
    assert (first.split(), second.split()) == (["threading", "2", "1", "2"], ["threading", "4", "1", "-"])


def test_a_workload_without_metrics_has_no_table() -> None:
    assert own_metrics_tables([case()], backend_labels([case()])) == []


@given(st.lists(st.sampled_from([WIDE, Estimate(0.0, 0.0, 0.0), Estimate(99.1, 96.7, 100.5)]), min_size=1, max_size=9))
def test_no_value_is_broken_however_many_metrics_there_are(values: list[Estimate]) -> None:
    metrics = [Metric(f"metric-{number}", "per pass", value) for number, value in enumerate(values)]
    options = '{"chunksize": 1, "start_method": "forkserver"}'
    cases = [case(*metrics, backend="multiprocessing", options=options, start_method="forkserver"), case(*metrics)]
    text = shown(cases)
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("1759169 [1175535, 2342803]") == 2 * values.count(WIDE)
    assert text.count("99.1 [96.7, 100]") == 2 * values.count(Estimate(99.1, 96.7, 100.5))
    assert [text.count(f"metric-{number}") for number in range(len(values))] == [1] * len(values)
