"""What the machine itself did: `looks` are what `machine.changeable` told before the run and after each round."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.cautions.caution import Caution, Kind

Looks = Sequence[Mapping[str, Any]]

CHANGES = (
    ("cores_usable", Kind.CORES, "number of usable cores"),
    ("governor", Kind.GOVERNOR, "frequency governor"),
    ("turbo", Kind.TURBO, "turbo setting"),
)


def changed(looks: Looks) -> Iterator[Caution]:
    """What became another between two looks: times before and after are of two machines."""
    for fact, kind, name in CHANGES:
        told = [look[fact] for look in looks if look.get(fact) is not None]
        values = [value for value, before in zip(told, [None, *told], strict=False) if value != before]
        if len(values) > 1:
            yield Caution(kind, f"the {name} changed during the run: {', then '.join(map(_shown, values))}")


def busy_at_start(looks: Looks) -> Iterator[Caution]:
    """Others wanted more cores than there are, before anything was measured."""
    cores, load = looks[0].get("cores_usable"), looks[0].get("load_1min")
    if cores and load and load > cores:
        text = f"when the run began, the load average was {load:.1f} on {cores} usable cores: see bench doctor"
        yield Caution(Kind.LOAD, text)


def _shown(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
