"""How far back a timeline is read; answers with 200 that are not what was asked for are damaged."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks import patience
from tartantm.networks.heard import Heard, Unreadable
from tartantm.networks.mastodon import source as mastodon_source
from tartantm.networks.mastodon.payload import is_readable, is_status, post_of
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import Lost, Unfilled
from tests.networks.mastodon.listening import Holding, ago, all_of, source_of
from tests.networks.mastodon.server import Answer, MastodonServer

NO_STATUSES: list[Any] = [
    {},
    {"error": "Elasticsearch is down"},
    None,
    "x",
    7,
    [None, None],
    [[]],
    [{"content": "x"}] * 3,
    [{"id": "1"}, {"id": "2"}],
    [{"created_at": "2026-06-17T17:00:00Z"}],
]
"""What answers a question for statuses with 200, and has none."""

PAGE_OF = [
    pytest.param(where, answer, id=f"page {where + 1}: {json.dumps(answer)[:30]}")
    for where in (0, 1)
    for answer in NO_STATUSES
]


@pytest.mark.parametrize("before, answer", PAGE_OF)
async def test_what_is_no_page_of_posts_is_not_taken_for_the_end(before: int, answer: Any) -> None:
    async with MastodonServer() as server:
        for n in range(100):
            server.post(f"{n} #tartantm")
        first = server._timeline({"limit": ["40"]}, "tartantm")
        server.faults.answers = [
            ("/api/v1/timelines", before, first),
            ("/api/v1/timelines", -1, (200, {}, answer)),
        ]
        source = source_of(server)
        heard: list[Heard] = []
        with pytest.raises(Lost, match="damaged answer") as caught:
            async for batch in source.since(ago(hours=1)):
                heard += batch
        assert len(heard) == 40 * before
        assert ("(Elasticsearch is down)" in str(caught.value)) == ("error" in repr(answer))
        await source.close()


async def test_rows_that_are_damaged_beside_others_are_counted() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        (row,) = server.statuses.values()
        page = [None, row, {"content": "x"}]
        server.faults.answer("/api/v1/timelines", (200, {}, page), times=1)
        source = source_of(server)
        (post,) = await all_of(source.since(ago(hours=1)))
        assert post.text == "One #tartantm" and source.damaged == 2
        await source.close()


async def test_posts_without_ids_of_the_server_have_none_before_them() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        rows = [{**row, "id": None} for row in server.statuses.values()]
        server.faults.answer("/api/v1/timelines", (200, {}, rows))
        source = source_of(server)
        heard: list[Heard] = []
        with pytest.raises(Lost, match="without ids"):
            async for batch in source.since(ago(hours=1)):
                heard += batch
        assert len(heard) == 1
        await source.close()


@pytest.mark.parametrize("answer", [{}, [], None, {"descendants": {}}, {"descendants": [None]}])
async def test_a_thread_of_another_shape_was_not_looked_at(answer: Any) -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        source = source_of(server)
        held = Holding(await all_of(source.since(ago(hours=1))))
        server.faults.answer("/api/v1/statuses/", (200, {}, answer))
        with pytest.raises(Lost, match="damaged answer"):
            await all_of(source.replies(held))
        await source.close()


@pytest.mark.parametrize("several", [200, 405])
@pytest.mark.parametrize("answer", [{}, None, "x", [None], {"error": "Not now"}])
async def test_posts_that_are_asked_for_again(several: int, answer: Any) -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        source = source_of(server)
        held = await all_of(source.since(ago(hours=1)))
        server.faults.several = several
        where = "/api/v1/statuses" if several == 200 else "/api/v1/statuses/"
        server.faults.answer(where, (200, {}, answer))
        with pytest.raises(Lost, match="damaged answer"):
            await all_of(source.recheck(held))
        await source.close()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
times = st.sampled_from(["2026-06-17T17:00:00Z", "yesterday", "0001-01-01", None, 7])
statuses = st.fixed_dictionaries(
    {},
    optional={
        "id": json_values,
        "uri": json_values,
        "url": json_values,
        "created_at": times | json_values,
        "account": json_values,
        "content": json_values,
        "reblog": json_values,
    },
)


@given(statuses)
def test_readable_is_what_a_post_can_be_made_of(status: dict[str, Any]) -> None:
    try:
        post_of(status, "social.example")
    except Unreadable:
        assert not is_readable(status)
    else:
        assert is_readable(status) and is_status(status)


@pytest.mark.parametrize("date", ["1960-01-01T00:00:00.000Z", "3000-01-01", "yesterday", None, 7])
@pytest.mark.parametrize("others", [0, 40])
async def test_a_post_with_an_impossible_date_damages_no_more_than_itself(
    date: object, others: int
) -> None:
    async with MastodonServer() as server:
        server.statuses[server.post("odd #tartantm")]["created_at"] = date
        for n in range(others):
            server.post(f"{n} #tartantm")
        source = source_of(server)
        for _ in range(2):
            assert len(await all_of(source.since(ago(hours=1)))) == others
        assert source.damaged == 1  # however often it comes
        await source.close()


@pytest.mark.parametrize(
    "other",
    [
        {"id": "1", "created_at": "never", "acct": "mal"},
        {"id": "1", "content": "<p>Maintenance", "created_at": None},
        {"name": "tartantm", "account": {}, "content": ""},
    ],
)
def test_other_things_are_no_statuses(other: object) -> None:
    assert not is_status(other)


@pytest.mark.parametrize("flood", [25, 90])
@pytest.mark.parametrize("lies", ["on top", "between"])
async def test_posts_dated_back_hide_no_gap(flood: int, lies: str) -> None:
    """At a server that lists by arrival; a stranger's posts are dated long before the gap."""
    async with MastodonServer() as server:
        source = source_of(server)
        first = [server.post(f"In the gap {n} #tartantm") for n in range(60)]
        for n in range(flood):
            server.post(f"False {n} #tartantm", "mal", created_at="2001-01-01T00:00:00.000Z")
        last = [server.post(f"Then {n} #tartantm") for n in range(15 if lies == "between" else 0)]
        heard = {post.id for post in await all_of(source.since(ago(minutes=1)))}
        assert {f"mastodon:{uri}" for uri in (*first, *last)} <= heard
        await source.close()


async def test_a_quick_look_passes_over_posts_dated_back() -> None:
    async with MastodonServer() as server:
        server.post("First #tartantm")
        source = source_of(server)
        await all_of(source.since(ago(minutes=1)))
        gap = {f"mastodon:{server.post(f'In the gap {n} #tartantm')}" for n in range(60)}
        for n in range(45):
            server.post(f"False {n} #tartantm", "mal", created_at="2001-01-01T00:00:00.000Z")
        assert gap <= {post.id for post in await all_of(source.since(ago(seconds=1)))}
        await source.close()


async def unfilled(source: MastodonSource, when: datetime) -> Unfilled:
    with pytest.raises(Unfilled) as caught:
        await all_of(source.since(when))
    await source.close()
    return caught.value


@pytest.mark.parametrize("behind", [0.0, 5400.0])
async def test_one_false_date_makes_nothing_had_that_was_not(behind: float) -> None:
    async with MastodonServer() as server:
        rows = [server.statuses[server.post(f"{n} #tartantm")] for n in range(39)]
        server.post("False #tartantm", "mal", created_at="2001-01-01T00:00:00.000Z")
        page = server._timeline({"limit": ["40"]}, "tartantm")
        date = format_datetime(ago(seconds=behind), usegmt=True)
        server.faults.answer("/api/v1/timelines", (200, {"Date": date}, page[2]))
        error = await unfilled(source_of(server), ago(hours=1))
        first = datetime.fromisoformat(rows[0]["created_at"])
        # A server whose clock is behind lists the posts by that clock.
        late = timedelta(seconds=behind - 60 if behind else 0)
        assert error.had_since is not None and error.had_since >= first + late


async def test_a_server_that_answers_slowly_is_asked_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.0)
    async with MastodonServer() as server:
        for n in range(100):
            server.post(f"{n} #tartantm")
        source = source_of(server, "tartantm", "pubs")
        heard: list[Heard] = []
        with pytest.raises(Unfilled, match="still being read") as caught:
            async for batch in source.since(ago(hours=1)):
                heard += batch
        assert len(heard) == 40 and caught.value.had_since is not None
        assert caught.value.goes_on, "nothing is lost"
        assert len([path for path in server.requests if "/timelines/" in path]) == 2
        await source.close()


async def test_a_page_is_handed_on_while_the_next_one_does_not_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mastodon_source, "KEPT_SECONDS", 0.0)
    async with MastodonServer() as server:
        for n in range(60):
            server.post(f"{n} #tartantm")
        source, comes, timeline = source_of(server), asyncio.Event(), server._answer

        async def answer(writer: asyncio.StreamWriter, found: Answer) -> None:
            if "max_id" in server.requests[-1]:
                await comes.wait()
            await timeline(writer, found)

        monkeypatch.setattr(server, "_answer", answer)
        batches = source.since(ago(hours=1))
        assert len(await anext(batches)) == 40
        comes.set()
        assert len(await all_of(batches)) == 20
        await source.close()
