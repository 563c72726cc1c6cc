"""One case of a result: what to compare and print of it."""

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.errors import NoFigure
from bench.output.wording import formatting


class CaseResult:
    """A workload under a backend with a number of workers; `summary` has every figure of it."""

    def __init__(self, summary: CaseSummary, label: str) -> None:
        self.summary = summary
        self.backend = label
        """The backend, with those of its options that tell it apart from others of the run."""

    @property
    def workload(self) -> str:
        """The name of the workload."""
        return self.summary.workload

    @property
    def workers(self) -> int:
        """The number of workers."""
        return self.summary.workers

    @property
    def interpreter(self) -> str:
        """The label of the interpreter, by default its version."""
        return self.summary.interpreter

    @property
    def ok(self) -> bool:
        """Whether every trial went well."""
        return self.summary.ok

    @property
    def status(self) -> str:
        """`ok`, or that of the first trial that is not: `wrong`, `error`, `timeout`, `crashed` or `skipped`."""
        return self.summary.status

    @property
    def reason(self) -> str | None:
        """Why the first trial that is not ok failed."""
        return self.summary.reason

    @property
    def trials(self) -> int:
        """The number of ok trials."""
        return self.summary.trials

    @property
    def speedup(self) -> Estimate:
        """The baseline's time over its own: `point`, and the 95 % interval from `low` to `high`. Raises NoFigure."""
        if self.summary.speedup is None:
            raise NoFigure(f"{self} has no speedup: {self._why_none()}")
        return self.summary.speedup

    @property
    def seconds(self) -> Estimate:
        """The median time of a pass over all items. Raises NoFigure."""
        if self.summary.median is None:
            raise NoFigure(f"{self} has no time: {self._why_none()}")
        return self.summary.median

    def _why_none(self) -> str:
        if not self.ok:
            return f"{self.status} ({formatting.clean(self.reason or 'no reason recorded')})"
        return "no trial of it took turns with an ok one of the baseline"

    def __str__(self) -> str:
        return f"{self.backend} with {formatting.counted(self.workers, 'worker')}"

    def __repr__(self) -> str:
        figures = self.status if not self.ok else formatting.estimated_times(self.summary.speedup)
        return f"<{formatting.clean(self.workload)} by {self}: {figures}>"
