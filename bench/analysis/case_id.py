"""What tells cases apart, without pandas: the view of a run that is going on names cases before any is needed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """What cases are compared about: the same work under the same interpreter."""

    workload: str
    params: str
    python: str


@dataclass(frozen=True)
class Way:
    """A way of running the work, whatever the number of workers."""

    backend: str
    options: str
    start_method: str | None
    async_style: str | None


@dataclass(frozen=True)
class CaseId:
    """What tells one case from another in samples.csv; `params` and `options` are JSON."""

    workload: str
    params: str
    bound: str
    backend: str
    options: str
    start_method: str | None
    async_style: str | None
    workers: int
    python: str

    @property
    def subject(self) -> Subject:
        """What this case is compared about."""
        return Subject(self.workload, self.params, self.python)

    @property
    def way(self) -> Way:
        """How this case runs the work."""
        return Way(self.backend, self.options, self.start_method, self.async_style)
