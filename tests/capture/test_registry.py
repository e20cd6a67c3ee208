"""The list of networks, and every other place that repeats it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tartantm.archives.formats import ALL
from tartantm.capture.recheck import RECHECKED
from tartantm.capture.registry import NETWORKS, SOURCES, NamedSource, SourceRegistry, parts
from tartantm.cli.main import parse
from tartantm.cli.networks import _WANTED
from tartantm.core import post
from tartantm.core.errors import BadInput
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import LiveSource
from tartantm.settings import credentials
from tartantm.settings.config import Config, NetSettings, load
from tartantm.settings.credentials import NamedBy

PLACES = {"": "", "HOST": "host.example", "URL": "https://feeds.example/a.xml"}
NAMES = [f"{name}:{PLACES[n.place]}".removesuffix(":") for name, n in NETWORKS.items()]


def registry(*hashtags: str) -> SourceRegistry:
    http = HttpClients(NetSettings(), LiveClock())
    return SourceRegistry(Config(), http, hashtags, "tag")


@pytest.mark.parametrize("name", NAMES)
def test_every_network_makes_a_source_of_its_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_X_TOKEN", "made-up-token")
    made = registry("tartantm")
    source = made.live(NamedSource(name, NamedBy.USER))
    assert isinstance(source, LiveSource)
    assert "tls" in vars(made.http)  # to read certificates would keep the screen waiting later
    assert (source.name, source.network) == (name, parts(name)[0])
    assert all("://" in address for address in registry().addresses(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_time_of_what_a_person_named_counts_and_of_nothing_else(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_X_TOKEN", "made-up-token")
    made = registry("tartantm")
    clock = made.http.clock
    hosts = [urlsplit(each).netloc for each in made.addresses(name)]
    if name == "bluesky":
        hosts.append("jetstream1.us-west.bsky.network")
    three = timedelta(hours=3)
    date = format_datetime(datetime.now(UTC) + three, usegmt=True)
    for host in hosts:
        clock.learn(host, date)
    assert not clock.witnesses
    made.live(NamedSource(name, NamedBy.USER))
    for host in (*hosts, "streams.other.example"):
        clock.learn(host, date)
    assert len(clock.witnesses) == 1 and not clock.take_jumps()


def test_two_servers_that_a_file_names_do_not_set_the_clock() -> None:
    made = registry("tartantm")
    date = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)

    def answer(by: NamedBy) -> int:
        for host in ("one.example1", "two.example2"):
            made.live(NamedSource(f"mastodon:{host}", by))
            made.http.clock.learn(host, date)
        return len(made.http.clock.take_jumps())

    assert answer(NamedBy.FILE) == 0
    made.config = Config(sources=("mastodon:one.example1",))
    assert answer(NamedBy.FILE) == 1, "one that the settings name, too, has a vote of its own"


SERVER = "mastodon:http://127.0.0.1:4190"


@pytest.mark.parametrize("name", NAMES)
def test_a_token_for_any_server_goes_to_none_that_a_file_names(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, place = parts(name)
    if network not in credentials.VARIABLES:
        return
    monkeypatch.setenv(credentials.VARIABLES[network], "handle:made-up-token")
    made = registry("tartantm")
    assert made.token(NamedSource(name, NamedBy.USER))
    assert (made.token(NamedSource(name, NamedBy.FILE)) is None) == bool(place)
    assert bool(made.withheld(NamedSource(name, NamedBy.FILE))) == bool(place)


@pytest.mark.parametrize(
    ("sources", "has_token"),
    [
        ((), False),
        (("bluesky", "file:night.jsonl", "feed:https://a.example/f", "odd"), False),
        (("mastodon:127.0.0.1:4190",), False),
        (("mastodon:HTTP://127.0.0.1:4190/",), True),
    ],
)
def test_what_the_settings_name_was_named_by_the_user(
    sources: tuple[str, ...], has_token: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "made-up-token")
    http = HttpClients(NetSettings(), LiveClock())
    made = SourceRegistry(Config(sources=sources), http, ["tartantm"], "tag")
    source = made.live(NamedSource(SERVER, NamedBy.FILE))
    assert isinstance(source, MastodonSource) and source.streams == has_token
    assert bool(made.withheld(NamedSource(SERVER, NamedBy.FILE))) != has_token


def test_people_know_every_network_by_a_name() -> None:
    assert {*NETWORKS, "room"} == {*post.NETWORKS}


def test_every_network_with_a_token_has_its_account_variable_prompt_and_table(
    tmp_path: Path,
) -> None:
    assert {*credentials.VARIABLES} == {*_WANTED} <= {*NETWORKS}
    for name in NAMES:
        config = tmp_path / "config.toml"
        config.write_text(f'[sources."{name}"]\ntoken_command = ["show"]\n', encoding="utf-8")
        if parts(name)[0] in credentials.VARIABLES:
            assert credentials.account_name(name) == name
            settings = load(config)
            assert settings.accounts == [name] and settings.token_command(name) == ("show",)
        else:
            with pytest.raises(BadInput):
                credentials.account_name(name)
            with pytest.raises(BadInput):
                load(config)


def test_the_help_and_the_refusal_name_every_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        parse(["follow", "--help"])
    assert SOURCES in capsys.readouterr().out
    for wrong in ("", "twitter", "x:y", "mastodon", "feed:"):
        with pytest.raises(BadInput, match=SOURCES):
            parts(wrong)


def test_recordings_of_every_network_that_can_be_asked_again_are_read() -> None:
    assert {"tartantm", *RECHECKED} <= {each.name for each in ALL}


def test_only_a_feed_can_be_followed_without_a_hashtag() -> None:
    for name in NAMES:
        if name.startswith("feed:"):
            registry().live(NamedSource(name, NamedBy.USER))
        else:
            with pytest.raises(BadInput, match="no hashtag"):
                registry().live(NamedSource(name, NamedBy.USER))
