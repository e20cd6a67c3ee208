"""Addresses of a Mastodon server: its own, where it streams, and the paths of hashtags."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from tartantm.core.errors import BadInput
from tartantm.core.hosts import host_of
from tartantm.networks.json_fields import Json, host, mapping, raw


def base_of(server: str) -> str:
    """The web address of a server that is written as a host or an address. Raises BadInput.

    However its host is spelt, this and so the names of its posts are the same.
    """
    base = server if "://" in server else f"https://{server}"
    try:
        parts = urlsplit(base)
        known = parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        known = None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment) if known else False
    if not known or not plain or "@" in base or base.split() != [base] or not host(base):
        raise BadInput(f"{server!r} is no Mastodon server; write mastodon:mastodon.example.")
    return f"{parts.scheme}://{host_of(base)}"


def streaming_base(instance: Json, base: str) -> str:
    """Where a server streams, by its answer to ``/api/v2/instance`` (or v1); else at `base`.

    From https it is not followed to http, where everybody could read the token. Where it is the
    server's own host, the address that was given for that stands: GoToSocial always says ``wss``.
    """
    address = raw(mapping(instance, "configuration", "urls"), "streaming")
    address = address or raw(mapping(instance, "urls"), "streaming_api")
    scheme, _, rest = address.partition("://")
    scheme = {"wss": "https", "ws": "http"}.get(scheme, scheme)
    if scheme not in ("http", "https") or (base.startswith("https") and scheme == "http"):
        return base
    try:
        found = base_of(f"{scheme}://{rest.partition('/')[0]}")
    except BadInput:
        return base
    return base if host(found) == host(base) else found


def tag_path(tag: str) -> str:
    """The path of a hashtag's timeline."""
    return f"/api/v1/timelines/tag/{quote(tag, safe='')}"
