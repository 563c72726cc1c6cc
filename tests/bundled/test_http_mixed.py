import json

import pytest

from bench.errors import ParameterError
from bench.servers.http_requests import HttpAnswer
from tests.support.bundled import bundled, work_through
from tests.support.faulty_server import faulty_server

GOOD = HttpAnswer(200, json.dumps({"url": "http://host/get"}).encode())
SERVER_ERROR, LATE, REFUSED = HttpAnswer(500, b""), HttpAnswer(0, b"", "timed out"), HttpAnswer(0, b"", "refused")


def test_requests_are_slow_and_quick_and_their_metrics_are_right() -> None:
    mixed = bundled("http-mixed", slow="1", fast="3", delay="0.001")
    items, results, _ = work_through(mixed)
    assert items == ["/delay/0.001", "/get", "/get", "/get"]
    assert mixed.compute_metrics(items, results, 2.0) == {"requests": 2.0, "succeeded": 100.0}


def test_failed_requests_fail_the_pass_with_their_reasons() -> None:
    answers = [SERVER_ERROR, GOOD, LATE, SERVER_ERROR]
    with pytest.raises(AssertionError, match=r"^3 of 4 requests failed: 2 status 500, 1 timed out$"):
        bundled("http-mixed").check(["/get"] * 4, answers, "")


def test_allowed_failures_are_counted_by_reason() -> None:
    mixed = bundled("http-mixed", allow_failures="true")
    answers = [SERVER_ERROR, GOOD, LATE, SERVER_ERROR, REFUSED, HttpAnswer(200, b"no"), HttpAnswer(0, b"", "truncated")]
    mixed.check(["/get"] * 7, answers, "")
    metrics = mixed.compute_metrics(["/get"] * 7, answers, 0.5)
    assert metrics == {
        "requests": 2.0,
        "succeeded": pytest.approx(100 / 7),
        "bad status": 2,
        "timed out": 1,
        "refused": 1,
        "other failures": 2,
    }
    assert set(metrics) == set(mixed.metrics)


def test_a_pass_without_any_success_is_wrong_even_if_failures_are_allowed() -> None:
    with pytest.raises(AssertionError, match=r"^2 of 2 requests failed: 2 refused, and without any answer there is"):
        bundled("http-mixed", allow_failures="true").check(["/get"] * 2, [REFUSED] * 2, "")


@pytest.mark.parametrize("body", ["", "<p>", "[]", "{}", '{"url": null}', '{"url": "http://host/other"}', '{"url": 7}'])
def test_the_answer_to_another_request_is_wrong(body: str) -> None:
    with pytest.raises(AssertionError, match=r"^1 of 2 requests failed: 1 wrong body$"):
        bundled("http-mixed").check(["/get"] * 2, [GOOD, HttpAnswer(200, body.encode())], "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/truncated", "3 truncated"),
        ("/closed", "3 disconnected"),
        ("/not-json", "3 wrong body"),
        ("/not-an-object", "3 wrong body"),
        ("/moved", "3 status 301"),
    ],
)
def test_a_server_of_ones_own_that_answers_wrongly(path: str, reason: str) -> None:
    with (
        faulty_server(always=path) as url,
        pytest.raises(AssertionError, match=f"^3 of 3 requests failed: {reason}$"),
    ):
        work_through(bundled("http-mixed", slow="1", fast="2", url=f"{url}/"))


def test_an_invalid_url_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(ParameterError, match=r"^url: 'localhost:8000' is not a URL: it must start with http://"):
        bundled("http-mixed", url="localhost:8000").setup()
