"""What a page holds is bounded by what was asked for, and nothing is lost by that."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.post import Post
from tartantm.networks.mastodon import client, timeline
from tartantm.networks.mastodon.client import PAGE_BYTES, SLACK, as_asked
from tests.networks.mastodon.listening import ago, source_of
from tests.networks.mastodon.server import Answer, MastodonServer

ASKED = [("limit", "40"), ("max_id", "9")]


@given(st.lists(st.integers(0, 40_000), max_size=120))
def test_a_page_is_the_beginning_of_what_came(sizes: list[int]) -> None:
    rows: list[Any] = ["x" * size for size in sizes]
    kept = as_asked(rows, ASKED)
    assert kept == rows[: len(kept)]
    assert bool(kept) == bool(rows)
    assert len(kept) <= SLACK * 40
    assert sum(map(len, kept[1:])) <= PAGE_BYTES
    if len(rows) <= SLACK * 40 and len(msgspec.json.encode(rows)) <= PAGE_BYTES:
        assert kept == rows
    assert as_asked(rows, [("id[]", "9")]) is rows, "it cannot be asked for what is below"


@pytest.mark.parametrize("long", [False, True])
async def test_a_server_that_ignores_the_limit_loses_nothing(
    long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether its pages have too many posts or too long ones."""
    monkeypatch.setattr(client, "PAGE_BYTES", 4_000 if long else PAGE_BYTES)
    monkeypatch.setattr(client, "SLACK", 10 if long else SLACK)
    monkeypatch.setattr(timeline, "PAGE", 10)
    async with MastodonServer() as server:
        for n in range(60):
            server.post(f"{n} #tartantm")
        usual, asked = server._timeline, 0

        def all_below(query: dict[str, list[str]], tag: str) -> Answer:
            nonlocal asked
            asked += 1
            return usual(query | {"limit": ["40"]}, tag)

        monkeypatch.setattr(server, "_timeline", all_below)
        source = source_of(server)
        pages = [batch async for batch in source.since(ago(hours=1))]
        ids = {item.id for page in pages for item in page if isinstance(item, Post)}
        size = max(len(page) for page in pages)
        assert (len(ids), source.damaged) == (60, 0)
        assert asked > 60 / size >= 3 and size <= 20
        await source.close()
