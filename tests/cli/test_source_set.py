"""Sources are made of their names, again with all that was named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.cli.source_set import sources
from tartantm.core.errors import BadInput
from tartantm.networks.feed.source import FeedSource


def test_a_source_is_made_again_with_the_key_that_its_name_does_not_show(tmp_path: Path) -> None:
    made = sources(
        ["feed:https://a.example/f?key=s3cret", "bluesky"], ["tartantm"], tmp_path / "a.tartantm"
    )
    feed, _ = made.sources
    assert feed.name == "feed:https://a.example/f?…"
    assert made.again is not None
    again = made.again(feed.name)
    assert isinstance(again, FeedSource) and again is not feed
    assert again._url.endswith("?key=s3cret")
    assert made.again("bluesky").name == "bluesky"


def test_a_name_that_is_not_whole_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"name it whole with --source"):
        sources(["feed:https://a.example/f?…"], ["tartantm"], tmp_path / "a.tartantm")
