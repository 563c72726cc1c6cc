"""Exports of runs, for tests of the formats."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.analysis.summary import summarise
from bench.output.export.base import Exported
from bench.output.export.registry import exporter_of
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import ENVIRONMENT, write_run

EVIL = "\x1b[2J|\n\u202e`@all` <b>\ud800"


def exported(
    folder: Path, to: str, samples: Iterable[Sample], environment: dict[str, Any] | None = ENVIRONMENT
) -> Exported:
    """Export a run of these samples in a format."""
    run = load_run(write_run(folder / "a-run", samples, environment))
    return exporter_of(to)(run, summarise(run))


def parsed(export: Exported) -> Any:
    """The JSON of an export, which contains neither NaN nor infinity."""
    return json.loads(export.text, parse_constant=refuse)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
