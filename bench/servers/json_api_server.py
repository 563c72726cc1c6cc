"""A JSON API of users, their posts, and the comments on these."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from bench.servers.server_process import HOST, listen_and_serve, server_process

Record = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """So many users, posts of each, and comments on each of these; answers take `delay` seconds."""

    users: int
    posts: int
    comments: int
    delay: float

    def user(self, number: int) -> Record:
        """A user."""
        return {"id": number, "name": f"User {number}"}

    def posts_of(self, user: int) -> list[Record]:
        """The posts of a user."""
        first = user * self.posts
        return [{"id": first + place, "user": user, "title": f"Post {first + place}"} for place in range(self.posts)]

    def comments_on(self, post: int) -> list[Record]:
        """The comments on a post."""
        first = post * self.comments
        return [{"id": first + place, "post": post, "text": f"Comment {place}"} for place in range(self.comments)]


@contextmanager
def json_api_server(api: Api) -> Iterator[str]:
    """Start a server of the API on a free port and yield its base URL. Raises RuntimeError, ModuleNotFoundError."""
    with server_process("json_api_server", json.dumps(asdict(api))) as port:
        yield f"http://{HOST}:{port}"


def main(argument: str) -> None:
    """Serve until standard input ends."""
    import asyncio  # here, as is aiohttp: a trial that only starts the server pays for neither

    from aiohttp import web

    from bench.servers.aiohttp_sites import start_sites

    api = Api(**json.loads(argument))

    async def users(request: web.Request) -> web.Response:
        await asyncio.sleep(api.delay)
        return web.json_response([api.user(number) for number in range(api.users)])

    async def posts(request: web.Request) -> web.Response:
        await asyncio.sleep(api.delay)
        return web.json_response(api.posts_of(int(request.match_info["user"])))

    async def comments(request: web.Request) -> web.Response:
        await asyncio.sleep(api.delay)
        return web.json_response(api.comments_on(int(request.match_info["post"])))

    application = web.Application()
    application.router.add_get("/users", users)
    application.router.add_get(r"/users/{user:\d+}/posts", posts)
    application.router.add_get(r"/posts/{post:\d+}/comments", comments)
    listen_and_serve(start_sites(application))
