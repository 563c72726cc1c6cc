"""The names of cases in files of other tools, which match the cases of two files by name."""

from collections.abc import Sequence

from bench.analysis.trials import CaseId, case_of
from bench.output.wording import formatting
from bench.output.wording.labels import label_in_full


def case_names(cases: Sequence[CaseId]) -> dict[CaseId, str]:
    """A name for each case, like `sqrt-sum (n=1000) multiprocessing:fork,chunksize=1 x2`.

    It states all parameters and options, so that it does not depend on what else the run measured.
    The interpreter is named only if a run has several: it may change between two runs that are to be compared.
    """
    several = len({case.interpreter for case in cases}) > 1
    names: dict[CaseId, str] = {}
    taken: set[str] = set()
    for case in cases:
        name = _unused(_name(case, several), taken)
        taken.add(name)
        names[case_of(case)] = name
    return names


def _name(case: CaseId, with_python: bool) -> str:
    parameters = formatting.settings(case.params)
    parts = [
        formatting.clean(case.workload),
        f"({parameters})" if parameters else "",
        label_in_full(case.config),
        f"x{case.workers}",
        f"on Python {formatting.clean(case.interpreter)}" if with_python else "",
    ]
    return " ".join(part for part in parts if part.strip())


def _unused(name: str, taken: set[str]) -> str:
    """The name, numbered if another case has the same."""
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name} #{number}"
        number += 1
    return candidate
