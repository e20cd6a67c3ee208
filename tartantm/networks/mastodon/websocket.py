"""Reads Mastodon's stream from a WebSocket, which Pleroma and Akkoma have instead of SSE.

A message is a JSON object: {"stream": ["hashtag", "x"], "event": "update", "payload": "…"}, where
the payload of a post is JSON in a text once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from tartantm.networks import http_errors
from tartantm.networks.http import HttpClients
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, identifier, line
from tartantm.networks.mastodon.client import Denied
from tartantm.networks.mastodon.sse import LONGEST, ServerEvent
from tartantm.networks.protocol import Limited, Lost
from tartantm.networks.websocket import open_websocket
from tartantm.settings import debug_log

PING_SECONDS, PONG_SECONDS = 15.0, 20.0
"""How often it is asked whether the server is still there, and how long that may take."""


@asynccontextmanager
async def open_socket(
    http: HttpClients, base: str, token: str, host: str, tags: Sequence[str]
) -> AsyncIterator[ClientConnection]:
    """Connect to the stream of hashtags at `base`; `host` is the server's name for people.

    The first hashtag is asked for in the address, which every server understands; the others in
    messages, which Mastodon does. Raises Lost, Limited, or Denied.
    """
    url = f"{base.replace('http', 'ws', 1)}/api/v1/streaming?"
    url += urlencode({"stream": "hashtag", "tag": tags[0]})
    bearer = {"Authorization": f"Bearer {token}"}
    began = monotonic()
    try:
        async with open_websocket(http, url, additional_headers=bearer, max_size=LONGEST) as socket:
            debug_log.write_request("GET", url, began, "101, a websocket opened")
            for tag in tags[1:]:
                wanted = {"type": "subscribe", "stream": "hashtag", "tag": tag}
                await socket.send(msgspec.json.encode(wanted).decode())
            yield socket
    except InvalidStatus as error:
        debug_log.write_request("GET", url, began, str(error.response.status_code))
        raise _not_opened(error, host) from None
    except (WebSocketException, OSError, EOFError) as error:
        debug_log.write_request("GET", url, began, f"no websocket ({type(error).__name__})")
        raise _broken(error, host) from None


def _not_opened(error: InvalidStatus, host: str) -> Lost | Limited | Denied:
    """The error for an answer that opens no WebSocket."""
    response = error.response
    status, headers = response.status_code, response.headers
    if status == 429 or (status == 503 and "Retry-After" in headers):
        seconds = http_errors.seconds_to_wait(headers)
        return Limited(f"{host} asks to wait {seconds:.0f} seconds.", seconds)
    if status >= 500 and status != 501:
        return Lost(f"{host} has a fault now: {status}.")
    return Denied(f"{host} opens no WebSocket ({status}).", status)


def _broken(error: Exception, host: str) -> Lost | Denied:
    if isinstance(error, ConnectionClosed):
        # 1008 is for a breach of the server's rules: it accepts no such token or stream.
        if error.rcvd is not None and error.rcvd.code == 1008:
            return Denied(f"{host} closed the stream, as it does not allow it.", 403)
        if error.sent is not None and error.sent.code == 1009:
            return Lost(f"{host} sent a message that is too long.")
        return Lost(f"{host} closed the connection.")
    if isinstance(error, ProxyError):
        return Lost(f"The proxy did not let us through to {host}.")
    if isinstance(error, WebSocketException):
        return Lost(f"{host} did not answer as a stream.")
    return http_errors.connection_error(error, host)


async def messages(
    socket: ClientConnection, host: str, alive: Callable[[], None]
) -> AsyncGenerator[bytes, None]:
    """The messages of an open socket as they come; `alive` is called at every sign of life.

    Raises Lost or Denied at its end, whatever ended it.
    """
    pinging = asyncio.create_task(_keep_pinging(socket, alive))
    try:
        while True:
            message = await socket.recv(decode=False)
            alive()
            yield message
    except (WebSocketException, OSError, EOFError) as error:
        raise _broken(error, host) from None
    finally:
        pinging.cancel()
        await asyncio.gather(pinging, return_exceptions=True)


async def _keep_pinging(socket: ClientConnection, alive: Callable[[], None]) -> None:
    """Servers send pings, too, which nobody but the library sees."""
    while True:
        await asyncio.sleep(PING_SECONDS)
        try:
            async with asyncio.timeout(PONG_SECONDS):
                await (await socket.ping())
        except (TimeoutError, WebSocketException):
            # For who waits for a message, the connection broke.
            socket.transport.abort()
            return
        alive()


def event_of(message: bytes, host: str) -> ServerEvent | None:
    """The event in a message; None for one that is about something else.

    Raises Denied or Lost where the server refuses to stream, Undecodable for what is damaged.
    """
    found = decode(message)
    if not isinstance(found, dict):
        raise Undecodable("not an object")
    if "event" not in found and "error" in found:
        raise _refusal(found, host)
    name, payload, streams = line(found, "event"), found.get("payload"), found.get("stream")
    if isinstance(streams, list) and streams and not str(streams[0]).startswith("hashtag"):
        return None
    if not isinstance(payload, str):
        payload = identifier(payload) or msgspec.json.encode(payload).decode()
    return ServerEvent(name, payload) if name else None


def _refusal(found: Json, host: str) -> Lost | Denied:
    said = line(found, "error")[:100]
    status = found.get("status")
    if status in (400, 401, 403, 404, 422):
        return Denied(f"{host} does not stream this: {said}.", int(status))
    return Lost(f"{host} has a fault now: {said}.")
