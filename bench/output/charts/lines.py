"""Text in lines that fit where it stands."""

import textwrap
from collections.abc import Sequence

from bench.output.wording import formatting

TITLE_LETTERS, NAME_LETTERS, FACT_LETTERS, FOOTER_LETTERS = 62, 38, 46, 112  # that fit a line


def title_lines(title: str) -> list[str]:
    """The page's title."""
    return textwrap.wrap(title, TITLE_LETTERS)


def footer_lines(footer: str) -> list[str]:
    """What stands at the page's foot; no figure is parted from its percent sign."""
    kept = textwrap.wrap(footer.replace(" %", "\u00a0%"), FOOTER_LETTERS)
    return [line.replace("\u00a0%", " %") for line in kept]


def name_lines(name: str) -> list[str]:
    """A panel's name, in lines that fit above it."""
    return textwrap.wrap(formatting.clean(name), NAME_LETTERS)


def fact_lines(facts: Sequence[str]) -> list[str]:
    """What stands below a panel's name, in lines that fit above it."""
    return textwrap.wrap(", ".join(facts), FACT_LETTERS)
