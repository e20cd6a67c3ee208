"""Connects to Jetstream: every post of Bluesky as it is made, over a websocket, with no account.

This is the first version of its protocol (``/subscribe``): a JSON object a message, with the
server's time in microseconds, by which a connection can begin where another one broke off. The
servers filter by kind of record and by author but not by hashtag, so all posts come.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from tartantm.core.errors import BadInput
from tartantm.networks.bluesky.errors import Expired, connection_error
from tartantm.networks.bluesky.payload import POSTS
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Lost, Refused, Unfilled
from tartantm.networks.websocket import open_websocket
from tartantm.settings import debug_log

SERVERS = tuple(
    f"wss://jetstream{number}.us-{coast}.bsky.network/subscribe"
    for number in (2, 1)
    for coast in ("east", "west")
)

DEFAULT = SERVERS[0]
"""Stands for all of `SERVERS`: when one fails, the next is tried."""

WAITING = 4
"""Frames that may wait to be taken; each may be as large as a message."""

PONG_SECONDS = 20.0
"""Seconds that a server may take to answer a ping."""


class JetstreamConnection:
    """One open connection; `Jetstream.connect` makes source errors of what it raises."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.size = 0
        """Bytes received so far."""

    async def receive(self) -> bytes:
        """The next message; may be cancelled without losing one."""
        message = await self._socket.recv(decode=False)
        self.size += len(message)
        return message

    async def ping(self) -> None:
        """Returns once the server has answered, after all it sent before; raises otherwise."""
        async with asyncio.timeout(PONG_SECONDS):
            await (await self._socket.ping())

    def abort(self) -> None:
        """Close at once; for who waits for a message, the connection broke."""
        self._socket.transport.abort()


class Jetstream:
    """Connects to one Jetstream server, or to the next of several when one fails."""

    def __init__(self, http: HttpClients, base: str = DEFAULT) -> None:
        self._http = http
        self._servers = SERVERS if base == DEFAULT else (_subscribe(base),)
        self._turn = 0
        self._open: set[JetstreamConnection] = set()

    @property
    def host(self) -> str:
        """The server that is connected to next, for people."""
        return urlsplit(self._servers[self._turn]).netloc.rpartition("@")[2]

    @property
    def is_never_quiet(self) -> bool:
        """Whether these are the public servers, which have all posts of the network."""
        return self._servers is SERVERS

    @asynccontextmanager
    async def connect(self, cursor: int | None = None) -> AsyncIterator[JetstreamConnection]:
        """Connect, from a time in microseconds since 1970 where one is given, else from now on.

        Raises Lost, Limited, and Unfilled where the server no longer has what was said then.
        """
        server, host = self._servers[self._turn], self.host
        url = _with(server, cursor)
        began = monotonic()
        connection: JetstreamConnection | None = None
        try:
            async with open_websocket(self._http, url, max_queue=WAITING) as socket:
                debug_log.write_request("GET", url, began, "101, a websocket opened")
                if socket.response is not None:
                    self._http.clock.learn(host, socket.response.headers.get("Date"))
                connection = JetstreamConnection(socket)
                self._open.add(connection)
                try:
                    yield connection
                finally:
                    self._open.discard(connection)
                    debug_log.write_request(
                        "GET", url, began, "the websocket closed", connection.size
                    )
        except Lost:
            self._next(server)
            raise
        except (WebSocketException, OSError, EOFError) as error:
            self._next(server)
            meaning = connection_error(error, host, self._http.way_out(url))
            if connection is None:
                debug_log.write_request("GET", url, began, f"no websocket: {meaning}")
            # There is no account here that could be refused for good.
            if isinstance(meaning, Refused | Expired) or (
                isinstance(meaning, Unfilled) and cursor is None
            ):
                raise Lost(str(meaning)) from None
            raise meaning from None

    def close(self) -> None:
        """Close every connection."""
        for connection in list(self._open):
            connection.abort()

    def _next(self, failed: str) -> None:
        """Go on to the next server, unless another connection did so already."""
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
