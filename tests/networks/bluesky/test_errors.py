"""Failed requests as sentences, and how long to wait, by the server's own clock."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosedError, InvalidProxyStatus
from websockets.frames import Close
from websockets.http11 import Response

from tartantm.core.errors import TartantmError
from tartantm.networks.bluesky.errors import Expired, NeedsAccount, answer_error, connection_error
from tartantm.networks.http_errors import WAIT_SECONDS, seconds_to_wait
from tartantm.networks.protocol import Limited, Lost, Refused, Unfilled

HOST = "bluesky.example"
DATE = "Wed, 17 Jun 2026 17:00:00 GMT"
EPOCH = 1_781_715_600


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, b'{"error":"ExpiredToken"}', Expired, "ExpiredToken"),
        (400, b'{"error":"InvalidToken","message":"Not verified"}', Expired, "Not verified"),
        (401, b'{"error":"AuthMissing","message":"Log in"}', NeedsAccount, "401: Log in"),
        (400, b'{"error":"CursorTooOld"}', Unfilled, "no longer has"),
        (403, b"<html>", Lost, "login page"),
        (200, b"<!DOCTYPE html>", Lost, "login page"),
        (407, b"", Lost, "proxy"),
        (429, b"{}", Limited, "asks to wait"),
        (502, b"<html>Bad Gateway</html>", Lost, "answered 502"),
        (500, b'["no object"]', Lost, "answered 500"),
        (500, b'{"message":"\\u001b[31m red"}', Lost, "␛"),
    ],
)
def test_answers(status: int, body: bytes, kind: type, words: str) -> None:
    error = answer_error(HOST, status, httpx.Headers(), body)
    assert type(error) is kind and words in str(error)


@given(st.integers(100, 599), st.binary(max_size=40), st.text(max_size=10))
def test_any_answer_is_one_sentence(status: int, body: bytes, reset: str) -> None:
    said = str(answer_error(HOST, status, {"ratelimit-reset": reset, "Date": reset}, body))
    assert HOST in said or "proxy" in said
    assert said.endswith(".") and "\n" not in said and len(said) < 400


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), "cannot be found"),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "refuses connections"),
        (caused(httpx.ConnectError("x"), CERTIFICATE), "self-signed certificate"),
        (CERTIFICATE, "ca_file"),
        (httpx.ReadTimeout("x"), "in time"),
        (TimeoutError(), "in time"),
        (httpx.ProxyError("x"), "proxy"),
        (InvalidProxyStatus(Response(407, "", None)), "proxy"),  # type: ignore[arg-type]
        (ConnectionClosedError(Close(1011, "too\nslow"), None), "1011: too slow"),
        (ConnectionClosedError(None, None), "broke"),
        (OSError("x"), "cannot be reached"),
        (httpx.ReadError("x"), "broke"),
    ],
)
def test_broken_connections(error: Exception, words: str) -> None:
    trouble = connection_error(error, HOST)
    assert type(trouble) is Lost and words in str(trouble) and str(trouble).endswith(".")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"ratelimit-reset": str(EPOCH + 90), "Date": DATE}, 90),
        ({"ratelimit-reset": str(EPOCH - 90), "Date": DATE}, 1),
        ({"Retry-After": "12", "ratelimit-reset": str(EPOCH + 90), "Date": DATE}, 12),
        ({"Retry-After": DATE, "Date": DATE}, 1),
        ({"ratelimit-reset": "soon"}, WAIT_SECONDS),
        ({"ratelimit-reset": "²"}, WAIT_SECONDS),
        ({}, WAIT_SECONDS),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert seconds_to_wait(headers) == seconds


def test_every_kind_is_an_error_for_people() -> None:
    assert all(issubclass(kind, TartantmError) for kind in (Expired, Lost, Refused, Unfilled))
