"""Runs as exports of them, for tests of the formats."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from factory import ENVIRONMENT, write_run

from bench.analysis.load import load_run
from bench.analysis.speedup import summarise
from bench.export.exported import Exported
from bench.export.exporters import EXPORTERS
from bench.export.formats import Format
from bench.samples import Sample

EVIL = "\x1b[2J|\n\u202e`@all` <b>\ud800"


def exported(
    folder: Path, to: Format, samples: Iterable[Sample], environment: dict[str, Any] | None = ENVIRONMENT
) -> Exported:
    """What a run of these samples is in a format."""
    run = load_run(write_run(folder / "a-run", samples, environment))
    return EXPORTERS[to](run, summarise(run))


def parsed(export: Exported) -> Any:
    """The JSON of an export, which says neither nan nor infinity."""
    return json.loads(export.text, parse_constant=refuse)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
