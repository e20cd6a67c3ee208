"""A web server on loopback with one feed, which says 304 where nothing is new."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from types import TracebackType

from tartantm.networks.feed.payload import Feed, read_feed

Answer = tuple[int, dict[str, str], bytes]

PATH = "/tags/tartantm.rss"

CHANNEL = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Tagged</title>'


async def in_a_thread(data: bytes, url: str, now: datetime, tz: tzinfo = UTC) -> Feed:
    """Reads a feed as `read_apart` does, which starts a process for each."""
    return await asyncio.to_thread(read_feed, data, url, now, tz)


def item(guid: str, text: str, date: str = "", more: str = "") -> str:
    """An entry; `text` and `more` are XML."""
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    words = f"<description>{text}</description>"
    return f'<item><guid isPermaLink="false">{guid}</guid>{dated}{words}{more}</item>'


class FeedServer:
    """Use as ``async with``; put `items` in, or whole `pages` by their paths."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.channel = CHANNEL
        self.pages: dict[str, Answer] = {}
        """Instead of the feed, and beside it."""
        self.with_etag = True
        self.requests: list[tuple[str, dict[str, str]]] = []
        """What was asked for: path with query, and headers by their names in lower case."""
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}{PATH}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def __aenter__(self) -> FeedServer:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            target = line.split(" ")[1]
            headers = {
                name.lower(): value.strip()
                for name, _, value in (each.partition(":") for each in rest if each)
            }
            self.requests.append((target, headers))
            status, given, body = self._answer(target.partition("?")[0], headers)
            given = {"Content-Length": str(len(body)), "Connection": "close"} | given
            head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
            writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
            await writer.drain()
        writer.close()

    def _answer(self, path: str, headers: dict[str, str]) -> Answer:
        if path in self.pages:
            return self.pages[path]
        if path != PATH:
            return 404, {}, b""
        body = (self.channel + "".join(self.items) + "</channel></rss>").encode()
        given = {"Content-Type": "application/rss+xml"}
        if self.with_etag:
            given["ETag"] = f'"{hashlib.sha256(body).hexdigest()}"'
            if headers.get("if-none-match") == given["ETag"]:
                return 304, {"ETag": given["ETag"]}, b""
        return 200, given, body
