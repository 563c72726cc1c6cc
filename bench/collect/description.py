"""A workload as data: all that can be said of it without its code, so that another interpreter can say it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from bench.collect.loader import workloads_in
from bench.collect.parameters import PLAIN_KINDS, Parameter
from bench.collect.workload import Workload, overrides, parameters, summary
from bench.schema import Bound


@dataclass(frozen=True)
class Found:
    """A workload and the file that defines it; `native` means that it has a coroutine form."""

    name: str
    path: Path
    class_name: str
    bound: Bound
    summary: str
    native: bool
    parameters: Mapping[str, Parameter]
    environment: Mapping[str, str]

    @classmethod
    def of(cls, path: Path, workload: type[Workload]) -> Self:
        """What the loaded class says of itself."""
        return cls(
            name=workload.name,
            path=path,
            class_name=workload.__name__,
            bound=Bound(workload.bound.lower()),
            summary=summary(workload),
            native=overrides(workload, "work_async"),
            parameters=parameters(workload),
            environment=dict(workload.environment),
        )


def in_this_interpreter(path: Path) -> list[Found]:
    """The workloads of a file, which is run for that. Raises WorkloadFileError."""
    return [Found.of(path.resolve(), workload) for workload in workloads_in(path).values()]


def main(path: str) -> None:
    """Print what a file defines, as JSON; what another interpreter is started for."""
    print(json.dumps([_to_json(found) for found in in_this_interpreter(Path(path))]))


def _to_json(found: Found) -> dict[str, Any]:
    declared = [
        {**vars(parameter), "kind": parameter.kind.__name__, "words": _words(parameter)}
        for parameter in found.parameters.values()
    ]
    return {**vars(found), "path": str(found.path), "parameters": declared}


def from_json(fields: Mapping[str, Any]) -> Found:
    """What another interpreter printed."""
    declared = [_parameter(**parameter) for parameter in fields["parameters"]]
    return Found(
        **{
            **fields,
            "path": Path(fields["path"]),
            "bound": Bound(fields["bound"]),
            "parameters": {parameter.name: parameter for parameter in declared},
        }
    )


def _words(parameter: Parameter) -> list[str]:
    return [word.value for word in parameter.kind] if issubclass(parameter.kind, StrEnum) else []


def _parameter(kind: str, words: list[str], **fields: Any) -> Parameter:
    """A parameter whose enum, if it has one, is known by its words alone."""
    if not words:
        return Parameter(kind={known.__name__: known for known in PLAIN_KINDS}[kind], **fields)
    enum: Any = StrEnum(kind, words)  # type: ignore[misc]  # the words come from another process
    return Parameter(kind=enum, **fields)
