"""A timeline whose reading is interrupted again and again is read to its end, and no page twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core.post import Post
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.mastodon.reading import Reading
from tartantm.networks.mastodon.timeline import (
    APART_SECONDS,
    LATE,
    MOST_PAGES,
    PAGE,
    Paging,
    timeline,
)
from tartantm.networks.protocol import Limited, Unfilled
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import Answer, MastodonServer
from tests.virtual_time import VirtualTimeLoop, run

APART = APART_SECONDS

BEGAN = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)
WHEN = BEGAN + timedelta(minutes=30)


class Timeline:
    """Stands in for a client: has a post a second, and answers so many requests a try."""

    host, is_gotosocial = "a.example", False

    def __init__(self, posts: int) -> None:
        self.ids = list(range(posts))
        self.left = 0
        self.asked: list[str] = []

    async def statuses(self, path: str, query: Sequence[tuple[str, str]], **_: object) -> list[Any]:
        if not self.left:
            raise Limited("Throttled", 60)
        self.left -= 1
        below = int(dict(query).get("max_id", len(self.ids) + 10_000))
        self.asked.append(dict(query).get("max_id", ""))
        page = [number for number in reversed(self.ids) if number < below][:PAGE]
        return [{"id": str(number), "created_at": _at(number).isoformat()} for number in page]


class Throttled(MastodonServer):
    """Answers so many requests for timelines."""

    left = 0

    def _limited(self, path: str, query: dict[str, list[str]], token: bool) -> Answer:
        self.left -= "/timelines/" in path
        if self.left < 0:
            return 429, {}, {"error": "Throttled"}
        return self._api(path, query, token)


def _at(number: int) -> datetime:
    return WHEN + timedelta(seconds=number)


async def read(there: Timeline, reading: Reading, requests: int) -> tuple[set[str], bool]:
    """One try with so many requests: the ids that came, and whether it came to its end."""
    there.left, came = requests, set[str]()
    client = cast(MastodonClient, there)
    try:
        async for page in timeline(client, "tartantm", WHEN, reading=reading):
            came.update(row["id"] for row in page)
    except Limited:
        reading.keep()
        return came, False
    reading.keep(WHEN)
    return came, True


@given(
    st.integers(0, 900),
    st.lists(st.tuples(st.integers(2, 4), st.integers(0, 100)), min_size=30, max_size=30),
)
@settings(max_examples=25, deadline=None)
def test_it_is_read_to_its_end_however_it_is_interrupted(
    posts: int, tries: list[tuple[int, int]]
) -> None:
    asyncio.run(_interrupted(posts, tries))


async def _interrupted(posts: int, tries: list[tuple[int, int]]) -> None:
    there, reading, came = Timeline(posts), Reading(), set[str]()
    for requests, new in tries:
        brought, is_whole = await read(there, reading, requests)
        came |= brought
        if is_whole:
            break
        # While it is tried again fewer come than can be read.
        there.ids += range(len(there.ids), len(there.ids) + min(new, PAGE * (requests - 2)))
    else:
        raise AssertionError(f"no end after {len(there.asked)} requests")
    assert came == {str(number) for number in there.ids}
    below = [place for place in there.asked if place]
    assert len(below) == len(set(below)), "no page below the first is asked for twice"


async def test_what_was_not_delivered_is_asked_for_again() -> None:
    there, reading = Timeline(200), Reading()
    there.left = 9
    pages = timeline(cast(MastodonClient, there), "tartantm", WHEN, reading=reading)
    await anext(pages)
    await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    came, is_whole = await read(there, reading, 9)
    assert is_whole and len(came) == 200


async def test_the_pages_of_all_tries_are_counted() -> None:
    there, reading = Timeline(PAGE * (MOST_PAGES + 9)), Reading()
    assert not (await read(there, reading, MOST_PAGES // 2))[1]
    with pytest.raises(Unfilled) as caught:
        await read(there, reading, MOST_PAGES)
    assert not caught.value.goes_on and len(there.asked) == MOST_PAGES


async def test_a_post_that_comes_late_into_what_was_passed_over_is_had_by_the_next_look() -> None:
    async with Throttled() as server:
        server.faults.dated_ids = True
        for seconds in range(200, 0, -1):
            server.post(f"{seconds} #tartantm", created_at=ago(seconds=seconds).isoformat())
        source, when, server.left = source_of(server), ago(minutes=3), 2
        with pytest.raises(Limited):
            await all_of(source.since(when))
        server.left = 99
        late = f"mastodon:{server.post('Late #tartantm', created_at=ago(seconds=60).isoformat())}"
        assert late not in {post.id for post in await all_of(source.since(when))}
        assert late in {post.id for post in await all_of(source.since(ago(seconds=1)))}
        asked = len(server.requests)
        await all_of(source.since(ago(seconds=1)))
        assert len(server.requests) == asked + 1, "that was once"
        await source.close()


async def test_each_hashtag_goes_on_and_what_was_whole_is_not_read_again() -> None:
    async with Throttled() as server:
        for n in range(100):
            server.post(f"{n} #tartantm")
            server.post(f"{n} #pubs")
        source, when, heard = source_of(server, "tartantm", "pubs"), ago(hours=1), set[str]()
        for _ in range(9):
            server.left = 2
            with suppress(Limited):
                async for batch in source.since(when):
                    heard |= {item.id for item in batch if isinstance(item, Post)}
                break
        else:
            raise AssertionError("no end")
        assert len(heard) == 200
        below = [path for path in server.requests if "max_id" in path]
        refused = sum(path == later for path, later in pairwise(below))
        assert len(below) - refused == len(set(below)) == 6, "no page was answered twice"
        await source.close()


def test_pages_are_asked_for_no_faster_than_servers_answer_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pleroma and Akkoma refuse a fourth request for a timeline within half a second."""

    async def paged(loop: VirtualTimeLoop) -> None:
        monkeypatch.setattr("tartantm.networks.mastodon.timeline.APART_SECONDS", APART)
        times: list[float] = []

        class Timed(Timeline):
            async def statuses(
                self, path: str, query: Sequence[tuple[str, str]], **_: object
            ) -> list[Any]:
                times.append(loop.time())
                return await super().statuses(path, query)

        asked, paging = Timed(5 * PAGE), Paging()
        asked.left = 20
        client, when = cast("MastodonClient", asked), BEGAN - 10 * LATE
        for tag in ("tartantm", "another"):
            async for _ in timeline(client, tag, when, paging=paging):
                pass
        assert len(times) == 12
        assert all(
            later - first >= 3 * APART - 1e-9
            for first, later in zip(times, times[3:], strict=False)
        )
        assert times[-1] - times[0] < 3, "and not much slower either"

    run(paged, monkeypatch)
