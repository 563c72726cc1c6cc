"""Reading a JSON API whose answers say what to ask for next, and joining what it has."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from typing import Any, ClassVar

from bench import Workload
from bench.servers.http_requests import (
    BlockingClient,
    CoroutineClient,
    HttpAnswer,
    blocking_client,
    coroutine_client,
)
from bench.servers.json_api_server import Api, Record, json_api_server
from bench.servers.server_process import raise_open_files_limit

USERS = "/users"


class ApiFetch(Workload):
    """Fetch users, their posts and the comments on these from a JSON API, and join them."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"requests": "1/s", "records": ""}
    users: int = 6
    posts: int = 3  # per user
    comments: int = 4  # per post
    delay: float = 0.003  # seconds per answer

    @contextmanager
    def setup(self) -> Iterator[str]:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        with json_api_server(self._api) as url:
            yield url

    @property
    def _api(self) -> Api:
        return Api(self.users, self.posts, self.comments, self.delay)

    def client(self, env: str) -> AbstractContextManager[BlockingClient]:
        return blocking_client(env, trust_env=False)

    def client_async(self, env: str) -> AbstractAsyncContextManager[CoroutineClient]:
        return coroutine_client(env, trust_env=False)

    def items(self) -> list[str]:
        return [USERS]

    def work(self, item: str, client: BlockingClient) -> list[Record]:
        return _records(client.get(item))

    async def work_async(self, item: str, client: CoroutineClient) -> list[Record]:
        return _records(await client.get(item))

    def discover(self, item: str, result: list[Record]) -> list[str]:
        """The posts of each user, and the comments on each post."""
        if item == USERS:
            return [f"/users/{user['id']}/posts" for user in result]
        return [f"/posts/{post['id']}/comments" for post in result] if item.endswith("/posts") else []

    def check(self, items: list[str], results: list[list[Record]], env: str) -> None:
        joined = _join(dict(zip(items, results, strict=True)))
        assert len(joined) == self.users, f"{len(joined)} users, but {self.users} expected"
        for number, user in enumerate(joined):
            expected = {**self._api.user(number), "posts": self._api.posts_of(number)}
            for post in expected["posts"]:
                post["comments"] = self._api.comments_on(post["id"])
            assert user == expected, f"user {number} is not joined with the right posts and comments"

    def compute_metrics(self, items: list[str], results: list[list[Record]], elapsed_s: float) -> dict[str, float]:
        return {"requests": len(items) / elapsed_s, "records": sum(map(len, results))}


def _records(answer: HttpAnswer) -> list[Record]:
    records: list[Record] = json.loads(answer.content())
    return records


def _join(answers: Mapping[str, Sequence[Record]]) -> list[dict[str, Any]]:
    """Each user with their posts, and each of these with its comments."""
    users = []
    for user in answers[USERS]:
        posts = answers[f"/users/{user['id']}/posts"]
        with_comments = [{**post, "comments": answers[f"/posts/{post['id']}/comments"]} for post in posts]
        users.append({**user, "posts": with_comments})
    return users
