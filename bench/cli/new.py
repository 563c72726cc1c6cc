"""`bench new`: a workload file to start from."""

import keyword
import re
import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from bench.cli.console import give, say
from bench.errors import RecordError, UsageError

FOLDER = Path("workloads")
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Form(StrEnum):
    """How a workload is written: a function and its items, or a class."""

    SHORT = "short"
    FULL = "full"


NewName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the workload, such as word-count.")]
FormOption = Annotated[
    Form | None,
    typer.Option("--form", help="A function and its items, or a class with parameters and set-up.", show_default="ask"),
]
ToFile = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", show_default="workloads/<name>.py", help="The file.")
]


def new(name: NewName, form: FormOption = None, output: ToFile = None) -> None:
    """Write a workload file to start from."""
    path = output or FOLDER / f"{name.replace('-', '_')}.py"
    _refuse_name(name, path)
    if path.exists() and not _agreed(f"{path} exists. Overwrite it?"):
        raise UsageError(f"{path} exists, and is left as it is: choose another name, or another file with -o")
    _write(path, _text(name, form or _chosen_form()))
    give(str(path))
    say(f"to run it: bench run {name if path.parent == FOLDER else path}")


def _refuse_name(name: str, path: Path) -> None:
    """Raise UsageError for a name that is not one, or is that of a workload in another file."""
    from bench.collect.discovery import find_workloads, folders

    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UsageError(f"{name!r} cannot be the name of a workload: use lower-case words with dashes between them")
    other = find_workloads(folders()).get(name)
    if other is not None and other.path.resolve() != path.resolve():
        raise UsageError(f"there is a workload named {name}, in {other.path}: choose another name")


def _chosen_form() -> Form:
    """The form that the user asks for; without a terminal the short one."""
    return Form.FULL if _agreed("A class, with parameters and set-up, in place of a function?") else Form.SHORT


def _agreed(question: str) -> bool:
    """Ask for confirmation; without a terminal the answer is no."""
    return sys.stdin.isatty() and typer.confirm(question, err=True)


def _text(name: str, form: Form) -> str:
    words = name.split("-")
    template = files("bench.cli") / "templates" / f"{form}.txt"
    return Template(template.read_text(encoding="utf-8")).substitute(
        name=name,
        title=" ".join(words).capitalize(),
        function="_".join(words),
        cls="".join(word.capitalize() for word in words),
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
