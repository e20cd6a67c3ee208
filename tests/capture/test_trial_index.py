"""What came on trial is found by every name, and is gone once it was deleted."""

from __future__ import annotations

from datetime import UTC, datetime

from tartantm.capture.trial_index import TrialIndex
from tartantm.core.events import Deleted
from tests.builders import post


async def test_what_came_is_held_in_memory() -> None:
    index = TrialIndex()
    first, second = post("1"), post("mastodon:2", aliases=("mastodon:here/2",))
    assert await (await index.deliver([first, second])) == 2
    assert await (await index.deliver([second, post("3", visibility="restricted")])) == 0
    assert index.holds("mastodon:here/2") and not index.holds("x:3")
    assert index.post(first.id) == first and index.post("x:9") is None
    assert index.latest("x", 1) == [second] and len(index.of_source("x")) == 2
    assert index.questions("x") == []
    await index.deliver([Deleted(("mastodon:here/2",), datetime.now(UTC))])
    assert list(index.posts) == [first] and not index.holds("mastodon:here/2")
