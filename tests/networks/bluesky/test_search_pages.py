"""How searches end: with all that there is, or with a word on how far they reach."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tartantm.core.post import Post
from tartantm.networks.bluesky import search as bluesky_search
from tartantm.networks.bluesky.search import BlueskySearch
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.protocol import Unfilled
from tests.networks.bluesky.store import Json, Store

HOUR = 3600.0


class Service:
    """Answers searches as Bluesky's does, or with a flaw; asked by what would be an XrpcClient."""

    host, account = "search.example", None

    def __init__(self, store: Store, *, knows_until: bool = True) -> None:
        self.store, self.knows_until = store, knows_until
        self.hidden: set[str] = set()
        """Posts that are left out of their pages, which get shorter by that."""
        self.window = 10_000
        """So many results of one search can be had."""
        self.repeats = False
        """The last page names itself as the next."""
        self.asked: list[Mapping[str, Any]] = []

    async def ask(self, method: str, asked: Mapping[str, Any]) -> Json:
        if method != "app.bsky.feed.searchPosts":
            return {"thread": {}}
        self.asked.append(dict(asked))
        until = asked.get("until", "") if self.knows_until else ""
        found = self.store.found(asked["q"], asked["since"], until)[: self.window]
        begin, size = int(asked.get("cursor", 0)), asked["limit"]
        shown = [view for view in found[begin : begin + size] if view["uri"] not in self.hidden]
        if len(found) > begin + size:
            return {"posts": shown, "cursor": str(begin + size)}
        return {"posts": shown} | ({"cursor": str(begin)} if self.repeats and begin else {})


def of(count: int, step: float = 10.0) -> tuple[Service, list[str]]:
    """A service with so many posts, `step` seconds apart, and their words, the latest first."""
    store = Store()
    return Service(store), [
        store.posts[store.post(f"{n} #tartantm", ago=n * step + 1)]["record"]["text"]
        for n in range(count)
    ]


async def searched(
    service: Service, ago: float = HOUR
) -> tuple[dict[str, datetime], Unfilled | None]:
    """What a search brought, and how it ended."""
    search = BlueskySearch(service, StreamFilter(["tartantm"]))  # type: ignore[arg-type]
    found: list[Post] = []
    try:
        async for batch in search.since(datetime.now(UTC) - timedelta(seconds=ago)):
            found += [item for item in batch if isinstance(item, Post)]
    except Unfilled as error:
        return {post.text: post.created_at for post in found}, error
    assert len(found) == len({post.id for post in found})
    return {post.text: post.created_at for post in found}, None


async def test_a_page_of_hidden_posts_is_not_the_last() -> None:
    service, words = of(250)
    service.hidden = {*list(service.store.posts)[100:200]}
    found, lost = await searched(service)
    assert (set(found), lost) == ({*words[:100], *words[200:]}, None)


@pytest.mark.parametrize("flaw", ["window", "repeats"])
async def test_a_search_that_ends_early_is_begun_anew_below(flaw: str) -> None:
    service, words = of(350)
    setattr(service, flaw, 100 if flaw == "window" else True)
    if flaw == "repeats":
        service.window = 200
    found, lost = await searched(service)
    assert (set(found), lost) == (set(words), None)


@pytest.mark.parametrize("flaw", ["window", "repeats", "pages"])
async def test_where_no_more_can_be_had_it_says_from_when_on_it_has_all(
    flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, words = of(350)
    service.knows_until = False
    if flaw == "pages":
        monkeypatch.setattr(bluesky_search, "PAGES", 2)
    else:
        service.window, service.repeats = 200, flaw == "repeats"
    found, lost = await searched(service)
    assert lost is not None and "does not return older posts" in str(lost)
    assert set(found) == set(words[:200])
    assert lost.had_since is not None
    assert abs(lost.had_since - found[words[199]]) < timedelta(minutes=1)


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (99, 1), (100, 2), (101, 2)])
async def test_an_end_is_an_end(count: int, pages: int) -> None:
    service, words = of(count)
    found, lost = await searched(service)
    assert (set(found), lost) == (set(words), None)
    assert [asked["q"] for asked in service.asked] == ["#tartantm"] * pages + ["tartantm"] * pages


async def test_what_cannot_be_had_of_before_is_not_missed() -> None:
    service, _ = of(350)
    service.window, service.knows_until = 200, False
    found, lost = await searched(service, ago=1500)
    assert (len(found), lost) == (150, None)


async def test_what_came_in_the_gap_belongs_to_it_whatever_its_authors_clock_says() -> None:
    service, _ = of(3)
    behind = service.store.posts[service.store.post("slow clock #tartantm", "bob", ago=60)]
    behind["record"]["createdAt"] = _written(4 * HOUR)
    before = service.store.posts[service.store.post("of before #tartantm", "cara", ago=2 * HOUR)]
    before["record"]["createdAt"] = _written(30)
    found, lost = await searched(service)
    assert lost is None
    assert "slow clock #tartantm" in found and "of before #tartantm" not in found


def _written(ago: float) -> str:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 60),
    st.sets(st.integers(0, 59)),
    st.integers(1, 6).map(lambda pages: 10 * pages),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)
@example(40, set(), 20, True, False, 0)
def test_all_is_had_or_it_says_since_when(
    count: int, hidden: set[int], window: int, repeats: bool, knows_until: bool, bursts: int
) -> None:
    service, _ = of(count, step=(10.0, 3.0, 1.0, 0.2)[bursts])
    service.knows_until, service.repeats = knows_until, repeats
    service.window = window
    service.hidden = {uri for n, uri in enumerate(service.store.posts) if n in hidden}
    there = {
        view["record"]["text"]: datetime.fromisoformat(view["record"]["createdAt"])
        for uri, view in service.store.posts.items()
        if uri not in service.hidden
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bluesky_search, "PAGE", 10)
        found, lost = asyncio.run(searched(service))
    if lost is None:
        # A page that is not full, and names no other, ends a search: hidden posts make pages short.
        assert set(there) == set(found) or (hidden and window < count)
    else:
        since = lost.had_since or datetime.max.replace(tzinfo=UTC)
        assert {text for text, at in there.items() if at > since} <= set(found)
