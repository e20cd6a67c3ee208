"""Which redirects are followed: never from https to http, nor to others with a secret.

A 307 repeats a request with its body: one from Bluesky's login would carry the password along.
"""

from __future__ import annotations

import httpx

from tartantm.networks.protocol import Advised, Lost

_PORTS = {"http": 80, "https": 443}

_SECRET_HEADERS = ("Authorization", "Proxy-Authorization", "Cookie")
"""Headers of a request that others must not see."""


class Elsewhere(Lost):
    """A redirect leads where it must not be followed."""


_NO_LOGIN = (
    "; the network may want a login page opened in a browser first, or the address has changed."
)


def elsewhere(host: str, what: str) -> Advised:
    """What became of a request that `host` redirects to another server; `what` follows that."""
    return Advised(f"{host} redirects to another server, {what}", _NO_LOGIN)


def address_may_hold_secret(url: httpx.URL) -> bool:
    """Whether an address as the user gave it may hold one, as a feed's key in its query."""
    return bool(url.userinfo or url.query)


def carries_secret(request: httpx.Request) -> bool:
    """Whether a request has a token or a body; the query that we write never holds a secret."""
    has_body = request.method not in ("GET", "HEAD")
    named = any(name in request.headers for name in _SECRET_HEADERS)
    return has_body or bool(request.url.userinfo) or named


def check_redirect(host: str, here: httpx.URL, there: httpx.URL, has_secret: bool) -> None:
    """Raise Elsewhere for what must not be followed. Its address is not shown: it is theirs."""
    if there.scheme not in _PORTS or not there.host:
        raise Elsewhere(f"{host} redirects to what is no web address.")
    if here.scheme == "https" and there.scheme == "http":
        raise Elsewhere(f"{host} redirects from https to http, where anybody can listen.")
    if has_secret and _origin(here) != _origin(there) and not _is_upgrade(here, there):
        raise Elsewhere(elsewhere(host, "which is not told the token, password or key"))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port or _PORTS.get(url.scheme)


def _is_upgrade(here: httpx.URL, there: httpx.URL) -> bool:
    """Whether the same server, which was asked in the clear, wants to be asked by https."""
    host = there.host.lower()
    return _origin(here) == ("http", host, 80) and _origin(there) == ("https", host, 443)
