"""A stand-in for a Mastodon server that can do what a real one does on a bad day.

It can play GoToSocial, a server that streams by WebSocket alone, and one that counts requests, too;
what it answers then was seen at GoToSocial 0.20 and Mastodon 4.7. It is longer than others, since
one server has one state.

It keeps its posts while it is stopped and started again on its port. By hand::

    python -m tests.networks.mastodon.server --port 4190

Then every line of JSON on its input is a post ({"text": "A1 Yes #tartantm", "author": "ailsa"}), an
edit ({"edit": URI, "text": "…"}) or a deletion ({"delete": URI}). The token is ``token``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

TOKEN = "token"

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], Any]


@dataclass
class Faults:
    """What goes wrong, until it is set back."""

    answers: list[tuple[str, int, Answer]] = field(default_factory=list)
    """For paths that begin so, and so many times (-1 for always): this instead."""
    cut_after: int | None = None
    """Streams end after so many bytes, headers included."""
    piece: int | None = None
    """Streams come in pieces of so many bytes."""
    silent: bool = False
    """Streams open and say nothing more."""
    dated_ids: bool = False
    """Ids are made of the posts' dates, as at Mastodon; else of their arrival, as at Pleroma."""
    twice: bool = False
    """Streams say everything twice."""
    backwards: bool = False
    """What `MastodonServer.burst` holds back comes in the reverse order."""
    sse: bool = True
    """Without, there are no Server-Sent Events."""
    websocket: bool = True
    """Without, there is no WebSocket."""
    subscribes: bool = True
    """Without, a WebSocket has the one hashtag of its address, as old Pleroma does."""
    deaf_socket: bool = False
    """A WebSocket opens for a hashtag and never says anything, as with GoToSocial."""
    software: str = "mastodon"
    """Its name by NodeInfo, and by what it says about itself; GoToSocial has no other version."""
    shown_to_all: bool = True
    """Without, nothing but what the server says about itself is shown without a token."""
    heartbeat: bool = True
    """Without, a stream says nothing before the first post."""
    several: int = 200
    """Else posts are given one by one only: 404 before Mastodon 4.3, 405 at GoToSocial."""
    unused_tags: bool = True
    """Without, a hashtag that nobody has used yet is not found."""
    tagged_replies: bool = True
    """Without, timelines leave out replies, and what is unlisted, too."""
    allowed: int | None = None
    """So many requests may be made in each window; the rest is 429."""
    window_seconds: float = 300.0
    allowed_pages: int | None = None
    """So many requests for older pages."""

    def no_stream(self) -> None:
        self.sse = self.websocket = False

    def gotosocial(self) -> None:
        """Be GoToSocial 0.20 as it was seen on loopback by `test_real.py`."""
        self.sse = self.subscribes = self.unused_tags = self.tagged_replies = False
        self.deaf_socket, self.several, self.allowed = True, 405, 300
        self.software, self.shown_to_all = "gotosocial", False

    def answer(self, path: str, answer: Answer, times: int = -1) -> None:
        self.answers.append((path, times, answer))

    def take(self, path: str) -> Answer | None:
        for n, (begin, times, answer) in enumerate(self.answers):
            if path.startswith(begin) and times:
                self.answers[n] = (begin, times - 1, answer)
                return answer
        return None


class MastodonServer:
    """One server on loopback. Use as ``async with``; `start` and `stop` keep port and posts."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.faults = Faults()
        self.statuses: dict[str, Json] = {}
        self.gone: set[str] = set()
        self.requests: list[str] = []
        self.instance: Json = {"title": "Stand-in", "version": "4.5.0", "configuration": {}}
        self.account: Json = {"mutes": [], "filters": []}
        """What the token's owner has set."""
        self.members_only = False
        self.scopes = {"read"}
        """What the token may do."""
        self.heads: list[str] = []
        """The requests with their headers."""
        self.made = self.paged = 0
        """Requests of this window, and those of them for older pages."""
        self._window_ends: datetime | None = None
        self.streams_at: MastodonServer | None = None
        """The server that streams for this one."""
        self._streams: dict[asyncio.StreamWriter, str] = {}
        self._sockets: dict[asyncio.StreamWriter, tuple[ServerProtocol, set[str]]] = {}
        self._held: list[tuple[Json, str, str]] | None = None
        self._server: asyncio.Server | None = None
        self._number = int(time.time() * 1000) << 16

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def listeners(self) -> int:
        """How many hashtags are streamed."""
        return len(self._streams) + sum(len(tags) for _, tags in self._sockets.values())

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody, in the middle of whatever it was."""
        if self._server is None:
            return
        self._server.close()
        self.hang_up()
        self._server = None

    def hang_up(self) -> None:
        for writer in (*self._streams, *self._sockets):
            writer.transport.abort()
        self._streams.clear()
        self._sockets.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def post(self, text: str, author: str = "ailsa", *, quiet: bool = False, **more: Any) -> str:
        """Write a post; gives its URI. `quiet` keeps it out of the streams."""
        self._number += 1000
        if self.faults.dated_ids and "created_at" in more:
            date = datetime.fromisoformat(more["created_at"])
            more.setdefault("id", int(date.timestamp() * 1000) << 16 | self._number % 2**16)
        number = str(more.pop("id", self._number))
        reply_to = more.pop("reply_to", None)
        uri: str = more.pop("uri", f"https://social.example/users/{author}/statuses/{number}")
        status: Json = {
            "id": number,
            "uri": uri,
            "url": uri,
            "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "edited_at": None,
            "visibility": "public",
            "replies_count": 0,
            "in_reply_to_id": self.statuses[reply_to]["id"] if reply_to else None,
            "account": {
                "id": author,
                "acct": author,
                "display_name": author.title(),
                "url": f"https://social.example/@{author}",
                "uri": f"https://social.example/users/{author}",
            },
            **_content(text),
            **more,
        }
        if reply_to:
            self.statuses[reply_to]["replies_count"] += 1
        self.statuses[uri] = status
        if not quiet and status["visibility"] == "public":
            self._tell(status, "update", json.dumps(status))
        return uri

    def edit(self, uri: str, text: str, *, quiet: bool = False) -> None:
        status = self.statuses[uri]
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        status |= {**_content(text), "edited_at": now}
        if not quiet:
            self._tell(status, "status.update", json.dumps(status))

    def delete(self, uri: str, *, quiet: bool = False) -> None:
        status = self.statuses.pop(uri)
        self.gone.add(status["id"])
        if not quiet:
            self._tell(status, "delete", status["id"])

    def burst(self) -> None:
        """Hold back what streams should say, until `release`."""
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for each in reversed(held) if self.faults.backwards else held:
            self._tell(*each)

    def say(self, tag: str, data: bytes) -> None:
        """Write bytes to the streams of a hashtag, whatever they are."""
        for writer, heard in list(self._streams.items()):
            if heard == tag:
                self._write(writer, data)

    def _tell(self, status: Json, event: str, payload: str) -> None:
        if self._held is not None:
            self._held.append((status, event, payload))
            return
        if self.streams_at is not None:
            self.streams_at._tell(status, event, payload)
            return
        data = f"event: {event}\ndata: {payload}\n\n".encode()
        for tag in {tag["name"].lower() for tag in status["tags"]}:
            message = json.dumps({"stream": ["hashtag", tag], "event": event, "payload": payload})
            for _ in range(2 if self.faults.twice else 1):
                self.say(tag, data)
                self.send(tag, message)

    def send(self, tag: str, message: str) -> None:
        """Send a message to the WebSockets of a hashtag, whatever it is."""
        if self.faults.deaf_socket or self.faults.silent:
            return
        for writer, (protocol, tags) in list(self._sockets.items()):
            if tag in tags:
                protocol.send_text(message.encode())
                self._flush(writer, protocol)

    def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if self.faults.silent:
            return
        step = self.faults.piece or len(data)
        for begin in range(0, len(data), step):
            piece = data[begin : begin + step]
            self._raw(writer, f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _raw(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Send to a stream, counting what it got, and cut it where it is to be cut."""
        if writer.is_closing():
            return
        sent = getattr(writer, "sent", 0)
        cut = self.faults.cut_after
        allowed = data if cut is None else data[: max(0, cut - sent)]
        writer.sent = sent + len(allowed)  # type: ignore[attr-defined]
        writer.write(allowed)
        if len(allowed) < len(data):
            self._streams.pop(writer, None)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, *headers = head.decode("latin-1").split("\r\n")
            target = line.split(" ")[1]
            self.requests.append(target)
            self.heads.append(head.decode("latin-1"))
            token = any(h.lower() == f"authorization: bearer {TOKEN}" for h in headers)
            false_token = not token and any(h.lower().startswith("authorization:") for h in headers)
            parts = urlsplit(target)
            path, query = unquote(parts.path), parse_qs(parts.query)
            fault = self.faults.take(path)
            if fault:
                await self._answer(writer, fault)
            elif false_token:
                await self._answer(writer, _error(401, "The access token is invalid"))
            elif path == "/api/v1/streaming/hashtag":
                await self._stream(reader, writer, query, token)
            elif path == "/api/v1/streaming" and any(
                each.lower() == "upgrade: websocket" for each in headers
            ):
                await self._socket(reader, writer, head, query, token)
            else:
                await self._answer(writer, self._limited(path, query, token))
        writer.close()

    async def _stream(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        query: dict[str, list[str]],
        token: bool,
    ) -> None:
        if not self.faults.sse:
            await self._answer(writer, _error(404, "Not Found"))
            return
        if not token:
            await self._answer(writer, _error(401, "Missing access token"))
            return
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        self._raw(writer, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        if writer.is_closing():
            return
        self._streams[writer] = query["tag"][0].lower()
        if self.faults.heartbeat:
            self._write(writer, b":)\n")
        try:
            await reader.read()
        finally:
            self._streams.pop(writer, None)

    async def _socket(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        head: bytes,
        query: dict[str, list[str]],
        token: bool,
    ) -> None:
        """A WebSocket, by the library's parser, so that what is said on it is whole and right."""
        if not self.faults.websocket:
            await self._answer(writer, _error(404, "Not Found"))
            return
        if not token:
            await self._answer(writer, _error(401, "Missing access token"))
            return
        protocol = ServerProtocol(max_size=2**20)
        protocol.receive_data(head)
        (request,) = protocol.events_received()
        assert isinstance(request, Request)
        protocol.send_response(protocol.accept(request))
        self._flush(writer, protocol)
        tags = {tag.lower() for tag in query.get("tag", [])}
        self._sockets[writer] = protocol, tags
        try:
            while data := await reader.read(2**16):
                protocol.receive_data(data)
                for frame in protocol.events_received():
                    assert isinstance(frame, Frame)
                    if frame.opcode is Opcode.TEXT and self.faults.subscribes:
                        tags.add(json.loads(bytes(frame.data))["tag"].lower())
                self._flush(writer, protocol)
                if protocol.close_expected():
                    break  # the client waits for the end of the connection
        finally:
            self._sockets.pop(writer, None)

    def _flush(self, writer: asyncio.StreamWriter, protocol: ServerProtocol) -> None:
        for data in protocol.data_to_send():
            self._raw(writer, data)

    def _limited(self, path: str, query: dict[str, list[str]], token: bool) -> Answer:
        """An answer with what it says about the limits, which is the scarcest of them."""
        now = datetime.now(UTC)
        if self._window_ends and self._window_ends <= now:
            self.made, self.paged, self._window_ends = 0, 0, None
        self._window_ends = self._window_ends or now + timedelta(seconds=self.faults.window_seconds)
        pages = "max_id" in query
        self.made, self.paged = self.made + 1, self.paged + pages
        limits = [(self.faults.allowed, self.made)]
        limits += [(self.faults.allowed_pages, self.paged)] if pages else []
        left = [(allowed - made, allowed) for allowed, made in limits if allowed is not None]
        if not left:
            return self._api(path, query, token)
        fewest, allowed = min(left)
        headers = {
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(max(0, fewest)),
            "X-RateLimit-Reset": self._window_ends.isoformat().replace("+00:00", "Z"),
        }
        words = "rate limit reached" if self.faults.software == "gotosocial" else "Throttled"
        answer = _error(429, words) if fewest < 0 else self._api(path, query, token)
        return answer[0], answer[1] | headers, answer[2]

    async def _answer(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        status, headers, body = answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        lines = "".join(f"{key}: {value}\r\n" for key, value in (given | headers).items())
        writer.write(f"HTTP/1.1 {status} X\r\nConnection: close\r\n{lines}\r\n".encode() + data)
        await writer.drain()

    def _api(self, path: str, query: dict[str, list[str]], token: bool) -> Answer:
        public = {
            "/api/v2/instance": self._instance(),
            "/nodeinfo/2.0": {"version": "2.0", "software": {"name": self.faults.software}},
        }
        own = {
            "/api/v1/accounts/verify_credentials": {"acct": "owner"},
            "/api/v1/mutes": self.account["mutes"],
            "/api/v1/blocks": [],
            "/api/v2/filters": self.account["filters"],
        }
        if path in public:
            return 200, {}, public[path]
        if path in own or self.members_only or not self.faults.shown_to_all:
            if not token:
                return _error(401, "This method requires an authenticated user")
            if path in own and "read" not in self.scopes:
                return _error(403, "This action is outside the authorized scopes")
            if path in own:
                return 200, {}, own[path]
        routes: list[tuple[str, Callable[..., Answer]]] = [
            (r"/api/v1/timelines/tag/(.+)", self._timeline),
            (r"/api/v1/statuses/([^/]+)/context", self._context),
            (r"/api/v1/statuses/([^/]+)", self._status),
            (r"/api/v1/statuses", self._several),
        ]
        for pattern, route in routes:
            if found := re.fullmatch(pattern, path):
                return route(query, *found.groups())
        return 404, {"Content-Type": "text/html"}, b"<!doctype html><p>Not here"

    def _instance(self) -> Json:
        if self.faults.software != "gotosocial":
            return self.instance
        # It says ``wss`` of itself also where it has no certificate.
        named = {"urls": {"streaming": f"wss://127.0.0.1:{self.port}"}}
        source = "https://codeberg.org/superseriousbusiness/gotosocial"
        version = "0.20.0+git-57cb4fe"
        return self.instance | {"version": version, "source_url": source, "configuration": named}

    def _timeline(self, query: dict[str, list[str]], tag: str) -> Answer:
        newest = sorted(self.statuses.values(), key=lambda status: status["id"], reverse=True)
        below = query.get("max_id", ["~"])[0]
        tagged = [
            status
            for status in newest
            if tag.lower() in (each["name"].lower() for each in status["tags"])
        ]
        if not tagged and not self.faults.unused_tags:
            return _error(404, "tag was not found, or not useable/listable on this instance")
        found = [
            status
            for status in tagged
            if status["id"] < below
            and (
                self.faults.tagged_replies
                or (not status["in_reply_to_id"] and status["visibility"] == "public")
            )
        ]
        return 200, {}, found[: min(40, int(query.get("limit", ["20"])[0]))]

    def _several(self, query: dict[str, list[str]]) -> Answer:
        if self.faults.several == 405:
            return 405, {"Content-Type": "text/plain"}, b"405 method not allowed"
        if self.faults.several != 200:
            return _error(self.faults.several, "Not Found")
        asked = query.get("id[]", [])
        return 200, {}, [s for s in self.statuses.values() if s["id"] in asked]

    def _status(self, _: dict[str, list[str]], number: str) -> Answer:
        for status in self.statuses.values():
            if status["id"] == number:
                return 200, {}, status
        return _error(404, "Record not found")

    def _context(self, _: dict[str, list[str]], number: str) -> Answer:
        below, found = {number}, []
        for status in self.statuses.values():
            if status["in_reply_to_id"] in below:
                below.add(status["id"])
                found.append(status)
        return 200, {}, {"ancestors": [], "descendants": found}


def _content(text: str) -> Json:
    tags = re.findall(r"#(\w+)", text)
    html = "</p><p>".join(escape(line) for line in text.split("\n"))
    return {"content": f"<p>{html}</p>", "tags": [{"name": tag} for tag in tags]}


def _error(status: int, words: str) -> Answer:
    return status, {}, {"error": words}


class MockProcess:
    """The real mastodon-mock as a process on loopback; it forgets everything when it stops.

    Use as ``with``. Raises TimeoutError where it does not come up.
    """

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = "mock_token"
        headers = {"Authorization": f"Bearer {self.token}"}
        self._http = httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                self._http.get("/api/v2/instance")
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise TimeoutError("mastodon-mock does not come up")

    def kill(self) -> None:
        """As the power does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> MockProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._http.close()

    def call(self, method: str, path: str, **form: Any) -> Json:
        response = self._http.request(method, path, data=form or None)
        response.raise_for_status()
        found = response.json()
        return found if isinstance(found, dict) else {}

    def post(self, text: str, **form: Any) -> Json:
        """Write a post; gives its status."""
        return self.call("POST", "/api/v1/statuses", status=text, **form)

    def edit(self, number: str, text: str) -> None:
        self.call("PUT", f"/api/v1/statuses/{number}", status=text)

    def delete(self, number: str) -> None:
        self.call("DELETE", f"/api/v1/statuses/{number}")

    def fault(self, path: str, **effect: Any) -> None:
        """SingleAnswerDialog, for one path."""
        rule = {"match": {"path": path}, "effect": effect, "count": 1}
        self._http.post("/api/v1/_mock/faults", json=rule).raise_for_status()


async def _by_hand(port: int) -> None:
    async with MastodonServer(port) as server:
        print(server.url, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            given = json.loads(line)
            if uri := given.pop("delete", None):
                server.delete(uri)
            elif uri := given.pop("edit", None):
                server.edit(uri, given["text"])
            else:
                print(server.post(given.pop("text"), given.pop("author", "ailsa")), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=4190)
    with suppress(KeyboardInterrupt):
        asyncio.run(_by_hand(arguments.parse_args().port))
