"""What web servers answer, told as what a source may raise; for Mastodon and for feeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tartantm.core.post import utc
from tartantm.networks.json_fields import moment
from tartantm.networks.protocol import Lost

if TYPE_CHECKING:
    import httpx

WAIT_SECONDS = 60.0
"""How long to wait where a server asks to wait and does not say how long."""

LONGEST_SECONDS = 24 * 3600.0


def connection_error(error: Exception, host: str) -> Lost:
    """Why a server could not be talked to, from what httpx raised.

    Nothing of the error's own words is shown but of a certificate's fault: they may name a proxy
    with its password.
    """
    import httpx

    words = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in words or "certificate verify failed" in words:
        return Lost(
            f"The certificate of {host} cannot be trusted from here; the network may want a login "
            "page opened first, or need its own ca_file."
        )
    if isinstance(error, httpx.ProxyError):
        return Lost(f"The proxy does not let through to {host}.")
    if isinstance(error, httpx.TimeoutException):
        return Lost(f"{host} did not answer in time.")
    if isinstance(error, httpx.TooManyRedirects):
        return Lost(f"{host} sends from one address to the next without end.")
    if any(part in words for part in ("getaddrinfo", "Name or service", "nodename", "Temporary f")):
        return Lost(f"{host} cannot be found; is its name right, and is there a network?")
    if isinstance(error, httpx.ConnectError):
        return Lost(f"{host} cannot be reached.")
    return Lost(f"The connection to {host} broke.")


def web_page_error(host: str) -> Lost:
    """For a web page where there should have been data: mostly a network that wants a login."""
    return Lost(
        f"A web page came instead of an answer from {host}; the network may want a login page "
        "opened in a browser first."
    )


def is_html(response: httpx.Response, data: bytes) -> bool:
    """Whether an answer is a web page, whatever it was to be."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    begin = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return kind in ("text/html", "application/xhtml+xml") or begin.startswith((b"<!doc", b"<html"))


async def read_body(response: httpx.Response, most: int) -> bytes | None:
    """The whole body of an answer; None where it is larger than `most` bytes."""
    held = bytearray()
    async for chunk in response.aiter_bytes():
        held += chunk
        if len(held) > most:
            return None
    return bytes(held)


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """How long a server asks to wait, by its own clock.

    From ``Retry-After`` (seconds or a date), else ``X-RateLimit-Reset`` (ISO 8601 on Mastodon,
    seconds since 1970 on others).
    """
    now = _date(headers.get("Date")) or datetime.now(UTC)
    after, reset = headers.get("Retry-After"), headers.get("X-RateLimit-Reset")
    seconds = _number(after)
    if seconds is None and (when := _date(after) or moment(reset)):
        seconds = (when - now).total_seconds()
    if seconds is None and (since := _number(reset)) is not None:
        seconds = since - now.timestamp() if since > 1e9 else since
    return min(max(WAIT_SECONDS if seconds is None else seconds, 1.0), LONGEST_SECONDS)


def _number(written: str | None) -> float | None:
    try:
        number = float(written or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(written: str | None) -> datetime | None:
    try:
        return utc(parsedate_to_datetime(written or ""))
    except (ValueError, OverflowError, TypeError):
        return None
