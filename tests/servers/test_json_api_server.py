import json
from urllib.request import ProxyHandler, build_opener

from bench.servers.json_api_server import Api, json_api_server


def test_records_of_different_parents_differ() -> None:
    api = Api(3, 2, 2, 0.0)
    posts = [post["id"] for user in range(3) for post in api.posts_of(user)]
    comments = [comment["id"] for post in posts for comment in api.comments_on(post)]
    assert len(set(posts)) == 6
    assert len(set(comments)) == 12


def test_every_path_serves_its_records() -> None:
    api = Api(3, 2, 2, 0.001)
    opener = build_opener(ProxyHandler({}))
    with json_api_server(api) as url:

        def get(path: str) -> object:
            return json.load(opener.open(url + path, timeout=10))

        assert get("/users") == [api.user(number) for number in range(3)]
        assert get("/users/2/posts") == api.posts_of(2)
        assert get("/posts/5/comments") == api.comments_on(5)
