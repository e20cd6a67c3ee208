"""What went wrong on the way to Bluesky, as one sentence, and how long to wait."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxyStatus,
    InvalidStatus,
    ProxyError,
)

from tartantm.core.errors import TartantmError
from tartantm.core.post import clean
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import line, mapping
from tartantm.networks.protocol import Limited, Lost, Refused, SourceError, Unfilled

RATE_SECONDS = 60.0
"""How long to wait where a server limits and does not say for how long."""


class Expired(SourceError):
    """The token of a session is no longer good; a new one can be had."""


def connection_error(error: Exception, host: str) -> TartantmError:
    """The error that a failed connection, request or handshake stands for."""
    if isinstance(error, InvalidStatus):
        response = error.response
        return answer_error(
            host, response.status_code, response.headers, bytes(response.body or b"")
        )
    if isinstance(error, InvalidProxyStatus):
        return Lost(f"The proxy did not let us through to {host} ({error.response.status_code}).")
    if isinstance(error, ConnectionClosed):
        return _closed(error, host)
    chain = list(_causes(error))
    if any(isinstance(each, ProxyError | httpx.ProxyError) for each in chain):
        return Lost(f"The proxy did not let us through to {host}.")
    for each in chain:
        if isinstance(each, ssl.SSLCertVerificationError):
            return Lost(
                f"The certificate of {host} is not trusted here ({each.verify_message}); "
                "a network with its own authority needs ca_file, one with a login page a login."
            )
        if isinstance(each, socket.gaierror):
            return Lost(f"The name {host} cannot be found; this computer may be offline.")
    if any(isinstance(each, TimeoutError | httpx.TimeoutException) for each in chain):
        return Lost(f"{host} did not answer in time.")
    if isinstance(error, InvalidHandshake):
        return Lost(f"{host} did not answer as a stream; this network may want a login page seen.")
    refused = any(isinstance(each, ConnectionRefusedError) for each in chain)
    return Lost(f"{host} {'refuses connections' if refused else 'cannot be reached'}.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _closed(error: ConnectionClosed, host: str) -> TartantmError:
    close = error.rcvd or error.sent
    if close is None:
        return Lost(f"The connection to {host} broke.")
    reason = clean(close.reason, lines=False)[:100]
    return Lost(f"{host} closed the connection ({close.code}{': ' if reason else ''}{reason}).")


def answer_error(host: str, status: int, headers: Mapping[str, str], body: bytes) -> TartantmError:
    """The error that an answer other than the one hoped for stands for."""
    try:
        told = mapping(decode(body))
    except Undecodable:
        told = {}
    name, message = line(told, "error"), line(told, "message")[:200]
    said = f"{host} answered {status}" + (f": {message or name}" if message or name else "")
    if status == 429:
        return Limited(f"{host} asks to wait; too much was asked of it.", seconds_to_wait(headers))
    if status == 407:
        return Lost("The proxy asks for a name and a password.")
    if name == "ExpiredToken":
        return Expired(f"{said}.")
    if name == "CursorTooOld" or b"CursorTooOld" in body[:1000]:
        return Unfilled(f"{host} no longer has what was said then.")
    page = "html" in headers.get("Content-Type", "") or body.lstrip()[:1] == b"<"
    if status < 500 and page:
        return Lost(f"{host} answered with a web page; this network may want a login page seen.")
    if 400 <= status < 500:
        return Refused(f"{said}.")
    return Lost(f"{said}.")


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """Seconds to wait by the headers of a 429, reckoned from the server's own clock."""
    after = headers.get("Retry-After", "")
    if after.isascii() and after.isdigit():
        return max(1.0, float(after[:6]))
    reset = headers.get("ratelimit-reset", "")
    if not (reset.isascii() and reset.isdigit()):
        return RATE_SECONDS
    try:
        now = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        now = datetime.now(UTC)
    return max(1.0, float(reset[:12]) - now.timestamp())
