"""Write the page: a template, a style sheet and a script combined into one file."""

import base64
import hashlib
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bench.errors import RecordError, UsageError
from bench.output.html.claims_section import ClaimsSection, claims_beside
from bench.output.html.page import RunSection, run_section
from bench.output.wording import formatting
from bench.replace_file import replace_file
from bench.results.load import Run
from bench.schema import ENVIRONMENT_JSON, SAMPLES_CSV

FILE_NAME = "report.html"
TEMPLATES = files("bench.output.html") / "templates"


def build(runs: Sequence[Run], path: Path) -> int:
    """Write the report of these runs and return its size in bytes. Raises UsageError, RecordError."""
    if any(path.resolve() == run.folder / name for run in runs for name in (SAMPLES_CSV, ENVIRONMENT_JSON)):
        raise UsageError(f"{path}: is a file of the run itself; choose another file")
    sections = [run_section(run, f"run{number}", path.parent) for number, run in enumerate(runs, 1)]
    return write_page(html(sections, claims_beside(runs)), path)


def html(sections: Sequence[RunSection], claims: ClaimsSection | None = None) -> str:
    """Render the report of runs, with the claims that were tried on their machine."""
    return page_of("report.html.j2", sections=sections, claims=claims)


def page_of(template: str, **contents: Any) -> str:
    """Render a template, with the style sheet and the script that all pages share."""
    style, script = (TEMPLATES.joinpath(f"report.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    shared = {"style": Markup(style), "script": Markup(script), "script_digest": digest}
    return environment().get_template(template).render(**contents, **shared)


def environment() -> Environment:
    """A template environment that escapes all values and raises an error for missing ones."""
    return Environment(
        loader=PackageLoader("bench.output.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _printable(value: Any) -> Any:
    """Text without control characters; our own style sheet and script unchanged."""
    return value if isinstance(value, Markup) else formatting.clean(str(value))


def write_page(text: str, path: Path) -> int:
    """Write the whole file or nothing, and return its size in bytes. Raises RecordError."""
    page = text.encode("utf-8")
    temporary = path.with_name(f".{path.name}-{os.getpid()}")  # in a folder that may hold anything: a name of our own
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda new: new.write_bytes(page), temporary)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
    return len(page)
