"""What is on the way: proxies, IPv6 that does not work, a script for the proxy, the clock."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tartantm.networks import proxy_script, reachability
from tartantm.networks.http import HttpClients
from tartantm.networks.reachability import check_clock, check_proxy_script, check_way
from tests.networks.on_the_way import answering, net

LATER = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def levels(http: HttpClients, url: str) -> list[str]:
    return [finding.level async for finding in check_way(http, url)]


async def test_a_proxy_is_named_without_its_password() -> None:
    http = net(proxy="http://me:s3cret@proxy.example:1")
    (found,) = [finding async for finding in check_way(http, "https://a.example")]
    assert "reached by the proxy http://proxy.example:1." in found.words


@pytest.mark.parametrize("families", [[socket.AF_INET6, socket.AF_INET], [socket.AF_INET]])
async def test_ipv6_that_does_not_work(
    families: list[socket.AddressFamily], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(b"") as url:
        port = int(url.rpartition(":")[2])
        address = {socket.AF_INET6: "::1", socket.AF_INET: "127.0.0.1"}
        found = [
            (family, socket.SOCK_STREAM, 6, "", (address[family], port)) for family in families
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        said = await levels(net(), f"https://a.example:{port}")
    assert said == (["doubtful"] if len(families) == 2 else [])


async def test_where_nothing_can_be_found_out_nothing_is_said() -> None:
    assert await levels(net(), "https://nowhere.invalid") == []
    assert not await reachability._is_ipv6_broken("127.0.0.1", 9)


async def test_a_script_for_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_script, "find_script", lambda: "http://it.example/proxy.pac")
    (found,) = [finding async for finding in check_proxy_script(net())]
    assert "PAC, http://it.example/proxy.pac" in found.words and "ask IT" in found.words
    http = net()
    await asyncio.to_thread(http.proxy_script.wait)
    assert http.way_out("https://a.example").script == "http://it.example/proxy.pac"
    assert http.way_out("http://127.0.0.1:1").script == ""
    assert [finding async for finding in check_proxy_script(net(proxy="http://p.example"))] == []


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (
            "<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : x:/p\n}",
            "x:/p",
        ),
        ("<dictionary> {\n  ProxyAutoConfigEnable : 0\n  ProxyAutoConfigURLString : x:/p\n}", ""),
        ("<dictionary> {\n  ProxyAutoConfigEnable : 1\n}", ""),
        ("", ""),
    ],
)
def test_macos(said: str, address: str) -> None:
    assert proxy_script.of_scutil(said) == address


@pytest.mark.parametrize(
    ("mode", "url", "address"),
    [
        ("'auto'", "'http://x/p'", "http://x/p"),
        ("'auto'", "''", "by DHCP or DNS"),
        ("'none'", "'x'", ""),
    ],
)
def test_gnome(mode: str, url: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(proxy_script, "_said", lambda *c: mode if c[-1] == "mode" else url)
    assert proxy_script.find_script() == address


def test_a_system_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert proxy_script._said("gsettings") == ""


def test_which_way_the_clock_is_wrong() -> None:
    here = net()
    assert "was not checked" in check_clock(here).words
    here.clock.learn("a.example", format_datetime(datetime.now(UTC), usegmt=True))
    assert check_clock(here).level == "good"
    here.clock.learn("b.example", format_datetime(datetime.now(UTC) + LATER, usegmt=True))
    found = check_clock(here)
    assert found.level == "doubtful" and "seconds slow" in found.words
