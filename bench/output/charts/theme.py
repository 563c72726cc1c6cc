"""The colours of all charts, on white and on dark; passed to the drawing code as an argument, never global.

Colours of the usual backends: Okabe & Ito 2008, "Color Universal Design", lighter on dark where they would lack
contrast. The others have what is left between these, so each has a marker of its own as well.
Those of interpreters: Paul Tol's muted scheme, likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.errors import UnknownName
from bench.schema import BASELINE


@dataclass(frozen=True)
class Theme:
    """The colours of a chart: `muted` for secondary text, `faint` for bounds, `grid` behind everything.

    `warning` marks flagged samples. `backends` are by name; `spares` are for backends without a colour of their own.
    """

    name: str
    background: str
    foreground: str
    muted: str
    faint: str
    grid: str
    band: str
    ceiling: str
    warning: str
    backends: Mapping[str, str]
    spares: tuple[str, ...]
    interpreters: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """The suffix of a chart's file name: empty for the light theme."""
        return "" if self.name == LIGHT.name else f"-{self.name}"

    @property
    def settings(self) -> dict[Any, Any]:
        """These colours as matplotlib settings, for `matplotlib.rc_context`."""
        return {
            "figure.facecolor": self.background,
            "axes.facecolor": self.background,
            "axes.edgecolor": self.foreground,
            "axes.labelcolor": self.foreground,
            "text.color": self.foreground,
            "xtick.color": self.foreground,
            "ytick.color": self.foreground,
            "hatch.color": self.muted,
        }


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    foreground="#000000",
    muted="#444444",
    faint="#777777",
    grid="#DDDDDD",
    band="#F1F1F1",
    ceiling="#AA3377",
    warning="#B00020",
    backends={
        BASELINE: "#000000",
        "threading": "#0072B2",
        "multiprocessing": "#D55E00",
        "asyncio": "#009E73",
        "asyncio-threads": "#5F8A00",
        "dask": "#7B61C9",
        "interpreters": "#3B2F8F",
        "joblib": "#A87400",
        "processes-asyncio": "#D1478F",
        "processes-threads": "#7A1F3D",
        "ray": "#8C564B",
    },
    spares=("#CC79A7", "#E69F00", "#56B4E9"),
    interpreters=("#332288", "#CC6677", "#44AA99", "#999933", "#88CCEE", "#882255"),
)
DARK = Theme(
    name="dark",
    background="#15181D",
    foreground="#F2F2F2",
    muted="#B8BCC4",
    faint="#8A9099",
    grid="#343A43",
    band="#1E232A",
    ceiling="#E58AC0",
    warning="#FF6B78",
    backends={
        BASELINE: "#FFFFFF",
        "threading": "#56B4E9",
        "multiprocessing": "#F28241",
        "asyncio": "#33C79B",
        "asyncio-threads": "#A9C94A",
        "dask": "#B7A2FF",
        "interpreters": "#8C9BFF",
        "joblib": "#F2C14E",
        "processes-asyncio": "#FF8FC7",
        "processes-threads": "#D6647F",
        "ray": "#C99A8D",
    },
    spares=("#CC79A7", "#E69F00", "#F0E442"),
    interpreters=("#A99CF0", "#E38593", "#5CC7B4", "#C2C25A", "#88CCEE", "#D874A6"),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_named(name: str) -> Theme:
    """The theme of this name. Raises UnknownName, which lists them all."""
    if name not in THEMES:
        raise UnknownName.among("theme", name, THEMES)
    return THEMES[name]
