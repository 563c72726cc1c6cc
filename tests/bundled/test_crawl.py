from collections.abc import Callable
from typing import Any

import pytest

from bench.servers.http_requests import HttpAnswer
from bench.servers.site_server import START
from tests.support.bundled import bundled, work_through

Pass = tuple[list[Any], list[Any]]


def test_every_page_is_read_once_and_dead_links_are_counted() -> None:
    crawl = bundled("crawl", pages="9", links="2", delay="0")
    items, results, _ = work_through(crawl)
    assert sorted(items) == sorted([*(f"/page/{number}" for number in range(9)), "/missing/0", "/missing/7"])
    assert crawl.compute_metrics(items, results, 2.0) == {"pages": 5.5, "dead links": 2}


def test_links_are_followed_however_they_are_written_and_only_within_the_site() -> None:
    body = b"""
        <a href="/page/1">1</a> <A HREF='2'>2</A> <a class=x href=../page/3#top>3</a> <a href="#here">here</a>
        <a href="//elsewhere/page/4">4</a> <a href="https://elsewhere/page/5">5</a> <a href="mailto:a@b">mail</a>
        <a name="none">no link</a> <a href>empty</a> <link href="/style.css"> <!-- <a href="/page/6">6</a> -->
        <a href="/page/7?a=1&amp;b=2#top">7</a>
    """

    class OnePage:
        def get(self, path: str) -> HttpAnswer:
            return HttpAnswer(200, body)

    page = bundled("crawl").work("/page/0", OnePage())
    assert page.links == ["/page/1", "/page/2", "/page/3", "/page/0", "/page/7?a=1&b=2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda items, results: (items[:-1], results[:-1]), "^/.*: not visited, but (200|404) expected$"),
        (lambda items, results: ([*items, START], [*results, results[0]]), "^a page was read twice$"),
        (lambda items, results: ([*items, "/page/99"], [*results, results[0]]), "^/page/99: 200, but no such link exp"),
        (lambda items, results: (items, [results[-1], *results[1:-1], results[0]]), "expected \\(and 1 more\\)$"),
    ],
)
def test_another_set_of_pages_is_wrong(change: Callable[[list[Any], list[Any]], Pass], message: str) -> None:
    crawl = bundled("crawl", pages="8", links="2", delay="0")
    items, results, env = work_through(crawl)
    results = sorted(results, key=lambda page: page.outcome)
    items = sorted(items, key=lambda path: path.startswith("/missing"))
    crawl.check(items, results, env)
    with pytest.raises(AssertionError, match=message):
        crawl.check(*change(items, results), env)
