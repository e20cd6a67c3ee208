"""Sources are made of their names, again with all that was named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.capture.registry import NamedSource, named
from tartantm.capture.unmade import UnmadeSource
from tartantm.cli.source_set import sources
from tartantm.core.errors import BadInput
from tartantm.networks.feed.source import FeedSource
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.x.source import XSource
from tartantm.settings.credentials import NamedBy


def test_a_source_is_made_again_with_the_key_that_its_name_does_not_show(tmp_path: Path) -> None:
    names = named(["feed:https://a.example/f?key=s3cret", "bluesky"], NamedBy.USER)
    made = sources(names, ["tartantm"], tmp_path / "a.tartantm")
    feed, _ = made.sources
    assert feed.name == "feed:https://a.example/f?…"
    assert made.again is not None
    again = made.again(feed.name)
    assert isinstance(again, FeedSource) and again is not feed
    assert again._url.endswith("?key=s3cret")
    assert made.again("bluesky").name == "bluesky"


@pytest.mark.parametrize("by", NamedBy)
def test_a_source_that_a_file_named_gets_no_token_when_it_is_made_again(
    by: NamedBy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "mastodon:http://127.0.0.1:9"
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "for-any-server-0123456789")
    made = sources(
        [NamedSource(name, by), NamedSource("bluesky", NamedBy.USER)], ["tartantm"], tmp_path / "a"
    )
    assert made.again is not None
    for source in (made.sources[0], made.again(name)):
        assert isinstance(source, MastodonSource)
        assert source.streams == (by is NamedBy.USER)
    assert len(made.withheld) == (by is NamedBy.FILE)


def test_one_that_is_named_twice_is_asked_once(tmp_path: Path) -> None:
    names = ["mastodon:a.example", "bluesky", "mastodon:a.example"]
    made = sources(named(names, NamedBy.USER), ["tartantm"], tmp_path / "a.tartantm")
    assert [each.name for each in made.sources] == ["mastodon:a.example", "bluesky"]


def test_a_name_that_is_not_whole_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"name it whole with --source"):
        names = named(["feed:https://a.example/f?…"], NamedBy.USER)
        sources(names, ["tartantm"], tmp_path / "a.tartantm")


def test_one_that_a_session_remembers_is_refused_until_it_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TARTANTM_X_TOKEN", raising=False)
    made = sources(named(["x", "bluesky"], NamedBy.FILE), ["tartantm"], tmp_path / "a.tartantm")
    x, _ = made.sources
    assert isinstance(x, UnmadeSource) and made.again is not None
    assert isinstance(made.again("x"), UnmadeSource)
    monkeypatch.setenv("TARTANTM_X_TOKEN", "made-up-0123456789")
    assert isinstance(made.again("x"), XSource)
    monkeypatch.delenv("TARTANTM_X_TOKEN")
    with pytest.raises(BadInput, match="without a token"):
        made.again("x")  # the one that there is goes on
