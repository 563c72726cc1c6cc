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
    page = html(sections).encode("utf-8")
    _write(page, path)
    return len(page)


def html(sections: Sequence[RunSection]) -> str:
    """Render the page."""
    style, script = (TEMPLATES.joinpath(f"report.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    template = environment().get_template("report.html.j2")
    return template.render(sections=sections, style=Markup(style), script=Markup(script), script_digest=digest)


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


def _write(page: bytes, path: Path) -> None:
    """Write the whole file or nothing. Raises RecordError."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")  # in a folder that may hold anything: a name of our own
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda new: new.write_bytes(page), temporary)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
