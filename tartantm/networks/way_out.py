"""How a request leaves this computer: directly or by a proxy, and what the proxy said to it.

None of the client libraries passes on what a proxy asks for when it refuses, so it is noted here
while it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

_NAME = "way_out"


class ProxyRefusal(NamedTuple):
    """The answer of a proxy that lets nothing through."""

    status: int
    asks_for: Sequence[str] = ()
    """The values of its ``Proxy-Authenticate`` headers."""


class WayOut:
    """How one request leaves, and what became of it on the way."""

    def __init__(self, proxy: str | None = None, script: str = "") -> None:
        """`script` is where the system finds its proxy by a script (PAC), if it does."""
        parts = urlsplit(proxy or "")
        place = parts.netloc.rpartition("@")[2]
        self.proxy = f"{parts.scheme}://{place}" if proxy else ""
        """The proxy without its password; "" for directly."""
        self.has_password = bool(parts.username)
        """Whether the proxy is told a name and a password."""
        self.script = "" if proxy else script
        self.is_reached = False
        """Whether there was a connection to the proxy, or to the server where there is none."""
        self.refusal: ProxyRefusal | None = None

    def note(self, event: str, info: dict[str, Any]) -> None:
        """Take note of an event of httpcore, which calls this for each step of a request."""
        if event == "connection.connect_tcp.complete":
            self.is_reached = True
        elif event == "http11.receive_response_headers.complete" and self.proxy:
            _, status, _, headers = info["return_value"][:4]
            # The last one may be the server's own; who reads this knows whether it came so far.
            asks = [value.decode("latin-1") for name, value in headers if _asks(name)]
            self.refusal = ProxyRefusal(status, asks)


def watch(request: httpx.Request, way: WayOut) -> None:
    """Have a request note how it leaves."""

    async def trace(event: str, info: dict[str, Any]) -> None:
        way.note(event, info)

    request.extensions.update({_NAME: way, "trace": trace})


def raise_for_proxy(response: httpx.Response) -> None:
    """Raise ProxyError where the answer is a proxy's own, which wants a sign-in."""
    import httpx

    if response.status_code == 407:
        raise httpx.ProxyError("407", request=response.request)


def way_of(error: BaseException) -> WayOut | None:
    """How the request left that failed so; None where nobody watched it."""
    import httpx

    if not isinstance(error, httpx.RequestError):
        return None
    try:
        found = error.request.extensions.get(_NAME)
    except RuntimeError:  # it belongs to no request
        return None
    return found if isinstance(found, WayOut) else None


def _asks(name: bytes) -> bool:
    return name.lower() == b"proxy-authenticate"
