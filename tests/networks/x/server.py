"""A stand-in for X's API v2 on loopback: rules, filtered stream, recent search, lookup.

    async with XServer() as server:
        server.post("A1 Words #tartantm")

By hand, with posts as JSON lines on stdin, ``{"text": "…", "author": "…", "reply_to": "id"}``, and
their ids on stdout; with ``--keep FILE`` it can be killed and started again:

    python -m tests.networks.x.server --port 8123 --keep posts.json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.networks.x.faults import Answer, Faults, answer, head
from tests.networks.x.posts import Json, Posts
from tests.networks.x.routes import Routes
from tests.networks.x.streams import Stream


class Request(NamedTuple):
    """What came in, for tests to look at."""

    at: float
    """By `time.monotonic`."""
    method: str
    endpoint: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes


ENDPOINTS = {
    "/2/tweets/search/stream": "stream",
    "/2/tweets/search/stream/rules": "rules",
    "/2/tweets/search/stream/rules/counts": "counts",
    "/2/tweets/search/recent": "search",
    "/2/tweets": "lookup",
    "/2/connections/all": "connections",
}


class XServer:
    """Can be stopped, as if killed, and started again on the same port with its posts."""

    def __init__(self, port: int = 0, token: str = "made-up-token", keep_alive: float = 0.2):
        """`keep_alive`: seconds between signs of life of a quiet stream; X's own is 20."""
        self.port, self.token, self.keep_alive = port, token, keep_alive
        self.faults = Faults()
        self.posts = Posts()
        self.routes = Routes(self.posts, self.faults)
        self.requests: list[Request] = []
        self.streams: list[Stream] = []
        self.most_streams = 1
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._held_back: deque[Json] = deque()

    async def __aenter__(self) -> XServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break off every connection, as a killed process does; posts and rules stay."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        self.streams.clear()
        # A moment for the handlers to end.
        await asyncio.sleep(0)

    def post(self, text: str, author: str = "ailsa_example", **more: Any) -> str:
        """Somebody posts: it is found by search, and streamed where a rule matches."""
        post_id = self.posts.add(text, author, **more)
        self._deliver(post_id)
        return post_id

    def edit(self, post_id: str, text: str) -> str:
        """Somebody changes a post; gives the id of the new wording."""
        new = self.posts.edit(post_id, text)
        self._deliver(new)
        return new

    def say(self, line: bytes) -> None:
        """Send anything at all on every stream, as one line."""
        for stream in self.streams:
            stream.lines.put_nowait(line)

    def connects(self, endpoint: str = "stream") -> list[float]:
        """When requests to an endpoint came."""
        return [request.at for request in self.requests if request.endpoint == endpoint]

    def _deliver(self, post_id: str) -> None:
        post = self.posts.by_id[post_id]
        matching = self.routes.matching(post)
        if not matching:
            return
        page = self.posts.page([post])
        self._held_back.append(page | {"data": post, "matching_rules": matching})
        if len(self._held_back) < self.faults.held_back:
            return
        while self._held_back:
            line = json.dumps(self._held_back.pop(), ensure_ascii=False).encode()
            for _ in range(2 if self.faults.twice else 1):
                self.say(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while request := await self._read(reader):
                self.requests.append(request)
                fault = self.faults.of(request.endpoint)
                if fault == "hang up":
                    break
                if fault == "cut header":
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
                    break
                reply = answer(fault, self.posts.now()) if fault else self._check(request)
                if reply is None and request.endpoint == "stream":
                    await self._stream(reader, writer)
                    break
                self._send(writer, reply or self.routes.answer(request.method, *request[2:]))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._writers.discard(writer)
            with suppress(OSError):
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        try:
            first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        except asyncio.IncompleteReadError:
            return None
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in rest if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        endpoint = ENDPOINTS.get(parts.path, "nowhere")
        return Request(monotonic(), method, endpoint, params, headers, body)

    def _check(self, request: Request) -> Answer | None:
        """What is wrong with a request; None where nothing is."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return answer("token", self.posts.now())
        if request.endpoint == "connections":
            for stream in self.streams:
                stream.end()
            self.streams.clear()
        if request.endpoint != "stream" or self.faults.playground:
            return None
        if not self.routes.rules:
            return answer("no rules", self.posts.now())
        if len(self.streams) >= self.most_streams:
            return answer("connections", self.posts.now())
        return None

    def _send(self, writer: asyncio.StreamWriter, reply: Answer) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= {"Content-Length": str(len(reply.body)), "x-rate-limit-remaining": "449"}
        writer.write(
            head(reply.status, self.posts.date(), {**headers, **reply.headers}) + reply.body
        )

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = "text/event-stream" if self.faults.playground else "application/json"
        headers = {"Content-Type": kind, "Transfer-Encoding": "chunked"}
        writer.write(head(200, self.posts.date(), headers))
        stream = Stream(writer, self.faults, self.keep_alive)
        self.streams.append(stream)
        # A client that goes away is noticed by its end of the connection.
        gone = asyncio.create_task(reader.read())
        gone.add_done_callback(lambda _: stream.end())
        try:
            await stream.run()
        finally:
            gone.cancel()
            with suppress(ValueError):
                self.streams.remove(stream)


def _lines_of_stdin(tell: Callable[[str], None]) -> None:
    for line in sys.stdin:
        tell(line)


async def serve(port: int, keep: Path | None) -> None:
    """Run by hand until interrupted."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()
    async with XServer(port, keep_alive=5) as server:
        if keep is not None and keep.exists():
            kept = json.loads(keep.read_text(encoding="utf-8"))
            server.posts.by_id, server.posts.users = kept["posts"], kept["users"]
        print(server.url, file=sys.stderr, flush=True)

        def tell(line: str) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        Thread(target=_lines_of_stdin, args=(tell,), daemon=True).start()
        while True:
            value = json.loads(await lines.get())
            if seconds_ago := value.pop("seconds_ago", 0):
                value["at"] = server.posts.now() - timedelta(seconds=seconds_ago)
            post_id = server.post(**value)
            if keep is not None:
                kept = {"posts": server.posts.by_id, "users": server.posts.users}
                keep.write_text(json.dumps(kept), encoding="utf-8")
            print(post_id, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for X's API v2 on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="keep posts in this file")
    chosen = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.port, chosen.keep))


if __name__ == "__main__":
    main()
