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
    assert "is by the proxy http://proxy.example:1." in found.words


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


def clocks(**ahead: timedelta) -> list[tuple[str, str]]:
    """What is found where these hosts answered with times that far ahead."""
    http = net()
    for host, by in ahead.items():
        date = format_datetime(datetime.now(UTC) + by, usegmt=True)
        http.clock.admit([f"https://{host}.example"], by_user=True)
        http.clock.learn(f"{host}.example", date)
    return [(found.level, found.words) for found in check_clock(http)]


def test_whose_clock_is_wrong() -> None:
    none, good = timedelta(), ("good", "This computer's clock is right.")
    ((level, words),) = clocks()
    assert level == "doubtful" and "was not checked" in words
    assert clocks(a=none) == [good]
    assert clocks(a=none, b=2 * 12 * LATER) == [
        good,
        (
            "doubtful",
            "The clock of b.example is 2 hours ahead of this computer's; the chat does not go by"
            " it.",
        ),
    ]
    ((level, words),) = clocks(a=-LATER)
    assert level == "doubtful" and "a.example is 5 minutes behind this computer's" in words
    assert "see that this computer's is right" in words


def test_where_the_servers_agree_this_computer_is_wrong() -> None:
    (found, other) = clocks(a=LATER, b=LATER, c=-LATER)
    assert found == (
        "doubtful",
        "This computer's clock is 5 minutes behind those of the servers, which agree; set it"
        " right.",
    )
    assert "c.example is 10 minutes behind the others'" in other[1]


def test_one_host_whose_answers_differ_is_still_told() -> None:
    """Several servers on one computer are one witness, whose last answer may be right."""
    http = net()
    http.clock.admit(["http://127.0.0.1:8001"], by_user=True)
    for by in (2 * 12 * LATER, timedelta()):
        date = format_datetime(datetime.now(UTC) + by, usegmt=True)
        http.clock.learn("127.0.0.1:8001", date)
    assert [found.level for found in check_clock(http)] == ["good", "doubtful"]
