"""Opens the WebSockets of every network: to the address that was given, and to no other.

Of a host's addresses those of IPv6 and IPv4 are tried beside each other (RFC 8305), since a broken
IPv6 often fails by saying nothing. asyncio's own way to do so fails where tasks begin as they are
made (CPython issue 124309), which is how Textual has it from Python 3.12 on.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohappyeyeballs import start_connection
from websockets.asyncio.client import ClientConnection, connect
from websockets.uri import parse_uri

from tartantm.networks.http import CONNECT_SECONDS, USER_AGENT, HttpClients

MESSAGE_BYTES = 8 * 2**20
"""Of a message: the largest record of Bluesky, 1 MB, is six as JSON where all of it is control
characters."""

APART = 0.25
"""Seconds after which the next address has its turn; RFC 8305 recommends it."""


class _Connect(connect):
    """Takes a redirect for the failure that it is: the library would follow ten, anywhere."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Returns the redirect as it came."""
        return exc


@asynccontextmanager
async def open_websocket(
    http: HttpClients, url: str, **options: Any
) -> AsyncIterator[ClientConnection]:
    """An open WebSocket, closed at the end; `options` are more of ``websockets.connect``.

    Raises OSError or WebSocketException where none opens. Nobody but the caller asks the server
    whether it is still there.
    """
    proxy = http.proxy_for(url)
    given: dict[str, Any] = {
        "ssl": http.tls if url.startswith("wss:") else None,
        "proxy": proxy,
        "user_agent_header": USER_AGENT,
        "open_timeout": CONNECT_SECONDS,
        "close_timeout": 0.5,
        # The library does not report the answers to its pings.
        "ping_interval": None,
        "max_size": MESSAGE_BYTES,
        # 250 kB that come at once would be unpacked to 250 MB before anybody is asked.
        "compression": None,
    }
    given |= options
    direct = None if proxy else await _connected(url)
    try:
        opened = await _Connect(url, **given, sock=direct)
    except BaseException:
        if direct is not None:
            direct.close()
        raise
    async with opened:
        yield opened


async def _connected(url: str) -> socket.socket:
    """A connection to the first of a host's addresses that answers."""
    asked = parse_uri(url)
    async with asyncio.timeout(CONNECT_SECONDS):
        found = await asyncio.get_running_loop().getaddrinfo(
            asked.host, asked.port, type=socket.SOCK_STREAM
        )
        return await start_connection(found, happy_eyeballs_delay=APART)
