"""X live, against a stand-in that does what X's description says. All people are made up."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic

import pytest

from tartantm.core.errors import BadInput
from tartantm.core.events import Filled
from tartantm.core.post import Post
from tartantm.networks.protocol import LiveSource, Lost
from tartantm.networks.x import search as x_search
from tartantm.networks.x import source as x
from tartantm.networks.x import stream as x_stream
from tartantm.networks.x.source import XSource
from tests.networks.x.listener import TAG, Chat, ago, heard_of, running, until, x_source
from tests.networks.x.server import XServer

THEIRS = {"id": "5", "value": "#somebody_elses", "tag": "theirs"}


async def test_it_streams_and_fills_the_gap_before() -> None:
    async with XServer() as server:
        before = server.post("A1 Early #tartantm", at=ago(minutes=5))
        async with running(server) as run:
            assert isinstance(run.source, LiveSource)
            await run.connected()
            now = server.post("A1 “Wörds” &amp; more #TartanTM", "calum_sample")
            server.post("Something else")
            server.post("RT #tartantm", repost_of=now)
            await until(lambda: len(run.chat.heard) == 2)
            assert run.chat.ids() == {before, now}
            heard = run.chat.heard[-1]
            assert isinstance(heard, Post) and heard.received_at and not heard.found_by
            assert (heard.text, heard.author.handle) == (
                "A1 “Wörds” & more #TartanTM",
                "calum_sample",
            )
            (filled,) = [event for event in run.chat.events if isinstance(event, Filled)]
            assert (filled.by, filled.posts) == ("search", 1)
            assert run.source.note() == "2 posts read, $0.01"


async def test_one_rule_of_ours_and_the_others_stay() -> None:
    async with XServer() as server:
        stale = {"id": "6", "value": "#yesterday", "tag": TAG}
        server.routes.rules = {"5": THEIRS, "6": stale}
        async with running(server) as run:
            await run.connected()
            assert [rule for rule in server.routes.rules.values() if rule["tag"] != TAG] == [THEIRS]
            (ours,) = [rule for rule in server.routes.rules.values() if rule["tag"] == TAG]
            assert ours["value"] == "(#tartantm) -is:retweet"
        assert server.routes.rules == {"5": THEIRS}


async def test_our_rule_left_by_a_crash_is_taken_over() -> None:
    async with XServer() as server:
        left = {"id": "6", "value": "(#tartantm) -is:retweet", "tag": TAG}
        server.routes.rules = {"6": left}
        async with running(server) as run:
            await run.connected()
            assert server.routes.rules == {"6": left}
        assert server.routes.rules == {}


async def test_posts_of_another_chat_of_the_app_are_left_out() -> None:
    async with XServer() as server:
        server.routes.rules = {"5": THEIRS}
        async with running(server) as run:
            await run.connected()
            server.post("#somebody_elses business")
            ours = server.post("#tartantm and #somebody_elses")
            await until(lambda: run.chat.heard)
            assert run.chat.ids() == {ours}
            assert run.source.note().startswith("2 posts read")


async def test_another_chat_with_the_same_hashtag_shares_its_rule() -> None:
    async with XServer() as server:
        same = {"id": "5", "value": "(#tartantm) -is:retweet", "tag": "theirs"}
        server.routes.rules = {"5": same}
        async with running(server) as run:
            await run.connected()
            server.post("A1 Words #tartantm")
            await until(lambda: run.chat.heard)
        assert server.routes.rules == {"5": same}


async def test_a_rule_that_somebody_deleted_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(x, "RULE_SECONDS", 0.02)
    monkeypatch.setattr(x, "RULE_CHECK", 3)
    async with XServer() as server, running(server) as run:
        await run.connected()
        server.routes.rules.clear()
        await until(lambda: server.routes.rules)
        assert len(server.connects()) == 1


async def test_replies_to_a_question_are_followed_without_the_hashtag(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(x, "RULE_SECONDS", 0.05)
    async with XServer() as server:
        chat = Chat()
        async with running(server, chat=chat) as run:
            await run.connected()
            asked = server.post("Q1 Who reads it? #tartantm", "isla_host")
            missed = server.post("Nobody", reply_to=asked)
            await until(lambda: chat.heard)
            chat.asked = [item for item in chat.heard if isinstance(item, Post)]
            await until(lambda: asked in str(server.routes.rules))
            reply = server.post("Everybody", reply_to=asked)
            tagged = server.post("Some #tartantm", reply_to=asked)
            await until(lambda: sum(isinstance(item, Post) for item in chat.heard) == 3)
            await chat.hear(await heard_of(run.source.since(ago(minutes=1))))
            found = {item.id[2:]: item.found_by for item in chat.heard if isinstance(item, Post)}
            assert found == {asked: "", missed: "reply", reply: "reply", tagged: ""}
            assert len(server.routes.rules) == 1


async def test_an_edit_comes_by_the_stream_as_another_wording() -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        first = server.post("A1 Wrods #tartantm")
        last = server.edit(first, "A1 Words #tartantm")
        await until(lambda: len(run.chat.heard) == 2)
        edited = run.chat.heard[-1]
        assert isinstance(edited, Post) and (edited.id, edited.version) == (f"x:{first}", last)


async def test_it_stops_at_once_even_where_the_server_says_nothing() -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        server.faults.silent = True
        server.faults.always["rules"] = "hang up"
        began = monotonic()
        await run.stop()
        assert monotonic() - began < 1
        await until(lambda: not server.streams)


async def test_a_slow_reader_lets_no_more_wait_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(x_stream, "ROOM", 10)
    async with XServer() as server:
        source = x_source(server)
        await source.open()
        stream = source.stream(lambda: None)
        first = asyncio.ensure_future(anext(stream))
        await until(lambda: server.streams)
        ids = [server.post(f"A{n} #tartantm") for n in range(100)]
        got = [item.id[2:] for item in await first if isinstance(item, Post)]
        largest = 0
        while len(got) < len(ids):
            await asyncio.sleep(0.02)
            batch = await anext(stream)
            largest = max(largest, len(batch))
            got += [item.id[2:] for item in batch if isinstance(item, Post)]
        assert got == ids and largest <= 10
        await stream.aclose()  # type: ignore[attr-defined]
        await source.close()


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "accént"])
def test_a_token_that_cannot_be_one_is_not_repeated(token: str) -> None:
    source = x_source(XServer())
    with pytest.raises(BadInput) as caught:
        XSource(source._http, token, ["tartantm"], TAG)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize("hashtags", [[], ["two words"], ["a OR b"], ["tag) OR (x"]])
def test_only_hashtags_get_into_a_rule(hashtags: list[str]) -> None:
    source = x_source(XServer())
    with pytest.raises(BadInput):
        XSource(source._http, "token", hashtags, TAG)


def test_the_sign_of_a_hashtag_gets_into_no_rule_in_any_form() -> None:
    source = x_source(XServer())
    assert XSource(source._http, "token", ["#tartantm", "＃other"], TAG)._hashtags == [
        "tartantm",
        "other",
    ]


async def test_no_log_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with XServer() as server, running(server) as run:
        await run.connected()
        server.faults.next["search"] = ["unavailable"]
        with pytest.raises(Lost):
            await heard_of(run.source.since(ago(minutes=1)))
        assert server.token not in caplog.text


def test_constants_keep_to_what_x_allows() -> None:
    changes = 2 * 15 * 60 / x.RULE_SECONDS
    assert changes < 100
    assert 15 * 60 / x.POLL_SECONDS < 450
    assert x_search.MOST == 100
