"""Asking X: search, the cap, looking at posts again, and what doctor is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tartantm.core.events import Deleted, Filled, SourceChanged
from tartantm.core.post import Post
from tartantm.networks import patience
from tartantm.networks.protocol import Capped, Limited, Lost, Refused, Unfilled
from tartantm.networks.x.source import XSource
from tests.builders import post
from tests.networks.x.faults import Answer, problem
from tests.networks.x.listener import TAG, Chat, ago, heard_of, running, until, x_source
from tests.networks.x.server import XServer


async def test_search_by_pages_and_again_for_what_it_had_not_yet() -> None:
    async with XServer() as server:
        source = x_source(server)
        server.routes.lag = timedelta(seconds=30)
        old = {server.post(f"A{n} #tartantm", at=ago(minutes=3)) for n in range(130)}
        new = server.post("A1 Too new for search #tartantm")
        found = await heard_of(source.since(ago(minutes=10)))
        assert {item.id[2:] for item in found} == old
        server.routes.lag = timedelta()
        again = await heard_of(source.since(source._http.clock.now()))
        assert [item.id[2:] for item in again] == [new]
        assert source.note() == "131 posts read, $0.655"
        await source.close()


async def test_what_is_older_than_a_week_cannot_be_had() -> None:
    async with XServer() as server:
        source = x_source(server)
        server.post("A1 #tartantm", at=ago(days=6, hours=23))
        with pytest.raises(Unfilled, match="seven days"):
            await heard_of(source.since(ago(days=8)))
        assert len(await heard_of(source.since(ago(days=7, seconds=30)))) == 1
        await source.close()


async def test_at_the_cap_it_stops_reading_and_says_so() -> None:
    async with XServer() as server, running(server, x_source(server, cap=0.02)) as run:
        await run.connected()
        for n in range(4):
            server.post(f"A{n} #tartantm")
        await until(lambda: run.health.state == "capped")
        assert len(run.chat.heard) == 4
        assert "4 posts read, $0.02 of $0.02" in run.health.detail and "cap" in run.health.detail
        assert run.health.retry_in and run.health.retry_in > 60
        await until(lambda: not server.streams)
    assert not server.routes.rules


async def test_the_cap_stops_the_stream_when_search_reaches_it() -> None:
    async with XServer() as server, running(server, x_source(server, cap=0.03)) as run:
        for n in range(14):
            server.post(f"A{n} #tartantm", at=ago(minutes=3))
        await until(lambda: run.health.state == "capped")
        assert "10 posts read, $0.05 of $0.03" in run.health.detail
        await until(lambda: not server.streams)
        server.post("A1 Not read #tartantm")
        assert not run.runner.source.note().startswith("11")
        assert not any(isinstance(each, Filled) for each in run.chat.events), "not lost for good"
        last = run.chat.events[-1]
        assert isinstance(last, SourceChanged) and (last.state, last.how) == ("lost", "refused")
        assert last.detail.endswith("$0.05 of $0.03."), "nobody reads advice afterwards"
    assert len(run.chat.heard) == 10


async def test_a_source_made_anew_goes_on_with_what_was_spent() -> None:
    async with XServer() as server:
        first, second = x_source(server, cap=0.03), x_source(server, cap=0.03)
        for n in range(6):
            server.post(f"A{n} #tartantm", at=ago(minutes=3))
        assert len(await heard_of(first.since(ago(minutes=10)))) == 6
        second.take_over(first)
        requests = len(server.requests)
        for reads in (
            second.since(ago(minutes=10)),
            second.stream(lambda: None),
            second.recheck([post("7", received_at=ago(days=2))]),
        ):
            with pytest.raises(Capped, match="cap that you set"):
                await heard_of(reads)
        with pytest.raises(Capped, match="cap that you set"):
            await second.open()
        assert len(server.requests) == requests
        await first.close()


async def test_what_an_earlier_run_read_counts_towards_the_cap() -> None:
    async with XServer() as server:
        chat = Chat()
        chat.posts = [post(str(n), received_at=ago(minutes=n)) for n in range(4)]
        async with running(server, x_source(server, cap=0.02), chat) as run:
            await until(lambda: run.health.state == "capped")
            assert "4 posts read" in run.health.detail
        assert not server.requests


async def test_recheck_tells_what_is_gone_shut_or_edited() -> None:
    async with XServer() as server:
        source = x_source(server)
        ids = [server.post(f"A{n} #tartantm", f"person_{n}") for n in range(4)]
        reply = server.post("A reply", reply_to=ids[0])
        held = [post(i, found_by="reply" if i == reply else "") for i in (*ids, reply)]
        server.posts.gone.add(ids[0])
        server.posts.user("person_1")["protected"] = True
        later = server.edit(ids[2], "A2 Better #tartantm")
        found = await heard_of(source.recheck([*held, post("mastodon:https://m.example/1")]))
        gone = {item.posts[0][2:]: item.why for item in found if isinstance(item, Deleted)}
        assert gone == {ids[0]: "gone", ids[1]: "protected"}
        posts = {(p.id[2:], p.version, p.found_by) for p in found if isinstance(p, Post)}
        assert posts == {
            *((ids[2], ids[2], ""), (ids[2], later, "")),
            *((ids[3], ids[3], ""), (reply, reply, "reply")),
        }
        many = [post(str(n)) for n in range(250)]
        assert len(await heard_of(source.recheck(many))) == 250
        assert len(server.connects("lookup")) == 2 + 3
        await source.close()


async def test_it_says_which_posts_x_answered_for_before_it_failed() -> None:
    async with XServer() as server:
        source = x_source(server)
        held = [post(server.post(f"A{n} #tartantm")) for n in range(3)]
        server.edit(held[1].id[2:], "Better #tartantm")
        server.faults.next["lookup"] = ["", "unavailable"]
        answered: list[Post] = []
        with pytest.raises(Lost):
            await heard_of(source.recheck(held, answered.append))
        # Of the one that was edited its last wording was not had.
        assert [each.id for each in answered] == [held[0].id, held[2].id]
        await source.close()


@pytest.mark.parametrize("hours", [-24 * 700, -30, -1.5, 1.5, 30, 24 * 700])
@pytest.mark.parametrize("is_whole", [True, False])
async def test_a_clock_that_differs_loses_nothing(hours: float, is_whole: bool) -> None:
    """`is_whole`: X goes by that clock itself; else only the header is wrong."""
    async with XServer() as server:
        source = x_source(server)
        away = timedelta(hours=hours)
        server.posts.offset, server.posts.said_ahead = (
            (away, away) if is_whole else (away * 0, away)
        )
        began = source._http.clock.now()
        posted = {server.post(f"A{n} #tartantm") for n in range(3)}
        for _ in range(2):
            found = await heard_of(source.since(began))
            assert {item.id[2:] for item in found} == posted
        assert abs(source._http.clock.now() - began) < timedelta(minutes=1)
        await source.close()


async def test_doctor_tells_rules_cost_and_terms() -> None:
    async with XServer() as server:
        source = x_source(server, cap=5)
        findings = [finding async for finding in source.diagnose()]
        words = " ".join(finding.words for finding in findings)
        assert [f.level for f in findings] == ["good", "good", "doubtful"]
        for told in ("accepts the token", "$0.005", "$5.00", "councils"):
            assert told in words
        assert not server.routes.rules and not server.connects()
        await source.close()
        wrong = x_source(server, token="mistyped-token")
        findings = [finding async for finding in wrong.diagnose()]
        assert [f.level for f in findings] == ["doubtful", "doubtful"]
        assert "mistyped" not in str(findings)
        await wrong.close()


async def test_a_hashtag_too_long_for_x_is_told() -> None:
    source = x_source(XServer())
    long = XSource(source._http, "token", ["a" * 1200], TAG, base="http://127.0.0.1:9")
    with pytest.raises(Refused, match="too long"):
        await heard_of(long.since(ago(minutes=1)))


@pytest.mark.parametrize("refusal", ["rate limit", "fault"])
async def test_a_search_that_was_interrupted_goes_on_where_it_was(
    refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with XServer() as server:
        source, when, usual = x_source(server), ago(minutes=30), server.routes.answer
        left = 2

        def answer(method: str, asked: str, *rest: Any) -> Answer:
            nonlocal left
            if asked == "search":
                left -= 1
                if left < 0:
                    return problem(429 if refusal == "rate limit" else 503, "Not now")
            return usual(method, asked, *rest)

        monkeypatch.setattr(server.routes, "answer", answer)
        posts = {server.post(f"A{n} #tartantm", at=ago(minutes=20)) for n in range(450)}
        heard: list[Any] = []
        for _ in range(4):
            with suppress(Limited, Lost):
                async for batch in source.since(when):
                    heard += batch
                break
            left = 2
            posts.add(server.post("A1 Meanwhile #tartantm"))
        else:
            raise AssertionError("it has no end")
        assert {item.id[2:] for item in heard} == posts
        assert len(heard) < len(posts) + 100, "what was paid for is not read again"
        await source.close()


async def test_a_page_of_a_search_that_was_not_handed_over_is_asked_for_again() -> None:
    async with XServer() as server:
        source = x_source(server)
        posts = {server.post(f"A{n} #tartantm", at=ago(minutes=20)) for n in range(250)}
        pages = source.since(ago(minutes=30))
        await anext(pages)
        await pages.aclose()  # type: ignore[attr-defined]
        found = await heard_of(source.since(ago(minutes=30)))
        assert {item.id[2:] for item in found} == posts
        await source.close()


async def test_a_search_that_is_slow_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async with XServer() as server:
        source, when = x_source(server), ago(minutes=30)
        posts = {server.post(f"A{n} #tartantm", at=ago(minutes=20)) for n in range(250)}
        monkeypatch.setattr(patience, "LOOK_SECONDS", 0.0)
        heard: list[Any] = []
        for goes_on in (True, True, False):
            try:
                async for batch in source.since(when):
                    heard += batch
            except Unfilled as error:
                assert error.goes_on and error.had_since
            else:
                assert not goes_on
        assert {item.id[2:] for item in heard} == posts and len(heard) == 250
        await source.close()
