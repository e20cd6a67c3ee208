"""Makes the clients of every network: same certificates, proxy and time-outs; servers' time.

The three client libraries (httpx, requests, websockets) differ in which environment variables they
follow; so each gets the same certificate store and the same proxy explicitly.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from tartantm import __version__
from tartantm.core.errors import BadInput
from tartantm.networks.clock import LiveClock
from tartantm.networks.unpack import ACCEPTED
from tartantm.settings import debug_log
from tartantm.settings.config import NetSettings

if TYPE_CHECKING:
    import httpx

    from tartantm.networks.bounded import BoundedClient
    from tartantm.networks.bounded_requests import BoundedSession

USER_AGENT = f"tartantm/{__version__}"

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0

MESSAGE_BYTES = 8 * 2**20
"""Of a websocket's message: the largest record of Bluesky, 1 MB, is six as JSON where all of it
is control characters."""


class HttpClients:
    """Makes clients for every network, which all connect in the same way."""

    def __init__(self, settings: NetSettings, clock: LiveClock) -> None:
        self.settings, self.clock = settings, clock

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The certificates that every client trusts; raises BadInput for a ca_file without any."""
        path = self.settings.ca_file
        if path is None:
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return ssl.create_default_context(cafile=str(path))
        except FileNotFoundError:
            raise BadInput(f"There is no ca_file {path}.") from None
        except (ssl.SSLError, OSError) as error:
            raise BadInput(f"The ca_file {path} holds no certificates: {error}.") from None

    def proxy_for(self, url: str) -> str | None:
        """The proxy through which an address is reached, None for directly."""
        if self.settings.proxy:
            return self.settings.proxy
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0].rpartition("@")[2]
        plain = {"wss": "https", "ws": "http"}.get(scheme, scheme)
        proxies = getproxies()
        if proxy_bypass(host):
            return None
        return proxies.get(plain) or proxies.get("all")

    def client(self, base: str, headers: Mapping[str, str] | None = None) -> BoundedClient:
        """A client for one server, whose answers are bounded; each also corrects the clock."""
        import httpx

        from tartantm.networks.bounded import BoundedClient

        client = httpx.AsyncClient
        if debug_log.is_on():
            from tartantm.networks.logged_client import LoggedClient

            client = LoggedClient

        async def learn(response: httpx.Response) -> None:
            self.clock.learn(response.url.netloc.decode("ascii"), response.headers.get("Date"))

        made = client(
            base_url=base,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            verify=self.tls,
            proxy=self.proxy_for(base),
            trust_env=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            event_hooks={"response": [learn]},
        )
        return BoundedClient(made, urlsplit(base).netloc.rpartition("@")[2])

    def websocket_options(self, url: str) -> dict[str, Any]:
        """Keyword arguments for ``websockets.connect``."""
        return {
            "ssl": self.tls if url.startswith("wss:") else None,
            "proxy": self.proxy_for(url),
            "user_agent_header": USER_AGENT,
            "open_timeout": CONNECT_SECONDS,
            "ping_interval": 20,
            "ping_timeout": 20,
            "max_size": MESSAGE_BYTES,
            # 250 kB that come at once would be unpacked to 250 MB before anybody is asked.
            "compression": None,
        }

    def configure_requests(self, session: BoundedSession, base: str = "https://api.x.com") -> None:
        """Set up a `requests` session (tweepy's) that is to reach `base`."""
        from tartantm.networks.bounded_requests import BoundedAdapter

        for scheme in ("https://", "http://"):
            session.mount(scheme, BoundedAdapter(lambda: self.tls))
        session.trust_env = False
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED})
        session.hooks["response"].append(
            lambda response, *_, **__: self.clock.learn(
                urlsplit(response.url).netloc, response.headers.get("Date")
            )
        )
        if proxy := self.proxy_for(base):
            session.proxies = {"http": proxy, "https": proxy}
