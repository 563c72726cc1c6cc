"""A workload as data, without its code, so that another interpreter can describe it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from bench.collect.loader import workloads_in
from bench.collect.parameters import PLAIN_KINDS, Parameter
from bench.collect.workload import Workload, overrides, parameters, summary
from bench.schema import Bound


@dataclass(frozen=True)
class WorkloadDescription:
    """A workload and the file that defines it; `native` means that it has a coroutine form."""

    name: str
    path: Path
    class_name: str
    bound: Bound
    summary: str
    native: bool
    parameters: Mapping[str, Parameter]
    environment: Mapping[str, str]
    exclusive: bool = False
    tags: tuple[str, ...] = ()
    optional: bool = False
    metrics: Mapping[str, str] = field(default_factory=dict)
    discovers: bool = False

    @classmethod
    def of(cls, path: Path, workload: type[Workload]) -> Self:
        """Describe a class that has been loaded."""
        return cls(
            name=workload.name,
            path=path,
            class_name=workload.__name__,
            bound=Bound(workload.bound.lower()),
            summary=summary(workload),
            native=overrides(workload, "work_async"),
            parameters=parameters(workload),
            environment=dict(workload.environment),
            exclusive=bool(workload.exclusive),
            tags=tuple(workload.tags),
            optional=bool(workload.optional),
            metrics=dict(workload.metrics),
            discovers=overrides(workload, "discover"),
        )


def describe_file(path: Path) -> list[WorkloadDescription]:
    """Load a file and describe its workloads. Raises WorkloadFileError."""
    return [WorkloadDescription.of(path.resolve(), workload) for workload in workloads_in(path).values()]


def main(path: str) -> None:
    """Print the workloads of a file as JSON: the entry point for other interpreters."""
    print(json.dumps([_to_json(description) for description in describe_file(Path(path))]))


def _to_json(description: WorkloadDescription) -> dict[str, Any]:
    declared = [
        {**vars(parameter), "kind": parameter.kind.__name__, "words": _words(parameter)}
        for parameter in description.parameters.values()
    ]
    return {**vars(description), "path": str(description.path), "parameters": declared}


def from_json(fields: Mapping[str, Any]) -> WorkloadDescription:
    """Rebuild what another interpreter printed."""
    declared = [_parameter(**parameter) for parameter in fields["parameters"]]
    return WorkloadDescription(
        **{
            **fields,
            "path": Path(fields["path"]),
            "bound": Bound(fields["bound"]),
            "tags": tuple(fields["tags"]),
            "parameters": {parameter.name: parameter for parameter in declared},
        }
    )


def _words(parameter: Parameter) -> list[str]:
    return [word.value for word in parameter.kind] if issubclass(parameter.kind, StrEnum) else []


def _parameter(kind: str, words: list[str], **fields: Any) -> Parameter:
    """Rebuild a parameter; an enum is rebuilt from its values alone."""
    if not words:
        return Parameter(kind={known.__name__: known for known in PLAIN_KINDS}[kind], **fields)
    enum: Any = StrEnum(kind, words)  # type: ignore[misc]  # the words come from another process
    return Parameter(kind=enum, **fields)
