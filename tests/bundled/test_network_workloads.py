"""The bundled workloads that use a network: their checks, their metrics, and what happens when a server misbehaves."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.collect.discovery import bundled_folder
from bench.collect.loader import workloads_in
from bench.collect.parameters import parse_all
from bench.collect.workload import Workload, parameters
from bench.servers.http_requests import HttpAnswer, blocking_client, coroutine_client, count_failures
from bench.servers.json_api_server import Api
from bench.servers.site_server import START, Site

REDIRECT = b"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
Answer = Callable[[socket.socket], object]


def bundled(name: str, **typed: str) -> Any:
    """An instance of a bundled workload."""
    (cls,) = workloads_in(bundled_folder() / f"{name.replace('-', '_')}.py").values()
    return cls(**parse_all(typed, parameters(cls), name))


def work_through(workload: Workload) -> tuple[list[Any], list[Any], Any]:
    """The items, results and env of one pass, one item after the other."""
    with workload.setup() as env, workload.client(env) as client:
        items, results = list(workload.items()), []
        for item in items:
            results.append(workload.work(item, client))
            items += [found for found in dict.fromkeys(workload.discover(item, results[-1])) if found not in items]
        workload.check(items, results, env)
        return items, results, env


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A server that treats each connection as told."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def refused() -> tuple[socket.socket, str]:
    unused = socket.socket()
    unused.bind(("127.0.0.1", 0))
    return unused, f"http://127.0.0.1:{unused.getsockname()[1]}"


def outcomes_of(url: str, timeout_s: float = 5) -> list[HttpAnswer]:
    """The answers that both clients get."""

    async def awaited() -> HttpAnswer:
        async with coroutine_client("", trust_env=False, timeout_s=timeout_s) as client:
            return await client.get(url)

    with blocking_client("", trust_env=False, timeout_s=timeout_s) as client:
        return [client.get(url), asyncio.run(awaited())]


class TestFailures:
    """Both clients give the same words."""

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (lambda connection: None, "disconnected"),
            (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "truncated"),
            (lambda connection: connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), "503"),
            (
                lambda connection: connection.sendall(REDIRECT),
                "302",
            ),
        ],
    )
    def test_what_a_server_does_wrong(self, answer: Answer, outcome: str) -> None:
        with server(answer) as url:
            assert [one.outcome for one in outcomes_of(url)] == [outcome] * 2

    def test_a_server_that_never_answers(self) -> None:
        released = threading.Event()
        with server(lambda connection: released.wait(5)) as url:
            assert [one.outcome for one in outcomes_of(url, timeout_s=0.2)] == ["timed out"] * 2
            released.set()

    def test_no_server(self) -> None:
        unused, url = refused()
        with unused:
            assert [one.outcome for one in outcomes_of(url)] == ["refused"] * 2

    def test_no_such_name(self) -> None:
        assert [one.outcome for one in outcomes_of("http://host.invalid/")] == ["bad name"] * 2

    def test_failures_are_counted_by_reason(self) -> None:
        assert count_failures(["500", "timed out", "500"]) == "2 status 500, 1 timed out"


class TestHttpMixed:
    def test_metrics_count_what_succeeded(self) -> None:
        mixed = bundled("http-mixed", slow="1", fast="3", delay="0.001")
        items, results, _ = work_through(mixed)
        assert len(items) == 4
        assert mixed.compute_metrics(items, results, 2.0) == {"requests": 2.0, "succeeded": 100.0}

    def test_failed_requests_fail_the_pass_unless_allowed(self) -> None:
        answers = [HttpAnswer(500, b""), HttpAnswer(0, b"", "timed out"), HttpAnswer(500, b"")]
        with pytest.raises(AssertionError, match="3 of 3 requests failed: 2 status 500, 1 timed out"):
            bundled("http-mixed").check(["/get"] * 3, answers, "")
        allowing = bundled("http-mixed", allow_failures="true")
        allowing.check(["/get"] * 3, answers, "")
        assert allowing.compute_metrics(["/get"] * 3, answers, 1.0)["succeeded"] == 0

    def test_an_answer_to_another_request_is_wrong(self) -> None:
        with pytest.raises(AssertionError, match="the answer is for /other, not for /get"):
            bundled("http-mixed").check(["/get"], [HttpAnswer(200, b'{"url": "http://host/other"}')], "")

    def test_a_server_of_ones_own(self) -> None:
        body = b'{"url": "http://host/get"}'
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        with server(lambda connection: connection.sendall(head + body)) as url:
            _, results, env = work_through(bundled("http-mixed", slow="0", fast="2", url=f"{url}/"))
        assert env == url
        assert [answer.status for answer in results] == [200, 200]


class TestUrlHealth:
    def test_every_kind_of_url_has_its_class(self) -> None:
        health = bundled("url-health", timeout="0.5")
        items, results, _ = work_through(health)
        metrics = health.compute_metrics(items, results, 1.0)
        assert metrics == {"healthy": 20, "redirected": 1, "failing": 2, "timed out": 1, "unreachable": 2}

    def test_an_unexpected_outcome_is_wrong(self) -> None:
        with pytest.raises(AssertionError, match="http://a: 500, but 200 expected"):
            bundled("url-health").check(["http://a"], ["500"], {"http://a": "200"})

    def test_ones_own_urls_must_do_as_in_the_first_pass(self, tmp_path: Path) -> None:
        (tmp_path / "urls").write_text("# mine\n\nhttp://a\nhttp://b\n")
        health = bundled("url-health", urls=str(tmp_path / "urls"))
        assert health.items() == ["http://a", "http://b"]
        health.check(health.items(), ["200", "404"], {})
        health.check(health.items(), ["200", "404"], {})
        with pytest.raises(AssertionError, match="http://b: timed out, but 404 in the first pass"):
            health.check(health.items(), ["200", "timed out"], {})
        assert bundled("url-health")._first is None

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("http://a\nnot a url\n", "line 2: 'not a url' is not a URL"),
            ("http://a\nftp://b\n", "line 2: 'ftp://b' is not a URL"),
            ("http://a\n\nhttp://a\n", "line 3: http://a is there twice"),
            ("# nothing\n", "has no URL"),
        ],
    )
    def test_a_list_with_a_mistake_is_refused(self, text: str, message: str, tmp_path: Path) -> None:
        (tmp_path / "urls").write_text(text)
        with pytest.raises(AssertionError, match=message):
            bundled("url-health", urls=str(tmp_path / "urls")).items()


class TestCrawl:
    def test_every_page_is_read_once_and_dead_links_are_counted(self) -> None:
        crawl = bundled("crawl", pages="9", links="2", delay="0")
        items, results, _ = work_through(crawl)
        assert sorted(items) == sorted([*(f"/page/{number}" for number in range(9)), "/missing/0", "/missing/7"])
        assert crawl.compute_metrics(items, results, 1.0) == {"pages": 11, "dead links": 2}

    @pytest.mark.parametrize(("pages", "links"), [(1, 1), (2, 5), (40, 3), (100, 2)])
    def test_all_pages_of_a_site_can_be_reached(self, pages: int, links: int) -> None:
        reachable = Site(pages, links, 0.0).reachable()
        assert sum(status == 200 for status in reachable.values()) == pages

    def test_a_page_that_is_missing_twice_or_made_up_is_wrong(self) -> None:
        crawl = bundled("crawl", pages="9", links="2", delay="0")
        items, results, env = work_through(crawl)
        with pytest.raises(AssertionError, match=f"{items[-1]}: not visited, but"):
            crawl.check(items[:-1], results[:-1], env)
        with pytest.raises(AssertionError, match="a page was read twice"):
            crawl.check([*items, START], [*results, results[0]], env)
        with pytest.raises(AssertionError, match="/page/99: 200, but no such link expected"):
            crawl.check([*items, "/page/99"], [*results, results[0]], env)


class TestTcpEcho:
    @pytest.mark.parametrize("size", ["1", "3", "5", "100000"])
    def test_every_client_gets_its_own_bytes(self, size: str) -> None:
        echo = bundled("tcp-echo", clients="5", delay="0", stagger="0", bytes=size)
        items, results, env = work_through(echo)
        assert {len(received) for received in results} == {int(size)}
        if size == "100000":
            with pytest.raises(AssertionError, match="client 0 sent 100000 bytes and got 100000 back, which are not"):
                echo.check(items, results[::-1], env)

    def test_a_server_that_hangs_up_is_wrong(self) -> None:
        echo = bundled("tcp-echo", clients="1", delay="0", stagger="0")
        with server(lambda connection: None) as url:
            address = ("127.0.0.1", int(url.rpartition(":")[2]))
            with pytest.raises(AssertionError, match="sent 1024 bytes and got 0 back"):
                echo.check([0], [echo.work(0, address)], address)

    def test_hundreds_of_clients_at_once(self) -> None:
        echo = bundled("tcp-echo", clients="400", delay="0.05", stagger="0")

        async def all_at_once(address: Any) -> list[bytes]:
            received: list[bytes] = await asyncio.gather(*(echo.work_async(item, address) for item in echo.items()))
            return received

        with echo.setup() as address:
            echo.check(list(echo.items()), asyncio.run(all_at_once(address)), address)


class TestApiFetch:
    def test_everything_is_fetched_and_joined(self) -> None:
        fetch = bundled("api-fetch", users="3", posts="2", comments="4", delay="0")
        items, results, env = work_through(fetch)
        assert len(items) == 1 + 3 + 6
        assert fetch.compute_metrics(items, results, 1.0) == {"requests": 10, "records": 3 + 6 + 24}
        swapped = [*results[:-2], results[-1], results[-2]]
        with pytest.raises(AssertionError, match="is not joined with the right posts and comments"):
            fetch.check(items, swapped, env)
        with pytest.raises(AssertionError, match="2 users, but 3 expected"):
            fetch.check(items, [results[0][:2], *results[1:]], env)

    def test_a_failed_request_is_named(self) -> None:
        class Failing:
            def get(self, path: str) -> HttpAnswer:
                return HttpAnswer(0, b"", "refused")

        with pytest.raises(AssertionError, match="/users: refused"):
            bundled("api-fetch").work("/users", Failing())

    def test_records_of_different_parents_differ(self) -> None:
        api = Api(3, 2, 2, 0.0)
        posts = [post["id"] for user in range(3) for post in api.posts_of(user)]
        comments = [comment["id"] for post in posts for comment in api.comments_on(post)]
        assert len(set(posts)) == 6
        assert len(set(comments)) == 12
