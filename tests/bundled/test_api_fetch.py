from typing import Any

import pytest

from bench.servers.http_requests import HttpAnswer, RequestFailed
from tests.support.bundled import bundled, work_through


class Answering:
    """A client that gets the same answer to every request."""

    def __init__(self, answer: HttpAnswer) -> None:
        self._answer = answer

    def get(self, path: str) -> HttpAnswer:
        return self._answer


def test_everything_is_fetched_and_joined() -> None:
    fetch = bundled("api-fetch", users="3", posts="2", comments="4", delay="0")
    items, results, _ = work_through(fetch)
    assert len(items) == 1 + 3 + 6
    assert fetch.compute_metrics(items, results, 2.0) == {"requests": 5.0, "records": 3 + 6 + 24}


@pytest.mark.parametrize("sizes", [(1, 0, 0), (2, 3, 0), (0, 3, 3)])
def test_users_without_posts_and_posts_without_comments(sizes: tuple[int, int, int]) -> None:
    users, posts, comments = map(str, sizes)
    items, _, _ = work_through(bundled("api-fetch", users=users, posts=posts, comments=comments, delay="0"))
    assert len(items) == 1 + sizes[0] + sizes[0] * sizes[1]


def test_records_that_are_lost_or_joined_wrongly_are_wrong() -> None:
    fetch = bundled("api-fetch", users="3", posts="2", comments="4", delay="0")
    items, results, env = work_through(fetch)

    def check(changed: list[Any]) -> None:
        fetch.check(items, changed, env)

    with pytest.raises(AssertionError, match="user 2 is not joined with the right posts and comments"):
        check([*results[:-2], results[-1], results[-2]])
    with pytest.raises(AssertionError, match="user 2 is not joined"):
        check([*results[:-1], results[-1][:-1]])
    with pytest.raises(AssertionError, match="2 users, but 3 expected"):
        check([results[0][:2], *results[1:]])


@pytest.mark.parametrize(
    ("answer", "words"),
    [(HttpAnswer(0, b"", "refused"), "^refused$"), (HttpAnswer(503, b"[]"), "^status 503$")],
)
def test_a_failed_request_has_its_reason(answer: HttpAnswer, words: str) -> None:
    with pytest.raises(RequestFailed, match=words):
        bundled("api-fetch").work("/users", Answering(answer))


def test_a_body_that_is_not_json_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^Expecting value"):
        bundled("api-fetch").work("/users", Answering(HttpAnswer(200, b"<p>no</p>")))
