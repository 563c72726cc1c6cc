"""The options of `bench.measure`, validated: they mean what the options of `bench run` mean."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from bench.collect.parameters import choice
from bench.errors import ParameterError
from bench.measure.plan import Effort
from bench.schema import ScalingKind, Value
from bench.session.arguments import parse_counts

LOOSEST_PERCENT, FINEST_PERCENT = 1000, 0.1
SHORTEST_S, SHORTEST_TIMEOUT_S = 1, 0.1

Texts = str | Iterable[str] | None


@dataclass(frozen=True)
class RunOptions:
    """What a run is to measure apart from its workloads; empty means the default. `rounds` is None for any number."""

    backends: tuple[str, ...]
    workers: tuple[int, ...]
    pythons: tuple[str, ...]
    params: tuple[str, ...]
    effort: Effort
    rounds: int | None
    scaling: ScalingKind = ScalingKind.STRONG

    def command(self, workload: str) -> list[str]:
        """The arguments of `bench` that measure the same."""
        effort = self.effort
        options: list[tuple[str, object]] = [
            *(("-b", name) for name in self.backends),
            *([("-w", ",".join(map(str, self.workers)))] if self.workers else []),
            *(("-p", text) for text in self.params),
            *(("--python", text) for text in self.pythons),
        ]
        numbers = {
            "--precision": effort.precision and effort.precision * 100,
            "--rounds": self.rounds,
            "--max-time": effort.budget_s,
            "--timeout": effort.timeout_s,
        }
        options += [(name, f"{number:g}") for name, number in numbers.items() if number is not None]
        if self.scaling is ScalingKind.WEAK:
            options.append(("--scaling", self.scaling.value))
        return ["run", workload, *(str(word) for option in options for word in option), *["--trace"] * effort.trace]


def texts(value: Texts) -> tuple[str, ...]:
    """One text or several, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def worker_counts(value: int | Iterable[int] | None) -> tuple[int, ...]:
    """One number of workers or several, sorted. Raises ParameterError."""
    if value is None:
        return ()
    counts: list[object] = [value] if isinstance(value, int) else list(value)
    if not counts or any(type(count) is not int or count < 1 for count in counts):
        raise ParameterError(f"workers={value!r}: expected positive integers")
    return parse_counts([str(count) for count in counts])


def parameter_texts(values: Mapping[str, object]) -> tuple[str, ...]:
    """Parameters as `bench run -p` takes them. Raises ParameterError."""
    return tuple(f"{name}={_text(name, value)}" for name, value in values.items())


def effort_of(precision: float | None, max_time: float | None, timeout: float | None, trace: bool) -> Effort:
    """How much is measured: precision in percent, times in seconds. Raises ParameterError."""
    for name, value, least, most in (
        ("precision", precision, FINEST_PERCENT, LOOSEST_PERCENT),
        ("max_time", max_time, SHORTEST_S, math.inf),
        ("timeout", timeout, SHORTEST_TIMEOUT_S, math.inf),
    ):
        if value is not None and not least <= value < most:
            end = f"{least:g} or more" if most == math.inf else f"a percentage from {least:g} to {most:g}"
            raise ParameterError(f"{name}={value!r}: expected {end}")
    return Effort(
        precision=None if precision is None else precision / 100, timeout_s=timeout, budget_s=max_time, trace=trace
    )


def scaling_kind(value: str) -> ScalingKind:
    """How the batch depends on the number of workers. Raises UnknownName."""
    return choice("scaling", ScalingKind, value)


def round_count(value: int | None) -> int | None:
    """The number of rounds. Raises ParameterError."""
    if value is not None and (type(value) is not int or value < 1):
        raise ParameterError(f"rounds={value!r}: expected a positive integer")
    return value


def _text(name: str, value: object) -> str:
    plain: object = value.value if isinstance(value, Enum) else value
    if plain is not None and not isinstance(plain, bool | int | float | str):
        raise ParameterError(f"{name}={value!r}: a parameter is a number, a text, True, False or None")
    known: Value = plain
    return str(known).lower() if known is None or isinstance(known, bool) else str(known)
