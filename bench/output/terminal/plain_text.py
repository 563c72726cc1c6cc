"""Tables as plain text, for where there is no console."""

import io

from rich.console import Console, RenderableType

WIDTH = 80


def plain_text(*parts: RenderableType) -> str:
    """What a terminal of 80 columns without colours would show, without trailing blanks."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=WIDTH,
        color_system=None,
        force_jupyter=False,
        highlight=False,
        emoji=False,
        markup=False,
        _environ={},
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n"))
