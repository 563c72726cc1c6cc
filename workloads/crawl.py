"""Following the links of a web site: its pages are found while others are read."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from html.parser import HTMLParser
from typing import ClassVar, NamedTuple
from urllib.parse import urljoin, urlsplit

from bench import Workload
from bench.servers.http_requests import (
    BlockingClient,
    CoroutineClient,
    HttpAnswer,
    blocking_client,
    coroutine_client,
)
from bench.servers.server_process import raise_open_files_limit
from bench.servers.site_server import START, Site, site_server


class Page(NamedTuple):
    """The status of a page, or why there is none, and its links."""

    outcome: str
    links: list[str]


class Crawl(Workload):
    """Crawl a local site from its first page: every page once, dead links listed."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"pages": "1/s", "dead links": ""}
    pages: int = 24
    links: int = 4  # per page, beside those back to the first page, repeated ones and dead ones
    delay: float = 0.003  # seconds per page

    @contextmanager
    def setup(self) -> Iterator[str]:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        with site_server(self._site) as url:
            yield url

    @property
    def _site(self) -> Site:
        return Site(self.pages, self.links, self.delay)

    def client(self, env: str) -> AbstractContextManager[BlockingClient]:
        return blocking_client(env, trust_env=False)

    def client_async(self, env: str) -> AbstractAsyncContextManager[CoroutineClient]:
        return coroutine_client(env, trust_env=False)

    def items(self) -> list[str]:
        return [START]

    def work(self, item: str, client: BlockingClient) -> Page:
        return _page(item, client.get(item))

    async def work_async(self, item: str, client: CoroutineClient) -> Page:
        return _page(item, await client.get(item))

    def discover(self, item: str, result: Page) -> list[str]:
        return result.links

    def check(self, items: list[str], results: list[Page], env: str) -> None:
        outcomes = {path: page.outcome for path, page in zip(items, results, strict=True)}
        assert len(outcomes) == len(items), "a page was read twice"
        expected = {path: str(status) for path, status in self._site.reachable().items()}
        wrong = [
            f"{path}: {outcomes.get(path, 'not visited')}, but {expected.get(path, 'no such link')} expected"
            for path in outcomes | expected  # those that were visited first
            if outcomes.get(path) != expected.get(path)
        ]
        assert not wrong, wrong[0] + (f" (and {len(wrong) - 1} more)" if wrong[1:] else "")

    def compute_metrics(self, items: list[str], results: list[Page], elapsed_s: float) -> dict[str, float]:
        dead = sum(page.outcome == "404" for page in results)
        return {"pages": len(items) / elapsed_s, "dead links": dead}


def _page(path: str, answer: HttpAnswer) -> Page:
    parser = _LinkParser()
    if answer.status == 200:
        parser.feed(answer.body.decode())
    return Page(answer.outcome, list(_paths(path, parser.hrefs)))


def _paths(page: str, hrefs: Iterable[str]) -> Iterator[str]:
    """The paths within the site that the links of a page lead to, each written in one way."""
    for href in hrefs:
        url = urlsplit(urljoin(page, href))
        if not url.scheme and not url.netloc:
            yield url._replace(fragment="").geturl()


class _LinkParser(HTMLParser):
    """Collects the targets of links."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]
