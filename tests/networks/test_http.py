"""One way out for every network: proxy, certificates, and the servers' time."""

from __future__ import annotations

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


@pytest.mark.parametrize("minutes", [-60, -1, 1, 60])
def test_a_wrong_local_clock_is_not_gone_by(minutes: int) -> None:
    server_clock = LiveClock()
    server_clock.learn(http_date(datetime.now(UTC) + timedelta(minutes=minutes)))
    assert server_clock.is_wrong
    there = datetime.now(UTC) + timedelta(minutes=minutes)
    assert abs((server_clock.now() - there).total_seconds()) < 2


@pytest.mark.parametrize("date", [None, "", "soon", "Wed, 99 Jun 2026 17:00:00 GMT"])
def test_no_date_or_nonsense_changes_nothing(date: str | None) -> None:
    server_clock = LiveClock()
    server_clock.learn(date)
    assert not server_clock.is_wrong
    assert server_clock.offset == timedelta()


def test_one_proxy_setting_for_every_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://by.environment:1")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert net().proxy_for("https://a.example/x") == "http://by.environment:1"
    assert net().proxy_for("wss://a.example/x") == "http://by.environment:1"
    assert net().proxy_for("https://inside.example/") is None
    assert net().proxy_for("http://a.example/") is None
    given = net(proxy="http://given.example:2")
    assert given.proxy_for("http://a.example/") == "http://given.example:2"
    assert given.websocket_options("wss://a.example/")["proxy"] == "http://given.example:2"


def test_certificates_of_a_company(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no ca_file"):
        _ = net(ca_file=tmp_path / "none.pem").tls
    bad = tmp_path / "bad.pem"
    bad.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no certificates"):
        _ = net(ca_file=bad).tls
    assert isinstance(net().tls, ssl.SSLContext)
