"""Replies without the hashtag are looked for in turn, and a look that failed is done again."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tartantm.core.post import Author, Post
from tartantm.networks.heard import Heard, carried
from tartantm.networks.mastodon import replies as mastodon_replies
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import ChatIndex, Limited, Lost, Refused
from tests.networks.mastodon.listening import Holding, ago, all_of, source_of
from tests.networks.mastodon.server import Answer, MastodonServer


def looked_at(server: MastodonServer) -> list[str]:
    """The threads that were asked for since last time, by their numbers, in order."""
    found = [each.split("/")[-2] for each in server.requests if each.endswith("/context")]
    server.requests.clear()
    return found


def number(uri: str) -> str:
    return uri.rpartition("/")[2]


async def held_by(source: MastodonSource, *questions: str) -> Holding:
    held = Holding(await all_of(source.since(ago(hours=1))), *questions)
    held.posts.reverse()  # newest first
    return held


async def test_replies_to_questions_and_to_answers() -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 Why? #tartantm", "host")
        answer = server.post("A1 Words #tartantm")
        source = source_of(server)
        held = await held_by(source, question)
        server.post("Because", "calum", reply_to=question)
        server.post("A1 Thus #tartantm", "calum", reply_to=question)
        server.post("Secret", "calum", reply_to=question, visibility="private")
        server.post("Among us", "calum", reply_to=question, local_only=True)
        server.post("And more", "morag", reply_to=server.post("So", reply_to=answer))
        found = {post.text: post.found_by for post in await all_of(source.replies(held))}
        assert found == {
            "Because": "reply",
            "A1 Thus #tartantm": "",
            "So": "reply",
            "And more": "reply",
        }
        await source.close()


async def test_every_thread_has_its_turn_and_questions_have_it_most_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mastodon_replies, "MOST_THREADS", 4)
    async with MastodonServer() as server:
        questions = [server.post(f"Q{n} Why? #tartantm") for n in range(3)]
        answers = [server.post(f"A{n} #tartantm") for n in range(9)]
        source = source_of(server)
        held = await held_by(source, *questions)
        server.requests.clear()
        looks = []
        for _ in range(6):
            assert await all_of(source.replies(held)) == []
            looks.append(looked_at(server))
        assert all(len(look) == 4 for look in looks)
        flat = [each for look in looks for each in look]
        assert {*map(number, answers), *map(number, questions)} == {*flat}
        assert min(flat.count(number(each)) for each in questions) > max(
            flat.count(number(each)) for each in answers
        )
        await source.close()


async def test_a_thread_that_has_grown_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon_replies, "MOST_THREADS", 4)
    async with MastodonServer() as server:
        posts = [server.post(f"{n} #tartantm") for n in range(30)]
        source = source_of(server)
        held = await held_by(source)
        server.post("Because", reply_to=posts[3])
        await all_of(source.since(ago(hours=1)))
        server.requests.clear()
        assert [post.text for post in await all_of(source.replies(held))] == ["Because"]
        assert looked_at(server)[0] == number(posts[3])
        await all_of(source.replies(held))
        assert number(posts[3]) not in looked_at(server)
        await source.close()


FAILURES: list[tuple[Answer, type[Exception]]] = [
    ((401, {}, {"error": "no"}), Refused),
    ((403, {}, {"error": "no"}), Refused),
    ((429, {"Retry-After": "1"}, {}), Limited),
    ((500, {}, {}), Lost),
    ((503, {}, b"<html>"), Lost),
    ((404, {"Content-Type": "text/html"}, b"<html>Proxy"), Refused),
]


@pytest.mark.parametrize("answer, raised", FAILURES)
async def test_a_look_that_failed_is_done_again(answer: Answer, raised: type[Exception]) -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 Why? #tartantm")
        source = source_of(server)
        held = await held_by(source, question)
        server.post("Because", reply_to=question)
        server.faults.answer("/api/v1/statuses/", answer)
        with pytest.raises(raised):
            await all_of(source.replies(held))
        server.faults.answers.clear()
        source.client.budget._closed.clear()  # as after the time that was asked for
        assert [post.text for post in await all_of(source.replies(held))] == ["Because"]
        await source.close()


async def test_a_thread_that_always_fails_keeps_no_other_waiting() -> None:
    async with MastodonServer() as server:
        posts = [server.post(f"{n} #tartantm") for n in range(20)]
        source = source_of(server)
        held = await held_by(source)
        bad = number(posts[-1])
        server.requests.clear()
        server.faults.answer(f"/api/v1/statuses/{bad}/", (500, {}, {}))
        looked: list[str] = []
        for _ in range(mastodon_replies.TRIES + 1):
            with suppress(Lost):
                await all_of(source.replies(held))
            looked += looked_at(server)
        assert {*looked} == {*map(number, posts)}
        assert looked.count(bad) <= mastodon_replies.TRIES
        await source.close()


async def test_where_some_fail_the_look_goes_on_and_where_all_do_it_ends() -> None:
    async with MastodonServer() as server:
        posts = [server.post(f"{n} #tartantm") for n in range(10)]
        source = source_of(server)
        held = await held_by(source)
        server.requests.clear()
        for uri in posts[5:7]:
            server.faults.answer(f"/api/v1/statuses/{number(uri)}/", (403, {}, {"error": "No"}))
        # Nobody is refused where others are answered: that would last for minutes.
        with pytest.raises(Lost):
            await all_of(source.replies(held))
        assert {*looked_at(server)} == {*map(number, posts)}
        server.faults.answer("/api/v1/statuses/", (502, {}, b""))
        with pytest.raises(Lost):
            await all_of(source.replies(held))
        assert len(looked_at(server)) == 3
        await source.close()


async def test_a_thread_that_is_gone_was_looked_at() -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 Why? #tartantm")
        source = source_of(server)
        held = await held_by(source, question)
        server.faults.answer("/api/v1/statuses/", (404, {}, {"error": "Record not found"}))
        assert await all_of(source.replies(held)) == []
        await source.close()


@pytest.mark.parametrize("status", [401, 403])
async def test_what_the_token_may_not_read_is_read_as_everybody_may(status: int) -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 Why? #tartantm")
        source = source_of(server, token="false" if status == 401 else "token")
        held = await held_by(source, question)
        server.post("Because", reply_to=question)
        if status == 403:
            server.faults.answer("/api/v1/statuses/", (403, {}, {"error": "scope"}), times=1)
        assert [post.text for post in await all_of(source.replies(held))] == ["Because"]
        await source.close()


async def test_where_few_requests_are_left_they_are_for_posts() -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 Why? #tartantm")
        source = source_of(server)
        held = await held_by(source, question)
        server.faults.allowed = 5
        server.made = 1
        await all_of(source.since(ago(seconds=-1)))
        server.requests.clear()
        await all_of(source.replies(held))  # three are left; two are not for replies
        with pytest.raises(Limited, match="goes on in"):
            await all_of(source.replies(held))
        assert len(looked_at(server)) == 1
        await all_of(source.since(ago(hours=1)))
        await source.close()


async def test_posts_of_other_servers_are_not_asked_for() -> None:
    async with MastodonServer() as here, MastodonServer() as there:
        here.post("One #tartantm")
        source, other = source_of(here), source_of(there)
        held: Any = Holding(await all_of(source.since(ago(hours=1))))
        assert await all_of(other.replies(held)) == []
        assert looked_at(there) == []
        await source.close()
        await other.close()


def test_what_came_along_goes_on_with_its_post_alone() -> None:
    at = datetime(2012, 6, 20, 17, tzinfo=UTC)
    old, new = (Post(f"mastodon:https://m.example/{n}", Author("a"), at, "x") for n in (1, 2))
    quoted = Post("mastodon:https://m.example/3", Author("b"), at, "x")

    class Held:
        def holds(self, post_id: str) -> bool:
            return post_id == old.id

    heard: list[Heard] = [*carried(quoted, old), old, *carried(quoted, new), new]
    found = mastodon_replies._new(heard, cast("ChatIndex", Held()))
    assert found == heard[2:]
