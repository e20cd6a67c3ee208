"""The one normal form of the servers that addresses name: whose a post is depends on it.

A server can be written in many ways that all lead to it: with the port that its scheme has anyway,
in capitals, with the dot at the end of a full name, in its own letters or as ``xn--…`` (RFC 5890).
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address

_PORTS = {"": (443, 80), "https": (443,), "wss": (443,), "http": (80,), "ws": (80,)}
"""The port that a scheme has anyway. ``HOST:80`` was written of a server reached by http."""

LONGEST_HOST = 253
"""Characters; no name is longer (RFC 1035), and a long one takes long to be read."""

_PORT = re.compile(r":([0-9]{0,5})$")


def host_of(address: str) -> str:
    """Returns the host of a web address, or of ``HOST[:PORT]``, as all its spellings are compared.

    The port stands behind it where it is not that of the scheme, ":" included. An account's name
    and password are left out. What no address can be is returned in lower case.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "", address
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    found = _PORT.search(authority)
    host, port = (authority[: found.start()], found[1]) if found else (authority, "")
    if not port or int(port) in _PORTS.get(scheme.lower(), ()):
        return _normal(host)
    return f"{_normal(host)}:{int(port)}"


@lru_cache(maxsize=1024)
def _normal(host: str) -> str:
    """Returns a host without its port in its one spelling."""
    lower = host.lower()
    if lower.startswith("["):
        try:
            return f"[{IPv6Address(lower.strip('[]')).compressed}]"
        except ValueError:
            return lower
    if not lower.isascii() and len(lower) <= LONGEST_HOST:
        import idna  # a few milliseconds, and hardly ever needed

        try:
            lower = idna.encode(lower).decode("ascii")
        except idna.IDNAError:  # no server has such a name
            return lower
    return lower.removesuffix(".")
