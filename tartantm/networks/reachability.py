"""What is on the way to the servers; whether they answer, running a source shows."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from tartantm.networks.clock import TOLERANCE, how_far
from tartantm.networks.connection_errors import SETTING
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Finding

IPV6_SECONDS = 3.0
"""How long a connection by IPv6 may take."""


async def check_way(http: HttpClients, url: str) -> AsyncIterator[Finding]:
    """By which proxy an address is reached; else whether IPv6 keeps what it promises."""
    parts = urlsplit(url)
    host, way = parts.hostname or "", http.way_out(url)
    if way.proxy:
        yield Finding("good", f"The way to {host} is by the proxy {way.proxy}.")
        return
    port = parts.port or (80 if parts.scheme in ("http", "ws") else 443)
    if await _is_ipv6_broken(host, port):
        yield Finding(
            "doubtful",
            f"{host} cannot be reached by IPv6 from here, but by IPv4, so connecting takes longer; "
            "switch IPv6 off in the settings of this network, or ask IT.",
        )


async def check_proxy_script(http: HttpClients) -> AsyncIterator[Finding]:
    """Whether the system finds its proxy by a script, and none is set here."""
    if http.settings.proxy or http.proxy_for("https://example.com"):
        return
    if address := await asyncio.to_thread(http.proxy_script.wait):
        yield Finding(
            "doubtful",
            f"This computer finds its proxy by a script (PAC, {address[:200]}), which tartantm "
            "cannot run. Where networks cannot be reached, ask IT for the proxy's address and set "
            f'proxy = "http://HOST:PORT" {SETTING}.',
        )


def check_clock(http: HttpClients) -> Iterator[Finding]:
    """Whose clock is wrong by the answers of the servers: this computer's, or some server's.

    As `LiveClock` has it, most of the witnesses are right; where there are two, nobody knows.
    """
    clock = http.clock
    said, doubted = clock.witnesses, clock.doubted
    if not said:
        yield Finding("doubtful", "No server answered with its time, so the clock was not checked.")
        return
    agree = [name for name, ahead in said.items() if abs(ahead) <= TOLERANCE]
    whose = "this computer's"
    if abs(clock.shift) > TOLERANCE:
        whose = "the others'"
        yield Finding(
            "doubtful",
            f"This computer's clock is {how_far(-clock.shift)} those of the servers, which agree; "
            "set it right.",
        )
    elif agree:
        yield Finding("good", "This computer's clock is right.")
    for host, ahead in doubted.items():
        words = f"The clock of {host} is {how_far(ahead)} {whose}"
        if agree or len(doubted) > 1:
            yield Finding("doubtful", f"{words}; the chat does not go by it.")
        else:
            yield Finding(
                "doubtful",
                f"{words}, by which the chat goes; see that this computer's is right.",
            )


async def _is_ipv6_broken(host: str, port: int) -> bool:
    """Whether a host that has addresses of both kinds is reached by the older kind alone."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = {family: str(address[0]) for family, _, _, _, address in reversed(found)}
    newer, older = addresses.get(socket.AF_INET6), addresses.get(socket.AF_INET)
    if newer is None or older is None:
        return False
    by_newer, by_older = await asyncio.gather(_connects(newer, port), _connects(older, port))
    return by_older and not by_newer


async def _connects(address: str, port: int) -> bool:
    try:
        async with asyncio.timeout(IPV6_SECONDS):
            _, writer = await asyncio.open_connection(address, port)
    except OSError:  # among them TimeoutError
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
