"""A result as the output of a notebook's cell."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from bench.api.result import Result, load_run
from tests.support.browser import CHROMIUM, chromium, new_tab
from tests.support.factory import failure, pair, write_run

SHOWN = "[...document.querySelectorAll('.bench-result img')].map(one => getComputedStyle(one).display != 'none')"
GROUND = "getComputedStyle(document.querySelector('.bench-result')).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 24, 29)"


@pytest.fixture
def result(tmp_path: Path) -> Result:
    """Threads that take half the time, and processes that fail."""
    samples = [
        *pair([1.0, 1.01, 0.99, 1.0], [0.5, 0.51, 0.5, 0.49]),
        failure(backend="multiprocessing", reason="no <luck>"),
    ]
    return load_run(write_run(tmp_path / "run", samples))


def test_cell_has_the_answer_the_cases_and_a_chart_for_either_theme(result: Result) -> None:
    html = result._repr_html_()
    assert "Best: threading with 2 workers, 2.00x" in html
    assert re.search(r'class="bench-best">\s*<td>threading</td>', html)
    assert re.search(r'class="bench-not-ok">error</td>', html)
    assert "no &lt;luck&gt;" in html
    assert html.count("data:image/png;base64,") == 2


def test_without_styles_only_the_light_chart_is_shown(result: Result) -> None:
    html = result._repr_html_()
    light, dark = re.findall(r"<img ([^>]*)src=", html)
    assert ("hidden" in light, "hidden" in dark) == (False, True)


def test_run_without_speedups_says_why(tmp_path: Path) -> None:
    html = load_run(write_run(tmp_path / "run", [failure(reason="no luck")]))._repr_html_()
    assert "the baseline (sequential) was not ok" in html


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the page in")
@pytest.mark.parametrize(
    ("body", "system_is_dark", "is_dark"),
    [
        ("<body>", False, False),
        ("<body>", True, True),
        ('<body data-jp-theme-light="true">', True, False),
        ('<body data-jp-theme-light="false">', False, True),
        ('<body class="vscode-dark">', False, True),
        ('<body class="vscode-light">', True, False),
    ],
)
def test_cell_is_light_or_dark_like_the_notebook(
    body: str, system_is_dark: bool, is_dark: bool, result: Result, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{body}{result._repr_html_()}")

    async def look(address: str) -> Any:
        async with new_tab(address) as tab:
            await tab.open(page.as_uri(), dark=system_is_dark)
            return [await tab.ask(SHOWN), await tab.ask(GROUND)]

    with chromium() as address:
        assert asyncio.run(look(address)) == [[not is_dark, is_dark], DARK if is_dark else LIGHT]
