"""The result of a run, as an object: the answer, the cases, the samples, charts and reports."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.analysis.summary import summarise
from bench.analysis.verdict import Verdict, VerdictOutcome, verdicts
from bench.api.case_result import CaseResult
from bench.api.run_home import RunHome
from bench.errors import CaseNotFound, RecordError, UnknownName, UsageError
from bench.output.wording import formatting
from bench.output.wording.case_text import recommended_case, verdict_sentence
from bench.output.wording.labels import backend_labels, by_subject, subject_name
from bench.results.load import Run, find_run
from bench.results.load import load_run as read_run
from bench.schema import RESULTS, CaseId

if TYPE_CHECKING:
    from pandas import DataFrame

    from bench.analysis.case_summary import CaseSummary
    from bench.api.comparison import RunComparison
    from bench.output.charts.chart_kind import ChartFigure
    from bench.output.charts.view import View

SURE = (VerdictOutcome.FASTER, VerdictOutcome.BASELINE)

StrPath = str | PathLike[str]


class Result:
    """What a run has measured. Its text is the answer and the table; in a notebook, a chart as well.

    `result["threading", 8]` is a case; iteration gives all of them, the baseline first.
    """

    def __init__(self, run: Run, home: RunHome | None = None, notes: Sequence[str] = ()) -> None:
        self.run = run
        """The run as read from its files."""
        self._home = home  # keeps a temporary folder
        self._notes = tuple(notes)

    @classmethod
    def of_folder(cls, folder: Path, home: RunHome | None = None, notes: Sequence[str] = ()) -> "Result":
        """The result of the run in a folder. Raises RunNotFound."""
        return cls(read_run(folder), home, notes)

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.run.name

    @property
    def folder(self) -> Path:
        """The run's folder; a temporary one is removed with the last result that uses it."""
        return self.run.folder

    @property
    def machine(self) -> dict[str, Any]:
        """Facts about the machine; empty if unknown."""
        return self.run.machine

    @property
    def rounds(self) -> int:
        """The number of rounds that were started."""
        return self.run.rounds

    @property
    def samples(self) -> "DataFrame":
        """One row per sample; docs/file-formats.md describes the columns."""
        return self.run.samples

    @property
    def complete(self) -> bool:
        """Whether the run was measured to its end."""
        return self.run.environment.get("finished_at") is not None

    @property
    def ok(self) -> bool:
        """Whether every trial of every case went well."""
        return all(case.ok for case in self)

    @cached_property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every case: by workload, then parameters and interpreter as first measured, the baseline first."""
        labels = backend_labels(self._summaries)
        return tuple(CaseResult(summary, labels[summary.config]) for summary in self._summaries)

    @property
    def answer(self) -> str:
        """The conclusion in one sentence; in one line per workload and interpreter if there are several."""
        subjects, labels = by_subject(self._summaries), backend_labels(self._summaries)
        sentences = {one.subject: verdict_sentence(one, subjects[one.subject], labels) for one in self._verdicts}
        if len(sentences) == 1:
            return next(iter(sentences.values()))
        return "\n".join(f"{subject_name(subject, subjects)}: {text}" for subject, text in sentences.items())

    @property
    def best(self) -> CaseResult | None:
        """The case to use: the baseline if nothing is significantly faster, None if the run can't tell.

        Raises UsageError if there are several workloads or interpreters: see `only`.
        """
        if len(self._verdicts) > 1:
            names = [subject_name(one.subject, by_subject(self._summaries)) for one in self._verdicts]
            raise UsageError(f"there is one best case for each of {formatting.listed(names)}: choose one with only()")
        (verdict,) = self._verdicts
        best = recommended_case(verdict, self._summaries) if verdict.outcome in SURE else None
        return next((case for case in self.cases if case.summary == best), None)

    def only(self, *names: str) -> "Result":
        """The part of the result with these workloads or interpreters (by their labels). Raises CaseNotFound."""
        samples = self.run.samples
        known = {*map(str, samples["workload"].unique()), *map(str, samples["interpreter"].unique())}
        for name in names:
            if name not in known:
                raise CaseNotFound.among("workload or interpreter of this run", name, known)
        for column in ("workload", "interpreter"):
            if (chosen := samples[column].isin(names)).any():
                samples = samples[chosen]
        return Result(replace(self.run, samples=samples), self._home, self._notes)

    def to_frame(self) -> "DataFrame":
        """One row per case, with the fields of `bench show --json`."""
        from pandas import DataFrame

        from bench.output.export.plain_json import as_json

        return DataFrame(as_json(self.run, self._summaries))

    def table(self, kind: str) -> str:
        """Another table, as text: "intervals" or "cold", as `bench show` adds them. Raises UnknownName."""
        from bench.output.terminal.cold_table import cold_table
        from bench.output.terminal.interval_table import interval_table
        from bench.output.terminal.plain_text import plain_text

        tables = {"intervals": interval_table, "cold": cold_table}
        if kind not in tables:
            raise UnknownName.among("table", kind, tables)
        return plain_text(tables[kind](self._summaries))

    def plot(self, kind: str = "speedup", theme: str = "light") -> "ChartFigure":
        """A chart of `bench plot --list` as a matplotlib figure. Raises UsageError if the run cannot show it."""
        from bench.output.charts.chart_files import for_notebooks
        from bench.output.charts.registry import kind_named
        from bench.output.charts.theme import theme_named

        chart = kind_named(kind)
        figure = chart.draw(self._view, theme_named(theme))
        if figure is None:
            raise UsageError(f"no chart {kind} of {self.name}: {chart.why_not(self._view)}")
        return for_notebooks(figure)

    def report(self, path: StrPath) -> Path:
        """Write the report as one HTML page, and return its path. Raises RecordError."""
        from bench.output.html.build import build

        build([self.run], Path(path))
        return Path(path)

    def compare(self, new: "Result", threshold: float = 5.0, relative: bool = False) -> "RunComparison":
        """Which cases became faster or slower in a newer result, as `bench compare` says; `threshold` is in percent."""
        from bench.analysis.compare import compare_runs
        from bench.api.comparison import RunComparison

        return RunComparison(compare_runs(self.run, new.run, threshold / 100, relative))

    def save(self, folder: StrPath | None = None) -> Path:
        """Copy the run's files into a new folder, by default results/<its name>, and return it. Raises RecordError."""
        target = RESULTS / self.name if folder is None else Path(folder)
        try:
            shutil.copytree(self.folder, target)
        except OSError as error:
            raise RecordError(f"{target}: the run cannot be saved there: {error.strerror or error}") from error
        return target

    def __getitem__(self, key: "str | tuple[str | int, ...]") -> CaseResult:
        """The case of a backend and a number of workers, and if needed a workload or an interpreter.

        Raises CaseNotFound if there is none or more than one.
        """
        words = key if isinstance(key, tuple) else (key,)
        found = [case for case in self.cases if all(_matches(case, word) for word in words)]
        if len(found) == 1:
            return found[0]
        text = ", ".join(map(repr, words))
        names = ", ".join(map(repr, found or self.cases))
        raise CaseNotFound(f"{'several cases match' if found else 'no case is'} [{text}]: {names}")

    def __iter__(self) -> Iterator[CaseResult]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def __repr__(self) -> str:
        from bench.output.terminal.plain_text import plain_text
        from bench.output.terminal.run_table import speedup_table

        notes = ["", *self.notes] if self.notes else []
        return plain_text(speedup_table(self.run, self._summaries, self._verdicts), *notes)

    def _repr_html_(self) -> str:
        from bench.output.html.notebook_cell import result_html

        return result_html(self._view, self._verdicts, self.notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to know: cases that were left out, another run at the same time, an interruption."""
        left_out, another = (self.run.environment.get(name) for name in ("left_out", "another_run"))
        notes = list(self._notes)
        if isinstance(left_out, list) and left_out:
            notes.append(formatting.left_out([str(name) for name in left_out]))
        if another:
            notes.append("another run was in progress on this machine: the two disturbed each other, so measure again")
        if not self.complete and self.run.environment:
            temporary = self._home is not None and self._home.is_temporary
            way_on = "" if temporary else f"; to resume it: bench run --resume {formatting.clean(str(self.folder))}"
            notes.append(f"interrupted: this is what was measured until then{way_on}")
        return (*notes, *map(formatting.clean, self.run.warnings))

    @cached_property
    def _summaries(self) -> "list[CaseSummary]":
        return summarise(self.run)

    @cached_property
    def _verdicts(self) -> list[Verdict]:
        return verdicts(self.run, self._summaries)

    @cached_property
    def _view(self) -> "View":
        from bench.output.charts.view import View

        return View.of(self.run, self._summaries)


def load_run(run: StrPath = "latest") -> Result:
    """The result of a run, by folder, samples.csv, name under results/ or "latest". Raises RunNotFound."""
    return Result.of_folder(find_run(str(run)))


def _matches(case: CaseResult, word: Any) -> bool:
    identity: CaseId = case.summary
    if isinstance(word, int):
        return case.workers == word
    return word in (case.backend, identity.backend, identity.workload, identity.interpreter)
