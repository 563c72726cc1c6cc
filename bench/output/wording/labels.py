"""Labels of cases and backends: as short as they can be without being ambiguous."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bench.output.wording import formatting
from bench.schema import AsyncStyle, BackendConfig, CaseId, Subject

Labels = Mapping[BackendConfig, str]
Of = TypeVar("Of", bound=CaseId)


def backend_labels(cases: Iterable[CaseId]) -> dict[BackendConfig, str]:
    """A label for each backend configuration: the backend, with the options that distinguish it from the others."""
    configs = sorted({case.config for case in cases}, key=_order)
    return {
        config: _config_label(config, [other for other in configs if other.backend == config.backend])
        for config in configs
    }


def label_in_full(config: BackendConfig) -> str:
    """A label with all options, needed or not."""
    return _labelled(config, list(_options(config)))


def variants(configs: Iterable[BackendConfig]) -> dict[BackendConfig, int]:
    """The index of each configuration among those of the same backend."""
    counts: dict[str, int] = {}
    indexes = {}
    for config in configs:
        indexes[config] = counts.get(config.backend, 0)
        counts[config.backend] = indexes[config] + 1
    return indexes


def is_blocking(config: BackendConfig | CaseId) -> bool:
    """Whether coroutines call blocking code, which blocks the event loop."""
    return config.async_style == AsyncStyle.BLOCKING


def by_subject(cases: Iterable[Of]) -> dict[Subject, list[Of]]:
    """The cases of each subject, in the order given."""
    groups: dict[Subject, list[Of]] = {}
    for case in cases:
        groups.setdefault(case.subject, []).append(case)
    return groups


def apart(subject: Subject, subjects: Iterable[Subject]) -> list[str]:
    """What distinguishes a subject from others of the same workload: its parameters, its interpreter, or nothing."""
    same = [other for other in subjects if other.workload == subject.workload]
    facts = []
    if len({other.params for other in same}) > 1:
        facts.append(formatting.settings(subject.params) or "no parameters")
    if len({other.interpreter for other in same}) > 1:
        facts.append(f"Python {formatting.clean(subject.interpreter)}")
    return facts


def subject_name(subject: Subject, subjects: Iterable[Subject]) -> str:
    """The workload, with what distinguishes the subject from others of the same workload."""
    return ", ".join([formatting.clean(subject.workload), *apart(subject, subjects)])


def folded(label: str, room: int) -> str:
    """The label, split over two lines before its options if it does not fit."""
    return label if len(label) <= room else label.replace(":", "\n  :", 1)


def _config_label(config: BackendConfig, siblings: Sequence[BackendConfig]) -> str:
    """As the command line takes it: `multiprocessing:spawn,chunksize=4`."""
    own = _options(config)
    others = [_options(sibling) for sibling in siblings]
    differing = [name for name in own if any(other.get(name) != own[name] for other in others)]
    return _labelled(config, differing)


def _labelled(config: BackendConfig, names: Iterable[str]) -> str:
    own = _options(config)
    options = ",".join(sorted((_option(name, own[name]) for name in names), key=lambda option: "=" in option))
    return (
        formatting.clean(config.backend)
        + (f":{options}" if options else "")
        + (" (blocking)" if is_blocking(config) else "")
    )


def _options(config: BackendConfig) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(config.options)
    return options | ({"start_method": config.start_method} if config.start_method else {})


def _option(name: str, value: object) -> str:
    known_by_value = isinstance(value, str)
    return formatting.setting(value) if known_by_value else f"{formatting.clean(name)}={formatting.setting(value)}"


def _order(config: BackendConfig) -> tuple[str, bool, str, str]:
    return config.backend, is_blocking(config), config.options, config.start_method or ""
