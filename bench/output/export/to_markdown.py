"""The table of `bench show` as Markdown, for pasting into an issue: the conclusion, then the figures."""

from collections.abc import Iterator, Mapping, Sequence

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.analysis.trials import Subject
from bench.analysis.verdict import Verdict, verdicts
from bench.output.export.base import Exported
from bench.output.export.markdown_syntax import escaped, paragraphs, plain, row
from bench.output.wording import formatting
from bench.output.wording.case_text import failures, recommended_case, remarks, subject_facts, verdict_sentence
from bench.output.wording.formatting import speedup_words
from bench.output.wording.labels import Labels, backend_labels, by_subject
from bench.output.wording.metrics_text import metrics_table
from bench.results.load import Run

HEADINGS = ("backend", "workers", "median time", "speedup [95 % interval]", "trials", "efficiency", "cores busy")
ALIGNED = ("---", "---:", "---:", "---", "---:", "---:", "---:")


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """Every case, including those that are not ok, with the remarks on them; the recommended row is bold."""
    conclusions = {verdict.subject: verdict for verdict in verdicts(run, summaries)}
    return Exported("\n".join(_lines(run, summaries, conclusions)).rstrip("\n") + "\n")


def _lines(run: Run, summaries: Sequence[CaseSummary], conclusions: Mapping[Subject, Verdict]) -> Iterator[str]:
    labels = backend_labels(summaries)
    yield f"**Run {plain(run.name)}: {formatting.counted(run.rounds, 'round')}**{escaped(_where(run))}"
    yield ""
    for subject, cases in by_subject(summaries).items():
        yield from _part(subject, cases, conclusions[subject], labels)


def _where(run: Run) -> str:
    model = run.machine.get("cpu_model")
    cores = formatting.counted(run.cores_usable, "usable core") if run.cores_usable else ""
    facts = [cores, formatting.clean(model) if isinstance(model, str) else ""]
    return "".join(f", {fact}" for fact in facts if fact)


def _part(subject: Subject, cases: Sequence[CaseSummary], verdict: Verdict, labels: Labels) -> Iterator[str]:
    parameters = formatting.settings(subject.params)
    best = recommended_case(verdict, cases)
    yield f"**{plain(subject.workload)}**" + (f" ({escaped(parameters)})" if parameters else "")
    yield ""
    yield from paragraphs([verdict_sentence(verdict, cases, labels), subject_facts(subject, cases)])
    yield row(HEADINGS)
    yield row(ALIGNED)
    for case in cases:
        cells = [escaped(cell) for cell in _cells(case, labels[case.config])]
        yield row([f"**{cells[0]}**", *cells[1:]] if case is best else cells)
    yield ""
    yield from _metrics(cases, labels)
    yield from paragraphs([*(f"! {text}" for text in failures(cases, labels)), *remarks(cases)])


def _metrics(cases: Sequence[CaseSummary], labels: Labels) -> Iterator[str]:
    """The table of the workload's own metrics, if it has some."""
    found = metrics_table(cases)
    if found is None:
        return
    names = [f"{name} ({unit})" if unit else name for name, unit in found.headings]
    yield row(["backend", "workers", *map(escaped, names)])
    yield row(["---", "---:", *("---" for _ in names)])
    for case, cells in found.rows:
        yield row([escaped(labels[case.config]), str(case.workers), *map(escaped, cells)])
    yield ""


def _cells(case: CaseSummary, label: str) -> list[str]:
    if not case.ok:
        return [label, str(case.workers), "", case.status, f"{case.trials}/{case.trials + case.failed}", "", ""]
    busy = formatting.UNKNOWN if case.parallelism is None else f"{case.parallelism:.2f}"
    figures = [
        formatting.seconds(case.median_s),
        speedup_words(case),
        str(case.trials),
        formatting.percent(point_of(case.efficiency)),
        busy,
    ]
    return [label, str(case.workers), *figures]
