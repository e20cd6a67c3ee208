"""What may stand between us and a server, on loopback: proxies, certificates, and other networks.

`ways` asks an address in the way of each client library, so that all are seen to say the same.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tartantm.core.errors import TartantmError
from tartantm.networks.bluesky.jetstream import Jetstream
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.x.source import XSource
from tartantm.settings.config import NetSettings

HTML = b"<!doctype html><title>Log in</title>"


def net(**settings: object) -> HttpClients:
    return HttpClients(NetSettings(**settings), LiveClock())  # type: ignore[arg-type]


async def by_httpx(http: HttpClients, base: str) -> None:
    client = MastodonClient(http, base, None)
    try:
        await client.entity("/")
    finally:
        await client.close()


async def by_websockets(http: HttpClients, base: str) -> None:
    async with Jetstream(http, base.replace("http", "ws", 1)).connect():
        pass


async def by_requests(http: HttpClients, base: str) -> None:
    source = XSource(http, "made-up-token", ["tartantm"], "t", base=base)
    try:
        await source._rest_client().rule_counts()
    finally:
        await source.close()


WAYS: dict[str, Callable[[HttpClients, str], Awaitable[None]]] = {
    "httpx": by_httpx,
    "websockets": by_websockets,
    "requests": by_requests,
}


async def told(way: str, http: HttpClients, base: str) -> str:
    """The sentence for what is in the way."""
    with pytest.raises(TartantmError) as caught:
        async with asyncio.timeout(20):
            await WAYS[way](http, base)
    return str(caught.value)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """Something that gives one answer whatever it is asked, and its address."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(65_536)  # a head, or the beginning of TLS
            writer.write(answer)
            await writer.drain()
        except OSError:
            pass
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def response(status: str, body: bytes = b"", **headers: str | list[str]) -> bytes:
    """An answer of HTTP; a header may come several times."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            lines.append(f"{name.replace('_', '-')}: {value}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def by_tls(folder: Path, kind: str) -> AsyncIterator[tuple[str, Path]]:
    """A server with a certificate of some kind; its address, and the authority's certificate."""
    authority, chain = certificates(folder, kind)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", authority
    finally:
        server.close()


def certificates(folder: Path, kind: str) -> tuple[Path, Path]:
    """Files of an authority's certificate, and of a server's with its key."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def made(name: str, key: Any, issuer: str, signer: Any, days: int, host: str = "") -> Any:
        begin = datetime.now(UTC) + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        )
        # From Python 3.13 on certificates without these are refused, whatever else they are.
        for extension, is_critical in (
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False),
            (_usage(x509, is_authority=not host), True),
        ):
            builder = builder.add_extension(extension, critical=is_critical)
        if host:
            names = [x509.IPAddress(ip_address(host))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer, hashes.SHA256())

    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    days = {"expired": -9, "not yet": 7}.get(kind, -1)
    host = "127.0.0.9" if kind == "other name" else "127.0.0.1"
    issuer, signer = ("server", theirs) if kind == "own" else ("authority", ours)
    authority, chain = folder / "authority.pem", folder / "chain.pem"
    pem = serialization.Encoding.PEM
    authority.write_bytes(made("authority", ours, "authority", ours, -1).public_bytes(pem))
    private = theirs.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(
        made("server", theirs, issuer, signer, days, host).public_bytes(pem) + private
    )
    return authority, chain


def _usage(x509: Any, *, is_authority: bool) -> Any:
    """What a certificate's key is for: to sign certificates, or to speak TLS."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
