"""Turns HTTP failures into the errors that a source may raise; X has sentences of its own."""

from __future__ import annotations

import math
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tartantm.core.post import utc
from tartantm.networks.json_fields import moment
from tartantm.networks.protocol import Lost

WAIT_SECONDS = 60.0
"""Seconds to wait where a server asks to wait and does not say how long."""

LONGEST_SECONDS = 24 * 3600.0


def connection_error(error: Exception, host: str) -> Lost:
    """The error for a request that got no answer, from what httpx or a socket raised.

    The exception's own words are not shown: they may name a proxy with its password.
    """
    import httpx

    causes = list(_causes(error))

    def is_caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in causes)

    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return Lost(
                f"The certificate of {host} is not trusted here ({each.verify_message}); "
                "a network with its own authority needs ca_file, one with a login page a login."
            )
    if is_caused_by(httpx.ProxyError):
        return Lost(f"The proxy did not let us through to {host}.")
    if is_caused_by(socket.gaierror):
        return Lost(f"The name {host} cannot be found; it is wrong, or there is no network.")
    if is_caused_by(TimeoutError, httpx.TimeoutException):
        return Lost(f"{host} did not answer in time.")
    if isinstance(error, httpx.TooManyRedirects):
        return Lost(f"{host} redirects from one address to the next without end.")
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.ConnectError):
        return Lost(f"The connection to {host} broke.")
    refused = is_caused_by(ConnectionRefusedError)
    return Lost(f"{host} {'refuses connections' if refused else 'cannot be reached'}.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that led to it."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def web_page_error(host: str) -> Lost:
    """The error for a web page in place of data: mostly a network that wants a login first."""
    return Lost(
        f"A web page came instead of an answer from {host}; the network may want a login page "
        "opened in a browser first."
    )


def is_html(headers: Mapping[str, str], data: bytes) -> bool:
    """Whether an answer is a web page, whatever was asked for."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    begin = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return kind in ("text/html", "application/xhtml+xml") or begin.startswith((b"<!doc", b"<html"))


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """Seconds that a server asks to wait, by its own clock.

    From ``Retry-After`` (seconds or a date), else ``X-RateLimit-Reset`` (ISO 8601 on Mastodon) or
    ``RateLimit-Reset`` (seconds since 1970 on Bluesky).
    """
    now = date_of(headers.get("Date")) or datetime.now(UTC)
    after = headers.get("Retry-After")
    reset = headers.get("X-RateLimit-Reset") or headers.get("ratelimit-reset")
    seconds = _number(after)
    if seconds is None and (when := date_of(after) or moment(reset)):
        seconds = (when - now).total_seconds()
    if seconds is None and (since := _number(reset)) is not None:
        seconds = since - now.timestamp() if since > 1e9 else since
    return min(max(WAIT_SECONDS if seconds is None else seconds, 1.0), LONGEST_SECONDS)


def _number(written: str | None) -> float | None:
    try:
        number = float((written or "")[:100])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def date_of(written: str | None) -> datetime | None:
    """The time in a ``Date`` header, None where there is none that can be meant."""
    try:
        return utc(parsedate_to_datetime((written or "")[:100]))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
