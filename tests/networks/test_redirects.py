"""Where a request is sent on to, with a secret and without one."""

from __future__ import annotations

import httpx
import pytest

from tartantm.networks.redirects import (
    Elsewhere,
    address_may_hold_secret,
    carries_secret,
    check_redirect,
)


def is_followed(here: str, there: str, *, with_secret: bool) -> bool:
    try:
        check_redirect("a.example", httpx.URL(here), httpx.URL(there), with_secret)
    except Elsewhere as error:
        assert "b.example" not in str(error)  # theirs, and perhaps made of our own token
        return False
    return True


@pytest.mark.parametrize(
    ("here", "there", "anyway", "with_secret"),
    [
        ("https://a.example/1", "https://a.example/2", True, True),
        ("https://a.example/1", "https://a.example:443/2", True, True),
        ("https://a.example/1", "https://A.EXAMPLE/2", True, True),
        ("http://a.example/1", "https://a.example/1", True, True),
        ("https://a.example/1", "https://b.example/1", True, False),
        ("https://a.example/1", "https://www.a.example/1", True, False),
        ("https://a.example/1", "https://a.example:8443/1", True, False),
        ("http://a.example:8080/1", "https://a.example/1", True, False),
        ("http://a.example/1", "https://b.example/1", True, False),
        ("https://a.example/1", "http://a.example/1", False, False),
        ("https://a.example/1", "http://b.example/1", False, False),
        ("https://a.example/1", "ftp://a.example/1", False, False),
        ("https://a.example/1", "file:///etc/passwd", False, False),
        ("https://a.example/1", "https:///1", False, False),
    ],
)
def test_where_it_goes(here: str, there: str, anyway: bool, with_secret: bool) -> None:
    assert is_followed(here, there, with_secret=False) == anyway
    assert is_followed(here, there, with_secret=True) == with_secret


@pytest.mark.parametrize(
    ("request_", "has_secret"),
    [
        (httpx.Request("GET", "https://a.example/1?limit=40"), False),
        (httpx.Request("GET", "https://a.example", headers={"authorization": "Bearer x"}), True),
        (httpx.Request("GET", "https://a.example", headers={"proxy-authorization": "x"}), True),
        (httpx.Request("GET", "https://a.example", headers={"Cookie": "session=x"}), True),
        (httpx.Request("GET", "https://a.example", headers={"Accept": "text/html"}), False),
        (httpx.Request("HEAD", "https://a.example"), False),
        (httpx.Request("GET", "https://me:word@a.example"), True),
        (httpx.Request("POST", "https://a.example", json={"password": "x"}), True),
        (httpx.Request("DELETE", "https://a.example"), True),
    ],
)
def test_what_carries_a_secret(request_: httpx.Request, has_secret: bool) -> None:
    assert carries_secret(request_) == has_secret


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://a.example/feed.rss", False),
        ("https://a.example/feed.rss?key=1", True),
        ("https://me:word@a.example/feed.rss", True),
    ],
)
def test_a_feeds_own_address_may_hold_a_key(address: str, may: bool) -> None:
    assert address_may_hold_secret(httpx.URL(address)) == may


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ("ftp://a.example/1", "a.example redirects to what is no web address."),
        (
            "http://a.example/1",
            "a.example redirects from https to http, where anybody can listen.",
        ),
        (
            "https://b.example/1",
            "a.example redirects to another server, which is not told the token, password or key; "
            "the network may want a login page opened in a browser first, or the address has "
            "changed.",
        ),
    ],
)
def test_why_it_is_not_followed(there: str, sentence: str) -> None:
    with pytest.raises(Elsewhere) as raised:
        check_redirect("a.example", httpx.URL("https://a.example/1"), httpx.URL(there), True)
    assert str(raised.value) == sentence
