"""Checks whether an address can be reached from here, and finds out what is in the way."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from tartantm.networks.clock import TOLERANCE
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Finding, Lost

_LOGIN = "this Wi-Fi may want you to log in first; open any web page in a browser."


async def check_reachable(http: HttpClients, url: str) -> AsyncIterator[Finding]:
    """Try DNS or proxy, connection and certificate, and look for a login page in between."""
    parts = urlsplit(url)
    host, plain = parts.hostname or "", parts.scheme in ("http", "ws")
    proxy = http.proxy_for(url)
    if proxy:
        yield Finding("good", f"{host} is reached by the proxy {_without_password(proxy)}.")
    else:
        yield (found := await _resolve(host, parts.port or (80 if plain else 443)))
        if found.level == "bad":
            return
    yield await _request(http, f"{'http' if plain else 'https'}://{parts.netloc}", host)


def check_clock(http: HttpClients) -> Finding:
    """Whether the local clock is right by the answers of the servers."""
    said = http.clock.witnesses
    if not said:
        return Finding(
            "doubtful", "No server answered with its time, so the clock was not checked."
        )
    wrong = {name: ahead for name, ahead in said.items() if abs(ahead) > TOLERANCE}
    if not wrong:
        return Finding("good", "This computer's clock is right.")
    name, ahead = max(wrong.items(), key=lambda pair: abs(pair[1]))
    seconds = ahead.total_seconds()
    return Finding(
        "doubtful",
        f"This computer's clock is {abs(seconds):.0f} seconds {'slow' if seconds > 0 else 'fast'} "
        f"by the clock of {name}, and is what the chat goes by; set it right.",
    )


async def _resolve(host: str, port: int) -> Finding:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return Finding(
            "bad",
            f"The name {host} is not known here; is the network up, and the name right?",
        )
    many = len({address for *_, address in found})
    return Finding("good", f"{host} has {many} address{'' if many == 1 else 'es'}.")


async def _request(http: HttpClients, base: str, host: str) -> Finding:
    import httpx

    from tartantm.networks.bounded import PROBLEM_BYTES, NoAnswer, TooLong

    try:
        async with http.client(base) as client:
            answer = await client.ask("GET", "/", redirects=0, most=PROBLEM_BYTES)
    except TooLong:
        return Finding("good", f"{host} answers.")
    except NoAnswer as error:
        if isinstance(error.cause, httpx.ProxyError):
            return Finding("bad", f"The proxy would not let us through to {host}.")
        if isinstance(error.cause, httpx.TimeoutException):
            return Finding(
                "bad", f"{host} did not answer in time; a firewall may drop what we send."
            )
        if _certificate(error.cause):
            return Finding(
                "bad",
                f"The certificate of {host} is signed by an authority unknown here. Where your "
                "organisation inspects connections, name its certificate as ca_file under "
                f"[network] in the config file; else {_LOGIN}",
            )
        return Finding("bad", f"{host} cannot be connected to: {_reason(error.cause)}.")
    except Lost as error:
        return Finding("bad", str(error))
    elsewhere = answer.redirects_to and (
        answer.redirects_to.split(".")[-2:] != host.split(".")[-2:]
    )
    if answer.status == 511 or elsewhere:
        return Finding("doubtful", f"{host} sends us elsewhere: {_LOGIN}")
    return Finding("good", f"{host} answers.")


def _certificate(error: BaseException | None) -> bool:
    """Whether a certificate is the cause of an error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


def _without_password(proxy: str) -> str:
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
