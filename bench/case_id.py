"""What tells cases apart, in plans, rows and tables alike: standard library only."""

from dataclasses import dataclass
from typing import Self

from bench.samples import Case, canonical_json

TELLING = ("workload", "params", "backend", "options", "workers", "python")  # columns


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

    @classmethod
    def of(cls, case: Case) -> Self:
        """A case of a plan, by what its rows say of it."""
        return cls(
            workload=case.workload,
            params=canonical_json(case.params),
            bound=case.bound,
            backend=case.backend,
            options=canonical_json(case.options),
            start_method=None if (method := case.options.get("start_method")) is None else str(method),
            async_style=case.async_style,
            workers=case.workers,
            python=case.python,
        )

    @property
    def subject(self) -> Subject:
        """What this case is compared about."""
        return Subject(self.workload, self.params, self.python)

    @property
    def way(self) -> Way:
        """How this case runs the work."""
        return Way(self.backend, self.options, self.start_method, self.async_style)
