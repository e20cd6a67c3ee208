"""The XRPC calls of the stand-in for Bluesky, over plain HTTP."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.networks.bluesky.store import Json, Store

if TYPE_CHECKING:
    from tests.networks.bluesky.server import Faults

PASSWORD = "made-up-pass-word"
HANDLE = "moderator.example"


class Problem(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, error: str, message: str = "") -> None:
        self.status, self.told = status, {"error": error, "message": message or error}


class XrpcServer:
    """Answers what `Store` knows; one request a connection."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self.store, self.faults = store, faults
        self.calls: Counter[str] = Counter()
        self.search_needs_login = True
        self.bad_token = "ExpiredToken"
        """What a token is called that is not valid; ``InvalidToken`` after a change of its keys."""
        self.offset = timedelta()
        """How far this server's clock is from the wall's."""
        self._logins = 0
        self._access: set[str] = set()
        self._renewal: set[str] = set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    def expire(self, *, all_tokens: bool = False) -> None:
        """Have the sessions' tokens go bad; with `all_tokens` those for renewal too."""
        self._access.clear()
        if all_tokens:
            self._renewal.clear()

    async def start(self, port: int) -> int:
        """Serve; gives the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Cut what is open."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *rows = head.strip().split("\r\n")
            target = first.split(" ")[1]
            fields = {name.lower(): v for name, _, v in (row.partition(": ") for row in rows)}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            token = fields.get("authorization", "").removeprefix("Bearer ")
            parts = urlsplit(target)
            method = parts.path.removeprefix("/xrpc/")
            asked = parse_qs(parts.query)
            self.calls[method] += 1
            writer.write(await self._answer(method, asked, body, token))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(
        self, method: str, asked: dict[str, list[str]], body: bytes, token: str
    ) -> bytes:
        fault = self.faults.xrpc.get(method)
        if isinstance(fault, float):
            await asyncio.sleep(fault)
        if fault == "html":
            return self._written(200, b"<html>Welcome to the hotel</html>", "text/html")
        try:
            if isinstance(fault, int):
                raise Problem(fault, "Fault", "so the test wants it")
            told = self._told(method, asked, json.loads(body) if body else {}, token)
        except Problem as problem:
            return self._written(problem.status, json.dumps(problem.told).encode())
        return self._written(200, json.dumps(told).encode())

    def _written(self, status: int, body: bytes, kind: str = "application/json") -> bytes:
        now = datetime.now(UTC) + self.offset
        rows = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            f"Date: {format_datetime(now, usegmt=True)}",
            "Connection: close",
        ]
        if status == 429:
            rows.append(f"ratelimit-reset: {int(now.timestamp()) + 40}")
        return "\r\n".join([*rows, "", ""]).encode() + body

    def _told(self, method: str, asked: dict[str, list[str]], body: Json, token: str) -> Any:
        posts = self.store.posts
        if self.faults.is_pds and method.startswith("app.bsky."):
            self._check(token)
        match method:
            case "_health":
                return {"version": "stand-in"}
            case "app.bsky.actor.getProfiles":
                assert len(asked["actors"]) <= 25
                profiles = self.store.profiles
                if self.faults.late_names:
                    self.faults.late_names -= 1
                    profiles = profiles | self.store.former
                known = [profiles.get(did) for did in asked["actors"]]
                return {"profiles": [] if self.faults.no_names else [p for p in known if p]}
            case "app.bsky.feed.getPosts":
                assert len(asked["uris"]) <= 25
                shown = set() if self.faults.blank else {*posts} - self.faults.blocked
                return {"posts": [posts[uri] for uri in asked["uris"] if uri in shown]}
            case "app.bsky.feed.getPostThread":
                if asked["uri"][0] in self.faults.blocked:
                    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "blocked": True}
                    return {"thread": blocked | {"uri": asked["uri"][0]}}
                if asked["uri"][0] not in posts:
                    raise Problem(400, "NotFound", f"Post not found: {asked['uri'][0]}")
                return {"thread": self.store.thread(asked["uri"][0])}
            case "app.bsky.feed.searchPosts":
                self._check(token)
                since, until = (asked.get(name, [""])[0] for name in ("since", "until"))
                found = self.store.found(asked["q"][0], since, until)
                begin, size = int(asked.get("cursor", ["0"])[0]), int(asked["limit"][0])
                more = {"cursor": str(begin + size)} if len(found) > begin + size else {}
                return {"posts": found[begin : begin + size], **more}
            case "com.atproto.server.createSession":
                given = body["identifier"], body["password"]
                if given != (HANDLE, PASSWORD):
                    message = "Invalid identifier or password"
                    raise Problem(401, "AuthenticationRequired", message)
                return self._session()
            case "com.atproto.server.refreshSession":
                if token not in self._renewal:
                    raise Problem(400, "ExpiredToken", "Token has been revoked")
                self._renewal.discard(token)
                return self._session()
        raise Problem(501, "MethodNotImplemented", "Method Not Implemented")

    def _check(self, token: str) -> None:
        if not self.search_needs_login or token in self._access:
            return
        if token:
            raise Problem(400, self.bad_token, "Token has expired")
        raise Problem(401, "AuthMissing", "Authentication Required")

    def _session(self) -> Json:
        self._logins += 1
        access, renewal = f"access-{self._logins}", f"renewal-{self._logins}"
        self._access, self._renewal = {access}, {renewal}
        return {"accessJwt": access, "refreshJwt": renewal, "handle": HANDLE, "did": "did:plc:mod"}
