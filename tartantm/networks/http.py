"""Makes the clients of every network: same certificates, proxy and time-outs; servers' time.

The three client libraries (httpx, requests, websockets) differ in which environment variables they
follow; so each gets the same certificate store and the same proxy explicitly.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from tartantm import __version__
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.hosts import host_of
from tartantm.networks.clock import LiveClock
from tartantm.networks.proxy_script import ProxyScript
from tartantm.networks.unpack import ACCEPTED
from tartantm.networks.way_out import WayOut, raise_for_proxy, watch
from tartantm.settings import debug_log
from tartantm.settings.config import NetSettings
from tartantm.settings.threads import run

if TYPE_CHECKING:
    import httpx

    from tartantm.networks.bounded import BoundedClient
    from tartantm.networks.bounded_requests import BoundedSession

USER_AGENT = f"tartantm/{__version__}"

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0


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

    @cached_property
    def proxy_script(self) -> ProxyScript:
        """Whether the system finds its proxy by a script, which is not run here."""
        return ProxyScript()

    def way_out(self, url: str) -> WayOut:
        """How a request to an address leaves."""
        host = urlsplit(url).hostname or ""
        proxy = self.proxy_for(url)
        nearby = host == "localhost" or host.startswith(("127.", "::1"))
        return WayOut(proxy, "" if proxy or nearby else self.proxy_script.address)

    def explain(self, base: str) -> Exception | None:
        """What httpx raises where it asks a server now; blocks. None where an answer comes.

        It knows what a proxy asks for, which requests drops.
        """
        from tartantm.networks.bounded import NoAnswer

        async def ask() -> None:
            async with asyncio.timeout(CONNECT_SECONDS), self.client(base) as client:
                await client.ask("HEAD", "/", redirects=0)

        try:
            run(ask())
        except NoAnswer as error:
            return error.cause
        except (TartantmError, TimeoutError):
            return None
        return None

    def client(
        self, base: str, headers: Mapping[str, str] | None = None, *, direct: bool = False
    ) -> BoundedClient:
        """A client for one server, whose answers are bounded and say what time it is there.

        One that is asked `direct` is on this machine: no proxy sees what it is sent.

        Whether that counts, `LiveClock` knows. What it redirects to is not even noted.
        """
        import httpx

        from tartantm.networks.bounded import BoundedClient

        client = httpx.AsyncClient
        if debug_log.is_on():
            from tartantm.networks.logged_client import LoggedClient

            client = LoggedClient

        async def leave(request: httpx.Request) -> None:
            watch(request, WayOut() if direct else self.way_out(base))

        asked = host_of(base)

        async def learn(response: httpx.Response) -> None:
            raise_for_proxy(response)
            if host_of(str(response.url)) == asked:
                self.clock.learn(asked, response.headers.get("Date"))

        made = client(
            base_url=base,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            verify=self.tls,
            proxy=None if direct else self.proxy_for(base),
            trust_env=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            event_hooks={"request": [leave], "response": [learn]},
        )
        return BoundedClient(made, asked)

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
