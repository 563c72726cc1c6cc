"""The table of all cases: the figures of `bench show --intervals --cold`, one row per case."""

from collections.abc import Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable, number, word
from bench.output.wording import formatting
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels, backend_labels

INTERVAL = "[95 % interval]"
COLUMNS = (
    HtmlColumn("Workload", numeric=False),
    HtmlColumn("Backend", numeric=False),
    HtmlColumn("Workers"),
    HtmlColumn("Python", numeric=False),
    HtmlColumn("GIL", numeric=False),
    HtmlColumn("Status", numeric=False),
    HtmlColumn("Trials"),
    HtmlColumn("Median time", INTERVAL),
    HtmlColumn("Speedup", INTERVAL),
    HtmlColumn("Efficiency"),
    HtmlColumn("Cores busy"),
    HtmlColumn("Memory"),
    HtmlColumn("Start"),
    HtmlColumn("Stop"),
    HtmlColumn("Cold speedup", INTERVAL),
    HtmlColumn("Break-even", "items"),
    HtmlColumn("Reason", numeric=False),
)
NEVER = "never"
NEVER_PAYS = 1e18  # items: sorts after all numbers and before unknown


def case_grid(summaries: Sequence[CaseSummary]) -> HtmlTable:
    """One row per case, in the order of the summaries."""
    labels, several = backend_labels(summaries), _with_several_params(summaries)
    rows = [_row(case, labels, case.workload in several) for case in summaries]
    return HtmlTable(f"All {formatting.counted(len(rows), 'case')}", COLUMNS, rows)


def _with_several_params(summaries: Sequence[CaseSummary]) -> set[str]:
    """The workloads that were measured with more than one set of parameters."""
    params_by_workload: dict[str, set[str]] = {}
    for case in summaries:
        params_by_workload.setdefault(case.workload, set()).add(case.params)
    return {workload for workload, params in params_by_workload.items() if len(params) > 1}


def _row(case: CaseSummary, labels: Labels, with_params: bool) -> list[HtmlCell]:
    params = f" ({formatting.settings(case.params) or 'no parameters'})" if with_params else ""
    trials = f"{case.trials}" if case.ok else f"{case.trials}/{case.trials + case.failed}"
    about = [
        word(formatting.clean(case.workload) + params),
        word(labels[case.config]),
        number(str(case.workers), case.workers),
        word(formatting.clean(case.interpreter)),
        word(case.gil or ""),
        word(case.status, not case.ok),
        number(trials, case.trials),
    ]
    return [*about, *(_figures(case) if case.ok else [HtmlCell("")] * 9), word(case.reason or "", not case.ok)]


def _figures(case: CaseSummary) -> list[HtmlCell]:
    busy = formatting.UNKNOWN if case.parallelism is None else f"{case.parallelism:.2f}"
    memory = formatting.UNKNOWN if case.peak_rss_bytes is None else formatting.size(case.peak_rss_bytes)
    return [
        number(formatting.estimated_seconds(case.median), case.median_s),
        number(speedup_words(case), point_of(case.speedup)),
        number(formatting.estimated_percent(case.efficiency), point_of(case.efficiency)),
        number(busy, case.parallelism),
        number(memory, case.peak_rss_bytes),
        number(formatting.seconds(case.startup_s), case.startup_s),
        number(formatting.seconds(case.shutdown_s), case.shutdown_s),
        *_cold(case),
    ]


def _cold(case: CaseSummary) -> tuple[HtmlCell, HtmlCell]:
    if case.cold_speedup is None:
        return HtmlCell(formatting.UNKNOWN), HtmlCell(formatting.UNKNOWN)
    items = case.break_even_items
    pays = number(NEVER, NEVER_PAYS) if items is None else number(str(items), items)
    return number(formatting.estimated_times(case.cold_speedup), case.cold_speedup.point), pays
