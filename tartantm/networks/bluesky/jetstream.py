"""Jetstream: every post of Bluesky as it is made, as JSON over a websocket, without an account.

The first wire (``/subscribe``) is meant; its servers tell time in microseconds, by which one
takes up where another left off. They know no hashtags: whoever listens gets all there is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tartantm.core.errors import BadInput
from tartantm.networks.bluesky.errors import Expired, connection_error
from tartantm.networks.bluesky.payload import POSTS
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Lost, Refused, Unfilled

SERVERS = tuple(
    f"wss://jetstream{number}.us-{coast}.bsky.network/subscribe"
    for number in (2, 1)
    for coast in ("east", "west")
)

DEFAULT = SERVERS[0]
"""Stands for all of `SERVERS`: when one fails, the next is tried."""

LARGEST = 1 << 24
"""Bytes of one message; a larger one ends the connection. Posts have a few thousand."""

PONG_SECONDS = 20.0
"""How long a server may take to answer a ping."""


class JetstreamConnection:
    """One open connection; what it raises is made a sentence by `Jetstream.connect`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def receive(self) -> bytes:
        """The next message; may be cancelled without losing one."""
        return await self._socket.recv(decode=False)

    async def ping(self) -> None:
        """Return once the server has answered, after all that it sent before; else raise."""
        async with asyncio.timeout(PONG_SECONDS):
            await (await self._socket.ping())

    def abort(self) -> None:
        """Let go at once; who waits for a message is told that the connection broke."""
        self._socket.transport.abort()


class Jetstream:
    """The way to one Jetstream server, or to several that stand in for each other."""

    def __init__(self, http: HttpClients, base: str = DEFAULT) -> None:
        self._http = http
        self._servers = SERVERS if base == DEFAULT else (_subscribe(base),)
        self._turn = 0
        self._open: set[JetstreamConnection] = set()

    @property
    def host(self) -> str:
        """The server whose turn it is, for people."""
        return urlsplit(self._servers[self._turn]).netloc.rpartition("@")[2]

    @asynccontextmanager
    async def connect(self, cursor: int | None = None) -> AsyncIterator[JetstreamConnection]:
        """Connect, from a time in microseconds since 1970 where one is given, else from now on.

        Raises Lost, Limited, and Unfilled where the server no longer has what was said then.
        """
        server, host = self._servers[self._turn], self.host
        url = _with(server, cursor)
        # Pings are sent by who listens, since nobody is told of the library's own.
        how = self._http.websocket_options(url)
        how |= {"ping_interval": None, "max_size": LARGEST, "close_timeout": 0.5}
        try:
            async with connect(url, **how) as socket:
                connection = JetstreamConnection(socket)
                self._open.add(connection)
                try:
                    yield connection
                finally:
                    self._open.discard(connection)
        except Lost:
            self._next(server)
            raise
        except (WebSocketException, OSError, EOFError) as error:
            self._next(server)
            trouble = connection_error(error, host)
            # Nobody is known here, so nobody can be refused for good.
            if isinstance(trouble, Refused | Expired) or (
                isinstance(trouble, Unfilled) and cursor is None
            ):
                raise Lost(str(trouble)) from None
            raise trouble from None

    def close(self) -> None:
        """Let go of every connection."""
        for connection in list(self._open):
            connection.abort()

    def _next(self, failed: str) -> None:
        """Have it another server's turn, unless somebody else saw to that."""
        if self._servers[self._turn] == failed:
            self._turn = (self._turn + 1) % len(self._servers)


def _subscribe(base: str) -> str:
    """The address of a server as people write it: with or without its path, as http or ws."""
    try:
        parts = urlsplit(base.strip())
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        if scheme not in ("ws", "wss") or not parts.hostname:
            raise ValueError
        _ = parts.port
    except ValueError:
        raise BadInput(f"{base!r} is no address of a Jetstream; write wss://HOST.") from None
    path = parts.path.rstrip("/")
    if not path.endswith("/subscribe"):
        path += "/subscribe"
    return urlunsplit((scheme, parts.netloc, path, parts.query, ""))


def _with(server: str, cursor: int | None) -> str:
    parts = urlsplit(server)
    given = dict(parse_qsl(parts.query)) | {"wantedCollections": POSTS}
    if cursor is not None:
        given["cursor"] = str(cursor)
    return urlunsplit(parts._replace(query=urlencode(given)))
