"""Listening to a Mastodon server, at the stand-in that can misbehave."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.mastodon import timeline as mastodon_timeline
from tartantm.networks.mastodon.addresses import base_of
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.mastodon.streaming import NoStream
from tartantm.networks.protocol import Limited, LiveSource, Lost, Refused, Unfilled
from tests.networks.mastodon.listening import Listening, ago, all_of, source_of
from tests.networks.mastodon.server import TOKEN, Faults, MastodonServer

HTML = {"Content-Type": "text/html"}


async def test_posts_edits_and_deletions_of_several_hashtags() -> None:
    async with MastodonServer() as server:
        source = source_of(server, "#TartanTM", "pubs")
        assert isinstance(source, LiveSource) and source.name == f"mastodon:{server.url}"
        async with Listening(source, server) as listening:
            uri = server.post("A1 One <b> #tartantm")
            server.post("Two #Pubs")
            server.post("Nothing #else")
            server.edit(uri, "A1 Ein #tartantm")
            server.delete(uri)
            await listening.until(lambda: len(listening.heard) == 4)
            first, edited, gone = (
                each
                for each in listening.heard
                if isinstance(each, Deleted)
                or (isinstance(each, Post) and each.id == f"mastodon:{uri}")
            )
            assert isinstance(first, Post) and isinstance(edited, Post)
            assert (first.text, edited.text) == ("A1 One <b> #tartantm", "A1 Ein #tartantm")
            assert edited.edited_at and first.received_at
            # A deletion names the post as the server that was asked calls it.
            assert isinstance(gone, Deleted) and gone.posts == (first.id, *first.aliases)
            assert source.damaged == 0


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
async def test_a_slow_drip_cut_within_characters(piece: int) -> None:
    async with MastodonServer() as server:
        server.faults.piece = piece
        async with Listening(source_of(server), server) as listening:
            server.post("Café 🏴󠁧󠁢󠁳󠁣󠁴󠁿 #tartantm")
            await listening.until(lambda: bool(listening.heard))
            (post,) = listening.heard
            assert isinstance(post, Post) and post.text == "Café 🏴󠁧󠁢󠁳󠁣󠁴󠁿 #tartantm"
            assert listening.signs > 2


async def test_a_connection_cut_anywhere_is_lost_and_nothing_else() -> None:
    async with MastodonServer() as server:
        for cut in (0, 5, 40, 90, 100, 130, 200, 400):
            server.faults.cut_after = cut
            source = source_of(server)
            await source.open()
            reading = asyncio.create_task(all_of(source.stream(lambda: None)))
            async with asyncio.timeout(5):
                while not reading.done():
                    server.post("é #tartantm")
                    await asyncio.sleep(0)
            assert isinstance(reading.exception(), Lost)
            assert source.damaged == 0
            await source.close()


async def test_what_is_damaged_is_counted_and_passed_over() -> None:
    async with MastodonServer() as server:
        source = source_of(server)
        async with Listening(source, server) as listening:
            for data in (b"{not json", b"[]", b"{}", b"null", b"[" * 100_000, b'{"id": 1'):
                server.say("tartantm", b"event: update\ndata: " + data + b"\n\n")
            server.say("tartantm", b"event: filters_changed\ndata: undefined\n\nnoise\n\n")
            server.say("tartantm", b"event: delete\ndata: \n\n")
            server.post("One #tartantm")
            await listening.until(lambda: len(listening.heard) == 1)
            assert source.damaged == 6


async def test_the_edit_as_stand_ins_name_it() -> None:
    async with MastodonServer() as server:
        uri = server.post("One #tartantm")
        async with Listening(source_of(server), server) as listening:
            server.edit(uri, "Ein #tartantm", quiet=True)
            server._tell(server.statuses[uri], "status_update", json.dumps(server.statuses[uri]))
            await listening.until(lambda: len(listening.heard) == 1)


async def test_only_what_is_for_everybody_is_given_on() -> None:
    async with MastodonServer() as server:
        for visibility in ("public", "unlisted", "private", "direct", "local"):
            server.post(f"{visibility} #tartantm", visibility=visibility)
        source = source_of(server)
        assert {post.text.split()[0] for post in await all_of(source.since(ago(hours=1)))} == {
            "public",
            "unlisted",
        }
        await source.close()


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 130])
async def test_the_timeline_is_read_as_far_back_as_is_asked(count: int) -> None:
    async with MastodonServer() as server:
        server.post("Old #tartantm", created_at="2012-06-20T17:05:00Z")
        sent = {f"mastodon:{server.post(f'{n} #tartantm')}" for n in range(count)}
        source = source_of(server, token=None)
        heard = await all_of(source.since(ago(minutes=1)))
        assert sent <= {post.id for post in heard}
        # The oldest comes first, so that a reply comes after what it replies to.
        assert heard == sorted(heard, key=lambda post: post.created_at)
        await source.close()


async def test_far_back_it_stops_soon_and_one_false_date_does_not_stop_it() -> None:
    async with MastodonServer() as server:
        server.faults.dated_ids = True
        for n in range(200):
            server.post(f"{n} #tartantm", created_at=ago(hours=200 - n).isoformat())
        first = server.post("First #tartantm")
        for n in range(10):
            server.post(
                f"False {n} #tartantm", created_at="1999-01-01T00:00:00Z", id=server._number + n
            )
        source = source_of(server)
        server.requests.clear()
        heard = [post.id for post in await all_of(source.since(ago(minutes=1)))]
        assert f"mastodon:{first}" in heard
        assert len(server.requests) == 1
        await source.close()


async def test_posts_that_come_late_stand_deep_in_the_timeline() -> None:
    async with MastodonServer() as server:
        for n in range(10):
            server.post(f"{n} #tartantm")
        late = server.post("Late #tartantm", id=server._number - 8_500, uri="https://far.example/1")
        source = source_of(server)
        heard = {post.id for post in await all_of(source.since(ago(seconds=1)))}
        assert f"mastodon:{late}" in heard
        await source.close()


async def test_what_was_had_before_a_fault_is_given() -> None:
    async with MastodonServer() as server:
        for n in range(100):
            server.post(f"{n} #tartantm")
        first = server._timeline({"limit": ["40"]}, "tartantm")
        server.faults.answers = [
            ("/api/v1/timelines", 1, first),
            ("/api/v1/timelines", 1, (500, {}, {})),
        ]
        source = source_of(server)
        heard: list[Heard] = []
        with pytest.raises(Lost):
            async for batch in source.since(ago(hours=1)):
                heard += batch
        assert len(heard) == 40
        await source.close()


async def test_a_timeline_that_does_not_reach_back_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with MastodonServer() as server:
        page = [server.statuses[server.post(f"{n} #tartantm")] for n in range(3)]
        server.faults.answer("/api/v1/timelines", (200, {}, page))
        source = source_of(server)
        with pytest.raises(Unfilled, match="does not return older"):
            await all_of(source.since(ago(hours=1)))
        server.faults.answers.clear()
        monkeypatch.setattr(mastodon_timeline, "MOST_PAGES", 1)
        with pytest.raises(Unfilled, match="more posts"):
            await all_of(source.since(ago(hours=1)))
        await source.close()


@pytest.mark.parametrize(
    "status, headers, body, raised, words",
    [
        (500, {}, {"error": "Boom"}, Lost, r"500 \(Boom\)"),
        (502, HTML, b"<html>Bad gateway", Lost, "502"),
        (200, HTML, b"<!doctype html>Log in", Lost, "login page"),
        (511, {}, b"", Lost, "login page"),
        (403, HTML, b"<html>Checking your browser", Lost, "web page"),
        (200, {}, b'[{"id": "1', Lost, "damaged answer"),
        (200, {}, b"[" * 200_000, Lost, "damaged answer"),
        (401, {}, {"error": "no"}, Refused, "add a token with 'tartantm account add mastodon:"),
        (403, {}, {"error": "no"}, Refused, "members"),
        (422, {}, {"error": "no"}, Refused, "members"),
        (404, {}, {"error": "no"}, Refused, "it may be no Mastodon server"),
        (410, {}, b"", Refused, "gone for good"),
        (418, {}, b"", Lost, "418"),
    ],
)
async def test_what_the_server_answers(
    status: int, headers: dict[str, str], body: Any, raised: type[Exception], words: str
) -> None:
    async with MastodonServer() as server:
        server.faults.answer("/api/v1/timelines", (status, headers, body))
        source = source_of(server, token=None)
        with pytest.raises(raised, match=words):
            await all_of(source.since(ago(hours=1)))
        await source.close()


NOW = "Wed, 17 Jun 2026 17:00:00 GMT"


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"Retry-After": "77"}, 77),
        ({"Retry-After": "Wed, 17 Jun 2026 17:02:00 GMT", "Date": NOW}, 120),
        ({"X-RateLimit-Reset": "2026-06-17T17:05:00.000000Z", "Date": NOW}, 300),
        ({"X-RateLimit-Reset": "1781715660", "Date": NOW}, 60),
        ({"X-RateLimit-Reset": "2026-06-17T16:00:00Z", "Date": NOW}, 1),
        ({"Retry-After": "nan"}, 60),
        ({"Retry-After": "9" * 5000}, 60),
        ({"Retry-After": "1e9"}, 86400),
        ({}, 60),
    ],
)
async def test_it_waits_by_the_servers_clock(headers: dict[str, str], seconds: float) -> None:
    async with MastodonServer() as server:
        server.faults.answer("/api/v1/timelines", (429, headers, {"error": "slow"}))
        source = source_of(server)
        with pytest.raises(Limited) as caught:
            await all_of(source.since(ago(hours=1)))
        assert caught.value.seconds == pytest.approx(seconds)
        await source.close()


async def test_nobody_there() -> None:
    async with MastodonServer() as server:
        source = source_of(server)
    with pytest.raises(Lost, match=r"cannot be reached|refuses connections"):
        await source.open()
    await source.close()


async def test_without_a_token_it_asks() -> None:
    async with MastodonServer() as server:
        source = source_of(server, token=None)
        await source.open()
        assert (source.streams, source.poll_every, source.note()) == (False, 20, "")
        with_token = source_of(server)
        await with_token.open()
        assert (with_token.streams, with_token.poll_beside, with_token.note()) == (True, 45, "")
        await source.close()
        await with_token.close()


async def test_where_the_server_does_not_stream_it_says_so_and_when_it_tries_again() -> None:
    async with MastodonServer() as server:
        server.faults.no_stream()
        source = source_of(server)
        await source.open()
        with pytest.raises(NoStream, match=r"does not stream hashtags \(404\)") as caught:
            await all_of(source.stream(lambda: None))
        assert caught.value.seconds == 300
        server.faults = Faults()
        async with Listening(source, server):
            pass


async def test_a_stream_that_fails_is_only_lost() -> None:
    async with MastodonServer() as server:
        server.faults.answer("/api/v1/streaming", (502, {}, b""))
        source = source_of(server)
        for _ in range(4):
            await source.open()
            assert source.streams
            with pytest.raises(Lost, match="502"):
                await all_of(source.stream(lambda: None))
        await source.close()


async def test_a_token_that_holds_no_more_still_shows_what_everybody_sees() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        source = source_of(server, token="s3cret-token")
        await source.open()
        with pytest.raises(Refused, match=r"with this token \(401\)") as caught:
            await all_of(source.stream(lambda: None))
        assert len(await all_of(source.since(ago(hours=1)))) == 1
        server.members_only = True
        with pytest.raises(Refused, match="add a new one with") as other:
            await all_of(source.since(ago(hours=1)))
        assert "s3cret" not in repr([caught.value, other.value, vars(source)])
        await source.close()


async def test_posts_that_are_not_to_leave_their_server_are_not_kept() -> None:
    async with MastodonServer() as server:
        source = source_of(server)
        async with Listening(source, server) as listening:
            server.post("Among us #tartantm", local_only=True)
            server.post("For all #tartantm", local_only=False)
            await listening.until(lambda: bool(listening.heard))
            asked = await all_of(source.since(ago(hours=1)))
            for heard in (listening.heard, asked):
                assert [post.text for post in heard if isinstance(post, Post)] == [
                    "For all #tartantm"
                ]


async def findings(source: MastodonSource) -> list[tuple[str, str]]:
    found = [(str(finding.level), finding.words) async for finding in source.diagnose()]
    await source.close()
    return found


async def test_doctor_where_all_is_well() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        found = await findings(source_of(server))
        assert [level for level, _ in found] == ["good"] * 3
        assert "4.5.0" in found[0][1] and "@owner" in found[1][1]
        assert not server.listeners


async def test_doctor_where_it_is_not() -> None:
    async with MastodonServer() as server:

        async def told(token: str | None = TOKEN) -> str:
            found = await findings(source_of(server, token=token))
            return " ".join(words for level, words in found if level != "good")

        assert "knows no post with #tartantm" in await told()
        server.post("One #tartantm")
        assert "There is no token" in await told(None)
        assert "does not accept the token" in await told("false")
        server.account["mutes"] = [{"id": "1"}]
        assert "mutes people" in await told()
        server.faults.answer("/api/v1/timelines", (200, {}, []), times=1)
        assert "does not see 1 of the latest posts" in await told()
        server.faults.answer("/api/v1/accounts", (403, {}, {"error": "An app"}), times=1)
        assert "an app's, which cannot stream" in await told()
        access = {"hashtag_feeds": {"local": "disabled", "remote": "authenticated"}}
        server.instance["configuration"] = {"timelines_access": access}
        assert "shows nobody hashtags in posts of its own members" in await told()
        assert "of other servers only to its members" in await told(None)
        server.faults.answer("/api/v2/instance", (200, HTML, b"<html>"))
        assert "does not say what it is: a web page came" in await told()


@pytest.mark.parametrize(
    "server, base",
    [
        ("mastodon.example", "https://mastodon.example"),
        ("http://127.0.0.1:4190/", "http://127.0.0.1:4190"),
        ("münchen.example", "https://xn--mnchen-3ya.example"),
        ("Mastodon.Example.:443", "https://mastodon.example"),
        ("HTTP://mastodon.example:80/", "http://mastodon.example"),
    ],
)
def test_addresses(server: str, base: str) -> None:
    assert base_of(server) == base


@pytest.mark.parametrize(
    "server",
    ["", "a b", "ftp://x", "me:pw@x.example", "x.example/@ailsa", "x.example:port", "https://"],
)
def test_what_is_no_server(server: str) -> None:
    with pytest.raises(BadInput):
        base_of(server)
