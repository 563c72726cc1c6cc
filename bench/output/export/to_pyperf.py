"""A pyperf benchmark suite, format 1.0, for `pyperf check`, `stats` and `compare_to`.

Each trial is a pyperf run, and its timed passes are the values of that run, in seconds; warm-ups are not measured, so
there are none. pyperf compares with a t-test that needs the same number of values on both sides; with different numbers
it calls any difference significant. So each benchmark of a file gets as many values as the one with the fewest.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pandas import DataFrame

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import GROUP, CaseId, case_in, known
from bench.output.export.base import Exported, NamedCase, json_text, ok_cases
from bench.output.wording import formatting
from bench.results.load import Run
from bench.schema import CASE_COLUMNS

VERSION = "1.0"


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """The ok cases, one benchmark each, all with the same number of values."""
    cases, remarks = ok_cases(run, summaries)
    measured = _trials(run.samples)
    trials = {case.name: measured[case.case] for case in cases}
    runs = min(map(len, trials.values()))
    values = min(len(trial) for of_case in trials.values() for trial in of_case)
    suite = {
        "version": VERSION,
        "metadata": _text_facts({"unit": "second", **_machine(run)}),
        "benchmarks": [_benchmark(case, trials[case.name][:runs], values, run) for case in cases],
    }
    return Exported(json_text(suite), (*remarks, *_cut(trials, runs, values), *_hints(runs * values)))


def _trials(samples: DataFrame) -> dict[CaseId, list[DataFrame]]:
    """The samples of each trial of each case, in the order measured."""
    by_case: dict[CaseId, list[DataFrame]] = {}
    for _, trial in samples.groupby([*CASE_COLUMNS, *GROUP], dropna=False, sort=False):
        by_case.setdefault(case_in(trial), []).append(trial)
    return by_case


def _cut(trials: Mapping[str, Sequence[DataFrame]], runs: int, values: int) -> Iterable[str]:
    """A remark on what is left out to make the numbers equal."""
    longer = [name for name, of_case in trials.items() if sum(map(len, of_case)) > runs * values]
    left_out = sum(len(trial) for of_case in trials.values() for trial in of_case) - len(trials) * runs * values
    if longer:
        fewest = next(name for name, of_case in trials.items() if len(of_case) == runs)
        yield (
            f"left out: {formatting.counted(left_out, 'value')} of {formatting.counted(len(longer), 'case')}, "
            f"beyond the first {formatting.counted(runs, 'trial')} of each: pyperf can only compare equal numbers, "
            f"and {fewest} has no more"
        )


def _hints(number: int) -> Iterable[str]:
    yield (
        f"each benchmark has {formatting.counted(number, 'value')}: `pyperf compare_to` needs the same number in the "
        f"other file, which --rounds can ensure"
    )
    if number == 1:
        yield "pyperf calls any difference between two single values significant: measure more rounds"


def _benchmark(case: NamedCase, trials: Sequence[DataFrame], values: int, run: Run) -> dict[str, Any]:
    facts = {
        "name": case.name,
        "loops": 1,
        "python_version": case.summary.python,
        "python_implementation": _interpreter(run, case.summary).get("implementation"),
        "workload": case.summary.workload,
        "parameters": formatting.settings(case.summary.params),
        "backend": case.summary.backend,
        "workers": case.summary.workers,
        "gil": case.summary.gil,
        "items": case.summary.items,
    }
    return {"metadata": _text_facts(facts), "runs": [_run(trial.iloc[:values]) for trial in trials]}


def _run(trial: DataFrame) -> dict[str, Any]:
    peak = known(trial["peak_rss_bytes"].max())
    facts = {"date": _date(trial["started_at"].iloc[0]), "mem_max_rss": peak or None}
    return {"values": [float(value) for value in trial["elapsed_s"]], "metadata": _text_facts(facts)}


def _machine(run: Run) -> dict[str, Any]:
    cores = run.machine.get("cores_logical")
    return {
        "cpu_model_name": run.machine.get("cpu_model"),
        "cpu_count": cores if isinstance(cores, int) else None,
        "platform": run.machine.get("system"),
        "bench_run": run.name,
    }


def _interpreter(run: Run, case: CaseId) -> dict[str, Any]:
    """The interpreter with this label and version in environment.json; empty if there is not exactly one."""
    listed = run.environment.get("interpreters")
    known = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    wanted = (case.python, case.interpreter)
    matching = [one for one in known if (one.get("version"), one.get("label") or case.python) == wanted]
    return matching[0] if len(matching) == 1 else {}


def _text_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The known facts in the form that pyperf accepts: integers, and non-empty texts of one line."""
    texts = {
        name: formatting.clean(value).strip() if isinstance(value, str) else value for name, value in facts.items()
    }
    return {name: value for name, value in texts.items() if isinstance(value, str | int) and value != ""}


def _date(text: Any) -> str | None:
    """The start of a trial, as ISO 8601 with its time zone; None if the cell does not hold one."""
    with suppress(ValueError):
        return datetime.fromisoformat(str(text)).isoformat(sep=" ")
    return None
