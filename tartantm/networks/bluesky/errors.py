"""Turns failures of Bluesky's servers and connections into the errors a source may raise."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxyStatus,
    InvalidStatus,
    ProxyError,
)

from tartantm.core.errors import TartantmError
from tartantm.core.post import clean
from tartantm.networks import http_errors
from tartantm.networks.connection_errors import LOGIN, proxy_error
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import line, mapping
from tartantm.networks.protocol import Limited, Lost, Refused, SourceError, Unfilled
from tartantm.networks.way_out import ProxyRefusal, WayOut

_ASKS = "proxy-authenticate"


class Expired(SourceError):
    """A login's token has expired, or its server has other keys by now; it can be renewed."""


class NeedsAccount(Refused):
    """The service answers this to those only who are logged in."""


class NotFound(Refused):
    """What was asked for does not exist, by the word of the service and not only by its status."""


def connection_error(error: Exception, host: str, way: WayOut | None = None) -> TartantmError:
    """The error for a failed connection, request or handshake."""
    way = way or WayOut()
    if isinstance(error, InvalidStatus):
        response = error.response
        if 300 <= response.status_code < 400:
            return Lost(f"{host} redirects its stream, which is not followed; see its address.")
        # The library's own headers raise an error for one that stands there twice.
        headers = httpx.Headers([*response.headers.raw_items()])
        return answer_error(host, response.status_code, headers, bytes(response.body or b""))
    if isinstance(error, InvalidProxyStatus):
        given = error.response.headers or Headers()
        asks_for = given.get_all("Proxy-Authenticate")
        return proxy_error(ProxyRefusal(error.response.status_code, asks_for), host, way)
    if isinstance(error, ConnectionClosed):
        return _closed(error, host)
    if isinstance(error, ProxyError):
        return proxy_error(None, host, way)
    if isinstance(error, InvalidHandshake):
        return Lost.advised(f"{host} did not answer as a stream", f"; {LOGIN}.")
    return http_errors.connection_error(error, host, way)


def _closed(error: ConnectionClosed, host: str) -> TartantmError:
    close = error.rcvd or error.sent
    if close is None:
        return Lost(f"The connection to {host} broke.")
    reason = clean(close.reason, lines=False)[:100]
    return Lost(f"{host} closed the connection ({close.code}{': ' if reason else ''}{reason}).")


def answer_error(host: str, status: int, headers: Mapping[str, str], body: bytes) -> TartantmError:
    """The error for an answer with a status other than the one wanted."""
    try:
        answer = mapping(decode(body))
    except Undecodable:
        answer = {}
    name, message = line(answer, "error"), line(answer, "message")[:200]
    said = f"{host} answered {status}" + (f": {message or name}" if message or name else "")
    if status == 429:
        return Limited(
            f"{host} asks to wait; it was asked too often.", http_errors.seconds_to_wait(headers)
        )
    if status == 407:
        asks_for = [value for key, value in headers.items() if key.lower() == _ASKS]
        return proxy_error(ProxyRefusal(407, asks_for), host, WayOut())
    if name in ("ExpiredToken", "InvalidToken"):
        return Expired(f"{said}.")
    if name == "CursorTooOld" or b"CursorTooOld" in body[:1000]:
        return Unfilled(f"{host} no longer has what was said then.")
    page = "html" in headers.get("Content-Type", "") or body.lstrip()[:1] == b"<"
    if status < 500 and page:
        return http_errors.web_page_error(host)
    if status == 400 and name == "NotFound":
        return NotFound(f"{said}.")
    if 400 <= status < 500:
        kind = NeedsAccount if status == 401 else Refused
        return kind(f"{said}.")
    if status >= 500:
        return Lost.advised(f"{said}.", " Where that goes on, see https://status.bsky.app.")
    return Lost(f"{said}.")
