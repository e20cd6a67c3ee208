"""Why no answer came, and what to do about it: one sentence for every client library.

Whatever httpx, requests, websockets or a socket raised, the desk, ``follow`` and ``tartantm
doctor`` say the same. The exception's own words are not shown: they are in the system's language,
and may name a proxy with its password.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import datetime
from http.client import HTTPException

from tartantm.networks.protocol import Advised, Lost
from tartantm.networks.way_out import ProxyRefusal, WayOut, way_of

LOGIN = "the Wi-Fi may want its login page opened first: open any web page in a browser"

ELSEWHERE = "try another Wi-Fi or a phone's hotspot"

SETTING = "under [network] in the config file ('tartantm paths' says where it is)"

_LOCAL_HELPER = (
    "or run a helper here that signs in, such as px, "
    f'and set proxy = "http://127.0.0.1:3128" {SETTING}'
)

_CERTIFICATES: dict[int, str] = {
    # OpenSSL's, then those of Windows and macOS, by the 32 bits that they have in common.
    **dict.fromkeys((9, 0xFFFEF715), "not yet"),
    **dict.fromkeys((10, 0x800B0101, 0xFFFEF716), "expired"),
    **dict.fromkeys((62, 64, 0x800B010F, 0xFFFEF7EE), "other name"),
    18: "own",
}
"""What is wrong with a certificate, by ``verify_code``; others are of an unknown authority."""

_NO_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "UNKNOWN_PROTOCOL",
        "HTTP_REQUEST",
        "HTTPS_PROXY_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "RECORD_LAYER_FAILURE",
    }
)
"""What OpenSSL calls an answer that is something else, such as a web page."""


def connection_error(error: Exception, host: str, way: WayOut | None = None) -> Lost:
    """The error for a request that got no answer; a request of httpx knows its own way."""
    import httpx

    way = way or way_of(error) or WayOut()
    causes = list(_causes(error))

    def is_caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in causes)

    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return Lost(_certificate(each, host))
        if isinstance(each, ssl.SSLError) and each.reason in _NO_TLS:
            return Lost.advised(
                f"What answers in place of {host} does not speak https",
                f"; {LOGIN}. Where it is a server of your own without https, name it as"
                f" http://{host}.",
            )
    if is_caused_by(httpx.ProxyError):
        return proxy_error(way.refusal, host, way)
    name = next((each for each in causes if isinstance(each, socket.gaierror)), None)
    if name is not None:
        return Lost(_unknown_name(name, host, way))
    if is_caused_by(TimeoutError, httpx.TimeoutException):
        return Lost(_too_late(host, way))
    if isinstance(error, httpx.TooManyRedirects):
        return Lost.advised(
            f"{host} redirects from one address to the next without end", f"; {LOGIN}."
        )
    if is_caused_by(ConnectionRefusedError) or _is_unreached(error):
        return Lost(_unreached(host, way, refused=is_caused_by(ConnectionRefusedError)))
    if way.proxy and way.refusal is None and is_caused_by(httpx.RemoteProtocolError):
        return Lost.advised(
            f"What is set as the proxy, {way.proxy}, does not answer as one",
            f"; correct proxy {SETTING}, or HTTPS_PROXY.",
        )
    if way.proxy:
        return Lost.advised(
            f"The connection to {host} by the proxy {way.proxy} broke",
            f". Where that goes on, ask IT to allow {host}, or {LOGIN}.",
        )
    return Lost.advised(
        f"The connection to {host} broke",
        f". Where that goes on, a firewall may cut it: ask IT to allow {host}, or {ELSEWHERE}.",
    )


def proxy_error(refusal: ProxyRefusal | None, host: str, way: WayOut) -> Lost:
    """The error for a proxy that does not let us through."""
    proxy = f"The proxy {way.proxy}" if way.proxy else "The proxy"
    if refusal is None or 200 <= refusal.status < 300:
        return Lost.advised(
            f"{proxy} did not let us through to {host}",
            f"; correct proxy {SETTING}, or ask IT to allow {host}.",
        )
    if refusal.status == 407:
        return Lost(_sign_in(proxy, refusal.asks_for, host, way))
    if 300 <= refusal.status < 400 or refusal.status == 511:
        return Lost.advised(f"{proxy} sends us elsewhere in place of {host}", f"; {LOGIN}.")
    if refusal.status in (502, 503, 504):
        return Lost.advised(
            f"{proxy} cannot reach {host} now ({refusal.status})",
            f". Where that goes on, ask IT whether {host} is blocked.",
        )
    return Lost.advised(
        f"{proxy} did not let us through to {host} ({refusal.status})",
        f"; ask IT to allow {host}.",
    )


def _sign_in(proxy: str, asks_for: Sequence[str], host: str, way: WayOut) -> Advised:
    """What to do about a proxy that answers 407, by what it asks for."""
    # Several kinds may stand in one header, with commas between them and within each.
    words = [
        part.strip().partition(" ")[0].lower() for each in asks_for for part in each.split(",")
    ]
    kinds = {word for word in words if word and "=" not in word}
    if "basic" in kinds and way.has_password:
        return Advised(
            f"{proxy} does not accept the name and password that it is told",
            f"; correct them in proxy {SETTING}, or in HTTPS_PROXY.",
        )
    if "basic" in kinds:
        return Advised(
            f"{proxy} asks for a name and a password",
            f'; set proxy = "http://NAME:PASSWORD@HOST:PORT" {SETTING}.',
        )
    if kinds & {"ntlm", "negotiate", "kerberos"}:
        names = " or ".join(_NAMES[kind] for kind in sorted(kinds) if kind in _NAMES)
        return Advised(
            f"{proxy} wants your Windows sign-in ({names}), which tartantm cannot give",
            f"; ask IT for a proxy that takes a password, or to let {host} through without one, "
            f"{_LOCAL_HELPER}.",
        )
    if kinds:
        shown = ", ".join(sorted(kinds))[:60]
        return Advised(
            f"{proxy} asks for a kind of sign-in that tartantm cannot give ({shown})",
            f"; ask IT for one that takes a password, {_LOCAL_HELPER}.",
        )
    return Advised(
        f"{proxy} asks for a name and a password and does not say how it takes them",
        f"; ask IT what to set as proxy {SETTING}.",
    )


_NAMES = {"ntlm": "NTLM", "negotiate": "Negotiate", "kerberos": "Kerberos"}


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Advised:
    code = getattr(error, "verify_code", 0)
    today = f"{datetime.now():%d %B %Y}".lstrip("0")
    match _CERTIFICATES.get(code & 0xFFFFFFFF):
        case "not yet":
            return Advised(
                f"The certificate of {host} is not valid yet, by this computer's clock ({today})",
                "; set the clock right.",
            )
        case "expired":
            return Advised(
                f"The certificate of {host} is out of date, by this computer's clock ({today})",
                "; where that is today's date, whoever runs the server has to renew it, else set "
                "the clock right.",
            )
        case "other name":
            return Advised(
                f"The certificate of {host} is made for another name",
                f"; see whether the name is spelt right, else {LOGIN}.",
            )
        case "own":
            return Advised(
                f"{host} shows a certificate that it signed itself",
                "; where the server is yours, name that certificate as ca_file "
                f"{SETTING}, else {LOGIN}.",
            )
        case _:
            said = getattr(error, "verify_message", "") or "unknown authority"
            return Advised(
                f"The certificate of {host} is not trusted here ({said})",
                "; where your organisation inspects connections, ask IT for its certificate and "
                f"name it as ca_file {SETTING}, else {LOGIN}.",
            )


def _unknown_name(error: socket.gaierror, host: str, way: WayOut) -> Advised:
    if way.proxy:
        return Advised(
            f"The proxy {way.proxy} cannot be found by its name",
            f"; correct proxy {SETTING}, or HTTPS_PROXY.",
        )
    if error.errno == socket.EAI_AGAIN:
        return Advised(
            f"No name server says where {host} is, so its address cannot be found",
            f"; see whether this computer is online at all; {LOGIN}.{_by_script(way)}",
        )
    return Advised(
        f"The name {host} cannot be found",
        "; see whether this computer is online, and whether the name is spelt right where you "
        f"wrote it.{_by_script(way)}",
    )


def _too_late(host: str, way: WayOut) -> Advised:
    if way.proxy and not way.is_reached:
        return Advised(
            f"The proxy {way.proxy} did not answer in time", "; ask IT whether it is the right one."
        )
    by = f" by the proxy {way.proxy}" if way.proxy else ""
    return Advised(
        f"{host} did not answer in time{by}",
        f"; a firewall may drop what is sent: {ELSEWHERE}, or ask IT to allow {host}."
        f"{_by_script(way)}",
    )


def _unreached(host: str, way: WayOut, *, refused: bool) -> Advised:
    if way.proxy and not way.is_reached:
        how = "refuses connections" if refused else "cannot be reached"
        return Advised(
            f"The proxy {way.proxy} {how}", f"; correct proxy {SETTING}, or HTTPS_PROXY."
        )
    if refused:
        return Advised(
            f"{host} refuses connections",
            "; it may be down, which its operators can say, or a firewall refuses them: "
            f"{ELSEWHERE}.{_by_script(way)}",
        )
    return Advised(
        f"{host} cannot be reached",
        f"; see whether this computer is online, and {ELSEWHERE}.{_by_script(way)}",
    )


def _by_script(way: WayOut) -> str:
    """What to do where the system has its proxy from a script, which may be the only way out."""
    if not way.script:
        return ""
    return (
        f" This computer finds its proxy by a script (PAC, {way.script[:200]}), which tartantm "
        f'cannot run; ask IT for the proxy\'s address and set proxy = "http://HOST:PORT" {SETTING}.'
    )


def _is_unreached(error: Exception) -> bool:
    """Whether there was no connection at all, as far as can be told."""
    import httpx

    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.ConnectError):
        return False
    broke = (ConnectionError, HTTPException, EOFError, ssl.SSLError)
    return not any(isinstance(each, broke) for each in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that led to it."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
