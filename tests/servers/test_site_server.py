from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from bench.servers.site_server import START, Site, site_server


def get(url: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection(str(urlsplit(url).netloc), timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(("pages", "links"), [(1, 1), (2, 5), (40, 3), (100, 2), (30, 1)])
def test_all_pages_of_a_site_can_be_reached(pages: int, links: int) -> None:
    reachable = Site(pages, links, 0.0).reachable()
    assert {path for path, status in reachable.items() if status == 200} == {f"/page/{page}" for page in range(pages)}


def test_a_site_has_cycles_repeated_links_and_dead_ones() -> None:
    links = Site(20, 3, 0.0).links_of(7)
    assert START in links
    assert len(set(links)) < len(links)
    assert "/missing/7" in links


def test_a_page_writes_its_links_in_several_ways_and_leads_elsewhere() -> None:
    with site_server(Site(20, 3, 0.0)) as url:
        status, text = get(url, START)
        again = get(url, START)
    assert (status, text) == again, "a page is the same each time"
    assert status == 200
    for href in ("/page/1", "2", "../page/3", "/page/0#top", "/page/./1", "/missing/0"):
        assert f'href="{href}"' in text
    assert "http://elsewhere.invalid/" in text


@pytest.mark.parametrize("path", ["/page/20", "/missing/7", "/", "/page/x"])
def test_other_pages_are_not_found(path: str) -> None:
    with site_server(Site(20, 3, 0.0)) as url:
        assert get(url, path)[0] == 404
