"""The page in a real browser: self-contained, without errors, sortable, and no wider than its window."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.output.charts.registry import kind_named
from bench.output.html import embedded_charts
from bench.output.html.build import build
from bench.results.load import load_run
from tests.support.browser import CHROMIUM, Tab, chromium, new_tab
from tests.support.factory import failure, pair, rounds, varied_run, write_run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the page in"),
]

LOUD = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
LOOP = [1.0, 1.1, 0.9, 1.0, 1.05]
TABLE = "document.querySelector('table.sortable')"
SHOWN = f"[...{TABLE}.tBodies[0].rows].filter(row => !row.hidden)"

Script = Callable[[Tab], Awaitable[Any]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with chromium() as address:
        yield address


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: a realistic one, and a small one with times of very different sizes."""
    folder = tmp_path_factory.mktemp("runs")
    times = {"a": 10.0, "b": 0.9, "c": 0.0005}
    samples = [one for name, factor in times.items() for one in rounds([factor * time for time in LOOP], backend=name)]
    small = write_run(
        folder / "small", [*pair(LOOP, LOOP), *samples, failure(reason="ran dry", backend="d"), failure(backend="e")]
    )
    path = folder / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_charts, "kinds", lambda: [kind_named("speedup")])
        build([load_run(small), load_run(varied_run(folder / "varied"))], path)
    return path


def opened(
    address: str, page: Path, script: Script, width: int = 1600, dark: bool = False, scripts: bool = True
) -> Any:
    """The result of a script of user actions, during which the page logs nothing and requests nothing."""

    async def actions() -> Any:
        async with new_tab(address) as tab:
            await tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
            await tab.open(page.as_uri(), width, dark)
            result = await script(tab)
            assert [event for event in tab.heard if event[0] in LOUD] == []
            requested = [event["request"]["url"] for name, event in tab.heard if name == "Network.requestWillBeSent"]
            assert [url[:60] for url in requested if not url.startswith("data:")] == [page.as_uri()[:60]]
            return result

    return asyncio.run(actions())


async def column(tab: Tab, heading: str) -> list[str]:
    """The texts of a column of the first table of cases, from top to bottom."""
    place = f"[...{TABLE}.tHead.rows[0].cells].findIndex(cell => cell.textContent.startsWith({heading!r}))"
    texts: list[str] = await tab.ask(f"(place => {SHOWN}.map(row => row.cells[place].textContent))({place})")
    return texts


async def press(tab: Tab, heading: str) -> str:
    """Press a heading's button and return the order that the table then announces."""
    cell = f"[...{TABLE}.tHead.rows[0].cells].find(cell => cell.textContent.startsWith({heading!r}))"
    return str(await tab.ask(f"(cell => {{ cell.querySelector('button').click(); return cell.ariaSort }})({cell})"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_is_wider_than_the_window_and_each_chart_shows_once(
    address: str, page: Path, width: int, dark: bool
) -> None:
    async def inspect(tab: Tab) -> tuple[int, list[str]]:
        await tab.ask("document.querySelectorAll('details').forEach(one => { one.open = true })")
        shown = "[...document.images].filter(image => image.offsetWidth > 0 && image.naturalWidth > 0)"
        return (
            await tab.ask("document.scrollingElement.scrollWidth - innerWidth"),
            await tab.ask(f"{shown}.map(image => image.className)"),
        )

    over, pictures_shown = opened(address, page, inspect, width, dark)
    assert over <= 0
    assert pictures_shown == ["on-dark" if dark else "on-light"] * 2


def test_figures_are_sorted_by_value_with_unknowns_last_in_either_order(address: str, page: Path) -> None:
    async def sort(tab: Tab) -> list[tuple[str, list[str]]]:
        return [(await press(tab, "Median time"), await column(tab, "Median time")) for _ in range(2)]

    (first, up), (second, down) = opened(address, page, sort)
    assert (first, second) == ("ascending", "descending")
    assert up == ["500 µs", "900 ms", "1.00 s", "1.00 s", "10.0 s", "", ""]
    assert down == ["10.0 s", "1.00 s", "1.00 s", "900 ms", "500 µs", "", ""]


def test_words_are_sorted_alphabetically_and_only_one_column_is_marked_sorted(address: str, page: Path) -> None:
    async def sort(tab: Tab) -> tuple[list[str], int]:
        await press(tab, "Workers")
        await press(tab, "Backend")
        return await column(tab, "Backend"), await tab.ask("document.querySelectorAll('[aria-sort]').length")

    backends, sorted_columns = opened(address, page, sort)
    assert backends == ["a", "b", "c", "d", "e", "sequential", "threading"]
    assert sorted_columns == 1


def test_the_filter_keeps_and_counts_rows_with_every_word_typed(address: str, page: Path) -> None:
    field = "document.querySelector('input[data-table]')"

    async def type_words(tab: Tab) -> tuple[list[str], str, list[str]]:
        await tab.ask(f"{field}.focus()")
        await tab.call("Input.insertText", text="ERROR  dry")
        shown_backends, counter = (
            await column(tab, "Backend"),
            await tab.ask("document.querySelector('output').textContent"),
        )
        await tab.ask(f"{field}.select()")
        await tab.call("Input.insertText", text="")
        return shown_backends, counter, await column(tab, "Backend")

    shown_backends, counter, all_again = opened(address, page, type_words)
    assert (shown_backends, counter, len(all_again)) == (["d"], "1 of 7 shown", 7)


def test_the_keyboard_reaches_the_answer_and_switches_the_theme(address: str, page: Path) -> None:
    async def keys(tab: Tab) -> tuple[str, str, str, str]:
        await tab.press("Tab")
        skip = await tab.ask("document.activeElement.textContent")
        await tab.press("Tab")
        before = await tab.ask("document.activeElement.textContent")
        await tab.press("Enter")
        after = await tab.ask("document.activeElement.textContent")
        return skip, before, after, await tab.ask("getComputedStyle(document.body).backgroundColor")

    assert opened(address, page, keys) == ("Skip to the answer", "Dark", "Light", "rgb(21, 24, 29)")


def test_without_scripts_the_page_shows_all_rows_and_no_dead_buttons(address: str, page: Path) -> None:
    async def inspect(tab: Tab) -> tuple[int, int]:
        buttons = "[...document.querySelectorAll('button, input')].filter(one => one.offsetWidth > 0).length"
        return await tab.ask(f"{SHOWN}.length"), await tab.ask(buttons)

    assert opened(address, page, inspect, scripts=False) == (7, 0)


def test_folded_sections_are_printed_on_white_and_fit_the_sheet(address: str, page: Path) -> None:
    async def show_as_print(tab: Tab) -> list[Any]:
        await tab.call("Emulation.setEmulatedMedia", media="print")
        folded = "document.querySelectorAll('details:not([open])').length"
        await tab.ask("dispatchEvent(new Event('beforeprint'))")
        printed = [await tab.ask(folded), await tab.ask("document.getElementById('theme').offsetWidth")]
        printed.append(await tab.ask("document.scrollingElement.scrollWidth <= innerWidth"))
        printed.append(await tab.ask("getComputedStyle(document.body).backgroundColor"))
        await tab.ask("dispatchEvent(new Event('afterprint'))")
        return [*printed, await tab.ask(f"{folded} > 0")]

    a4 = 718  # CSS pixels between the margins that a browser leaves
    assert opened(address, page, show_as_print, a4, dark=True) == [0, 0, True, "rgb(255, 255, 255)", True]
