"""Failures of HTTP as sentences, whatever language the system's own words are in."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from tartantm.networks.http_errors import LONGEST_SECONDS, connection_error, seconds_to_wait
from tartantm.networks.protocol import Lost

UNTRUSTED = ssl.SSLCertVerificationError(1, "Zertifikat abgelehnt")
UNTRUSTED.verify_message = "unbekannter Aussteller"

NOW = datetime(2026, 6, 3, 19, tzinfo=UTC)
DATE = format_datetime(NOW, usegmt=True)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror(11001, "Host unbekannt")), "be found"),
        (caused(httpx.ConnectError("x"), UNTRUSTED), "unbekannter Aussteller"),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "refuses connections"),
        (httpx.ConnectError("x"), "cannot be reached"),
        (httpx.ProxyError("http://me:secret@proxy"), "proxy"),
        (httpx.ConnectTimeout("x"), "in time"),
        (httpx.TooManyRedirects("x"), "without end"),
        (httpx.RemoteProtocolError("x"), "broke"),
    ],
)
def test_why_no_answer_came(error: Exception, words: str) -> None:
    meaning = connection_error(error, "a.example")
    assert type(meaning) is Lost and "secret" not in str(meaning)
    assert words in str(meaning) and str(meaning).endswith(".")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12),
        ({"Retry-After": "Wed, 03 Jun 2026 19:00:30 GMT", "Date": DATE}, 30),
        ({"X-RateLimit-Reset": "2026-06-03T19:05:00.000Z", "Date": DATE}, 300),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 90), "Date": DATE}, 90),
        ({"Retry-After": "1e99"}, LONGEST_SECONDS),
        ({"Retry-After": "nan"}, 60),
        ({}, 60),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert seconds_to_wait(headers) == seconds
