"""Charts as files, reproducible byte for byte."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from bench.errors import RecordError
from bench.output.charts.page import DOTS_PER_INCH
from bench.output.charts.sheet import FONTS

FORMATS = ("png", "svg")
NOTEBOOK_DOTS_PER_INCH = 80
SAVING: dict[Any, Any] = {**FONTS, "svg.fonttype": "none", "svg.hashsalt": "concurrency-bench"}
UNDATED: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def rendered(figure: Figure, form: str, dpi: int = DOTS_PER_INCH) -> bytes:
    """The figure as png, svg or pdf, without a date; `dpi` is dots per inch."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(SAVING):
        figure.savefig(buffer, format=form, dpi=dpi, metadata=UNDATED.get(form))
    return buffer.getvalue()


def for_notebooks(figure: Figure) -> Figure:
    """The same figure, which a notebook shows as a picture even if it was not told to with %matplotlib."""
    figure._repr_png_ = lambda: rendered(  # type: ignore[attr-defined]  # IPython's protocol
        figure, "png", NOTEBOOK_DOTS_PER_INCH
    )
    return figure


def save(
    figure: Figure, folder: Path, stem: str, formats: Sequence[str] = FORMATS, dpi: int = DOTS_PER_INCH
) -> list[Path]:
    """Write the figure as folder/stem.png and so on, and return the paths. Raises RecordError."""
    paths = [folder / f"{stem}.{form}" for form in formats]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, form in zip(paths, formats, strict=True):
            path.write_bytes(rendered(figure, form, dpi))
    except OSError as error:
        raise RecordError(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error
    return paths
