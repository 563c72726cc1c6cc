from pathlib import Path

import pytest

from bench.errors import ParameterError
from tests.support.bundled import bundled, work_through
from tests.support.faulty_server import faulty_server


def test_every_kind_of_local_url_has_its_class() -> None:
    health = bundled("url-health", timeout="0.5")
    items, results, _ = work_through(health)
    assert set(results) == {"200", "301", "404", "500", "timed out", "refused", "bad name"}
    metrics = health.compute_metrics(items, results, 1.0)
    assert metrics == {"healthy": 20, "redirected": 1, "failing": 2, "timed out": 1, "unreachable": 2}
    assert set(metrics) == set(health.metrics)


def test_an_unexpected_outcome_is_wrong() -> None:
    health = bundled("url-health")
    items, results = ["/status/404", "/status/500", "/redirect/1"], ["200", "500", "refused"]
    with pytest.raises(AssertionError, match=r"^/status/404: 200, but 404 expected \(and 1 more\)$"):
        health.check(items, results, "")
    health.check(items, ["404", "500", "301"], "")


def test_a_users_urls_must_have_the_outcomes_of_the_first_pass(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text("# mine\n\n  http://a  \nhttp://b\nhttp://a\n")
    health = bundled("url-health", urls=str(tmp_path / "urls"))
    items = health.items()
    assert items == ["http://a", "http://b", "http://a"]
    health.check(items, ["200", "404", "200"], "")
    health.check(items, ["200", "404", "200"], "")
    with pytest.raises(AssertionError, match=r"^http://b: timed out, but 404 in the first pass$"):
        health.check(items, ["200", "timed out", "200"], "")
    bundled("url-health", urls=str(tmp_path / "urls")).check(items, ["500", "500", "500"], "")


def test_a_users_urls_may_fail_in_any_way(tmp_path: Path) -> None:
    with faulty_server() as base:
        paths = ["/good", "/moved", "/truncated", "/closed", "/no-http"]
        (tmp_path / "urls").write_text("\n".join(base + path for path in paths))
        health = bundled("url-health", urls=str(tmp_path / "urls"))
        items, results, _ = work_through(health)
    assert results == ["200", "301", "truncated", "disconnected", "not HTTP"]
    assert health.compute_metrics(items, results, 1.0)["unreachable"] == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"http://a\nnot a url\n", r"urls, line 2: 'not a url' is not a URL: it must start with http://"),
        (b"# first\n\nftp://b\n", r"urls, line 3: 'ftp://b' is not a URL: it must start with http://"),
        (b"http://a:port\n", r"urls, line 1: 'http://a:port' is not a URL: Port could not be cast"),
        (b"# nothing\n", r"urls: it has no URL, but must have one per line$"),
        (b"http://a\n\xff\xfe\n", r"urls: not a text file in UTF-8$"),
    ],
)
def test_a_list_with_a_mistake_is_refused(text: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "urls").write_bytes(text)
    with pytest.raises(ParameterError, match=message):
        bundled("url-health", urls=str(tmp_path / "urls")).items()


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"^urls=.*/missing: No such file or directory$"):
        bundled("url-health", urls=str(tmp_path / "missing")).items()
    with pytest.raises(ParameterError, match=r"^urls=.*: Is a directory$"):
        bundled("url-health", urls=str(tmp_path)).items()
