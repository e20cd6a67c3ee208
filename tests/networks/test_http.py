"""One way out for every network: proxy, certificates, and the servers' time."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tartantm.core.errors import BadInput
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings


def net(**settings: object) -> HttpClients:
    return HttpClients(NetSettings(**settings), LiveClock())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def http_date(when: datetime) -> str:
    return format_datetime(when, usegmt=True)


async def serve(answer: bytes) -> tuple[asyncio.Server, str]:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_only_the_server_that_was_asked_says_what_time_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that redirects could bring as many witnesses as it has hosts."""
    monkeypatch.setattr("tartantm.networks.clock.site", lambda host: host)
    there = datetime.now(UTC) + timedelta(hours=2)
    dated = f"Date: {http_date(there)}\r\nContent-Length: 0\r\n"
    other, elsewhere = await serve(f"HTTP/1.1 200 OK\r\n{dated}\r\n".encode())
    moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/\r\n{dated}\r\n"
    server, url = await serve(moved.encode())
    here = net()
    here.clock.admit([url], by_user=True)
    async with server, other, here.client(url) as client:
        await client.ask("GET", "/")
        assert list(here.clock.witnesses) == [url.removeprefix("http://")]
        assert abs(here.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


async def test_however_a_server_is_spelt_it_says_what_time_it_is() -> None:
    dated = f"Date: {http_date(datetime.now(UTC))}\r\nContent-Length: 0\r\n"
    server, url = await serve(f"HTTP/1.1 200 OK\r\n{dated}\r\n".encode())
    here, spelt = net(), url.replace("127.0.0.1", "LocalHost")
    here.clock.admit([url.replace("127.0.0.1", "localhost.")], by_user=True)
    async with server, here.client(spelt) as client:
        await client.ask("GET", "/")
    assert here.clock.witnesses


def test_one_proxy_setting_for_every_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://by.environment:1")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert net().proxy_for("https://a.example/x") == "http://by.environment:1"
    assert net().proxy_for("wss://a.example/x") == "http://by.environment:1"
    assert net().proxy_for("https://inside.example/") is None
    assert net().proxy_for("http://a.example/") is None
    given = net(proxy="http://given.example:2")
    assert given.proxy_for("http://a.example/") == "http://given.example:2"
    assert given.proxy_for("wss://a.example/") == "http://given.example:2"


def test_certificates_of_a_company(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no ca_file"):
        _ = net(ca_file=tmp_path / "none.pem").tls
    bad = tmp_path / "bad.pem"
    bad.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no certificates"):
        _ = net(ca_file=bad).tls
    assert isinstance(net().tls, ssl.SSLContext)
