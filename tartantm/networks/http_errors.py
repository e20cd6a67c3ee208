"""Turns HTTP failures into the errors that a source may raise; X has sentences of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tartantm.core.post import utc
from tartantm.networks.connection_errors import LOGIN
from tartantm.networks.connection_errors import connection_error as connection_error
from tartantm.networks.json_fields import moment
from tartantm.networks.protocol import Lost

WAIT_SECONDS = 60.0
"""Seconds to wait where a server asks to wait and does not say how long."""

LONGEST_SECONDS = 24 * 3600.0


def web_page_error(host: str) -> Lost:
    """The error for a web page in place of data: mostly a network that wants a login first."""
    return Lost.advised(f"A web page came instead of an answer from {host}", f"; {LOGIN}.")


def server_fault(host: str, status: int, said: str = "") -> Lost:
    """The error for a server that has a fault of its own; `said` quotes it, in brackets."""
    down = " It may be down for maintenance." if status == 503 else ""
    return Lost.advised(
        f"{host} has a fault now: {status}{said}.{down}",
        " Where that goes on, its operators can help, or use another server.",
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
