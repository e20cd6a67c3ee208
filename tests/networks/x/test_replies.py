"""Replies without the hashtag on X, to questions and answers, at the stand-in."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from tartantm.capture import source_runner
from tartantm.core.post import Post
from tartantm.networks.protocol import Limited, Lost, Refused
from tartantm.networks.x import replies as x_replies
from tartantm.networks.x.query import QUERY_LENGTH, any_thread, begun_by
from tartantm.networks.x.search import Page, XSearch
from tartantm.networks.x.source import XSource
from tests.builders import post
from tests.networks.x.listener import Chat, ago, heard_of, running, until, x_source
from tests.networks.x.server import XServer


def hold(server: XServer, chat: Chat, post_id: str, *, asked: bool = False, **more: Any) -> None:
    """Have the chat hold a post of the stand-in."""
    found = server.posts.by_id[post_id]
    thread = f"x:{found['conversation_id']}"
    written = server.posts.by_id[post_id]["created_at"]
    at = datetime.fromisoformat(written.replace("Z", "+00:00"))
    held = replace(post(post_id, found["text"], thread=thread, **more), created_at=at)
    chat.posts.append(held)
    if asked:
        chat.asked.append(held)


async def look(source: XSource, chat: Chat) -> set[str]:
    found = await heard_of(source.replies(chat))
    return {item.id[2:] for item in found if isinstance(item, Post)}


async def test_replies_to_answers_that_began_threads_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(XSource, "replies_every", 0.1)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    async with XServer() as server:
        chat = Chat()
        answer = server.post("A1 On paper #tartantm", "calum_sample")
        early = server.post("Which paper?", "isla_host", reply_to=answer)
        hold(server, chat, answer)
        async with running(server, chat=chat) as run:
            await until(lambda: early in chat.ids())
            late = server.post("The grey one", "calum_sample", reply_to=early)
            await until(lambda: late in chat.ids())
            found = {item.id[2:]: item.found_by for item in chat.heard if isinstance(item, Post)}
            assert found == {answer: "", early: "reply", late: "reply"}
            assert run.source.note().startswith("3 posts read")


async def test_all_threads_come_round_questions_first_and_in_time() -> None:
    async with XServer() as server:
        chat, source = Chat(), x_source(server)
        answers = [server.post(f"A1 {n} #tartantm", at=ago(minutes=5)) for n in range(24)]
        asked = server.post("Q1 Who? #tartantm", at=ago(minutes=20))
        foreign = server.post("Of no chat", at=ago(minutes=5))
        beside = server.post("A2 #tartantm", reply_to=foreign, at=ago(minutes=5))
        for post_id in (*answers, beside):
            hold(server, chat, post_id)
        hold(server, chat, asked, asked=True)
        replies = {server.post("yes", reply_to=each) for each in (asked, *answers)}
        server.post("To something else in their thread", reply_to=foreign)
        found: set[str] = set()
        for n in range(3):
            found |= await look(source, chat)
            if n == 0:
                assert (
                    len(found & replies) == 10
                    and f":{asked}" in server.requests[-1].params["query"]
                )
        assert found == {*replies, asked, *answers}
        assert len(server.connects("search")) == 3
        # The next round asks for what is new only.
        since = server.requests[-1].params["start_time"]
        await look(source, chat)
        assert server.requests[-1].params["start_time"] > since
        await source.close()


@pytest.mark.parametrize(
    ("fault", "kind"), [("rate limit", Limited), ("unavailable", Lost), ("token", Refused)]
)
async def test_what_x_did_not_answer_is_asked_for_again(fault: str, kind: type) -> None:
    async with XServer() as server:
        chat, source = Chat(), x_source(server)
        answer = server.post("A1 #tartantm", at=ago(minutes=5))
        hold(server, chat, answer)
        reply = server.post("yes", reply_to=answer)
        server.faults.next["search"] = [fault]
        with pytest.raises(kind):
            await look(source, chat)
        assert reply in await look(source, chat)
        await source.close()


class Poisoned:
    """A search of which queries with one of some threads always fail, or all of them."""

    def __init__(self, bad: set[str], kind: type[Lost] | type[Refused]) -> None:
        self.bad, self.kind, self.is_down = bad, kind, False
        self.answered: list[str] = []
        self.queries = 0

    def pages(self, query: str, when: datetime) -> Any:
        words = set(re.findall(r"\d+", query))
        pages = SimpleNamespace(began=ago(), count=0)

        async def read() -> Page:
            self.queries += 1
            pages.count += 1
            if self.is_down or self.bad & words:
                raise self.kind("X has an error of its own.")
            self.answered += words
            return Page([], False)

        pages.read = read
        return pages


@pytest.mark.parametrize("kind", [Lost, Refused])
@pytest.mark.parametrize("count", [1, 4])
async def test_a_thread_that_always_fails_keeps_no_others_waiting(kind: Any, count: int) -> None:
    chat = Chat()
    chat.posts = [post(str(1000 + n)) for n in range(25)]
    bad = {str(1002 + n) for n in range(count)}
    search = Poisoned(bad, kind)
    replies = x_replies.XReplies(cast(XSearch, search), lambda _: None)
    others = {str(1000 + n) for n in range(25)} - bad
    looks = 0
    while set(search.answered) != others or search.queries < 2:
        looks += 1
        with suppress(Lost, Refused):
            _ = [batch async for batch in replies.look(chat)]
        assert looks < 20
    # Nothing counts as looked at while X itself fails.
    search.bad, search.is_down = set(), True
    for _ in range(30):
        with pytest.raises((Lost, Refused)):
            _ = [batch async for batch in replies.look(chat)]
    search.is_down = False
    search.answered.clear()
    for _ in range(12):
        with suppress(Lost):
            _ = [batch async for batch in replies.look(chat)]
    _ = [batch async for batch in replies.look(chat)]
    assert set(search.answered) == others | bad


async def test_a_thread_that_half_of_x_answers_is_read_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(x_replies, "LOOK_PAGES", 1)
    monkeypatch.setattr(x_replies, "MOST_PAGES", 2)
    async with XServer() as server:
        chat, source = Chat(), x_source(server)
        hold(server, chat, server.post("A1 #tartantm", at=ago(minutes=9)))
        for n in range(310):
            server.post(f"{n}", reply_to=chat.posts[0].id[2:], at=ago(minutes=2))
        assert len(await look(source, chat)) == 100
        assert len(await look(source, chat)) == 100
        assert len(await look(source, chat)) < 100
        await source.close()


async def test_nothing_is_looked_for_where_nothing_is_held_or_may_be_paid() -> None:
    async with XServer() as server:
        chat, source = Chat(), x_source(server, cap=0.01)
        assert await look(source, chat) == set()
        assert not server.requests
        ids = [server.post(f"A{n} #tartantm", at=ago(minutes=5)) for n in range(2)]
        hold(server, chat, ids[0])
        source._spending.read({"data": [{"id": each} for each in ids]})
        with pytest.raises(Refused, match="cap that you set"):
            await look(source, chat)
        assert not server.requests
        await source.close()


def test_ten_threads_fit_into_a_query() -> None:
    longest = [str((1 << 64) - 1 - n) for n in range(x_replies.MOST_THREADS)]
    assert len(any_thread(longest)) <= QUERY_LENGTH
    assert x_replies.LOOK_PAGES * 15 * 60 / x_replies.LOOK_SECONDS < 100


def test_which_posts_began_a_thread() -> None:
    assert begun_by(post("7")) == begun_by(post("7", thread="x:7")) == "7"
    assert begun_by(post("8", aliases=("x:7",), thread="x:7")) == "7"
    assert begun_by(post("8", thread="x:7")) is None
    assert begun_by(post("9" * 30)) is None and begun_by(post("odd) OR (x")) is None
    assert timedelta(seconds=x_replies.LOOK_SECONDS) <= timedelta(minutes=1)
