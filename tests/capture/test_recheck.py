"""`tartantm recheck` asks in batches of the source's size, and goes on after a limit.

No server keeps the others from being asked, or has a say in their posts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture import recheck
from tartantm.capture.recheck import SessionRecheck, by_source
from tartantm.capture.rechecking import answers_to
from tartantm.capture.registry import SourceRegistry
from tartantm.core.events import Captured, Deleted, Event, Placement, SourceChanged
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import Limited, Lost, skip
from tartantm.settings.config import Config, NetSettings
from tartantm.store.session import Session
from tests.builders import AGENDA, START, chat_of, post
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer


class Waits(list[float]):
    """The seconds that would have been waited."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def new_session(path: Path) -> Session:
    now = datetime.now(UTC)
    session = Session(path, create=True)
    session.take_agenda(replace(AGENDA, starts=now, ends=now + timedelta(hours=1)), "d")
    return session


def hold(session: Session, posts: Iterable[Post], source: str) -> None:
    session.act(*(Captured(post, Placement(None, "rest", "", 0.0), source) for post in posts))


async def session_of(*servers: MastodonServer, path: Path) -> Session:
    """A session that holds what servers have."""
    session = new_session(path)
    for server in servers:
        source = source_of(server)
        hold(session, await all_of(source.since(ago(hours=1))), source.name)
        await source.close()
    return session


def registry() -> SourceRegistry:
    http = HttpClients(NetSettings(), LiveClock())
    return SourceRegistry(Config(), http, ["tartantm"], "tag")


def statuses(server: MastodonServer) -> list[str]:
    """The posts that were asked for one by one."""
    return [each.rpartition("/")[2] for each in server.requests if "/api/v1/statuses/" in each]


async def test_it_goes_on_after_a_limit_and_asks_for_no_post_twice(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        uris = [server.post(f"A1 number {n} #tartantm") for n in range(30)]
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            server.delete(uris[4])
            server.edit(uris[20], "A1 changed #tartantm")
            asked = by_source(session.chat)
            number = uris[26].rpartition("/")[2]
            server.faults.answer(
                f"/api/v1/statuses/{number}", (429, {"Retry-After": "1"}, {}), times=1
            )
            server.requests.clear()
            said: list[str] = []
            rechecking = SessionRecheck(session, said.append)
            (posts,) = asked.values()
            await rechecking.ask(source_of(server), posts)
            found = statuses(server)
            assert {*found} == {uri.rpartition("/")[2] for uri in uris}
            assert [each for each in {*found} if found.count(each) > 1] == [number]
            assert "Asked for 30 posts: 1 gone, 1 edited." in rechecking.finish()
            assert said == [f"mastodon:{server.url}: {server.url[7:]} asks to wait 1 seconds."]


@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("count", [1, 2])
async def test_posts_that_always_fail_keep_no_others_from_being_asked_for(
    status: int, count: int, tmp_path: Path
) -> None:
    async with MastodonServer() as server:
        server.faults.several = 405
        uris = [server.post(f"A1 number {n} #tartantm") for n in range(8)]
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            for uri in uris[:count]:
                number = uri.rpartition("/")[2]
                server.faults.answer(f"/api/v1/statuses/{number}", (status, {}, {"error": "No"}))
            server.delete(uris[7])
            server.delete(uris[4])
            said: list[str] = []
            rechecking = SessionRecheck(session, said.append)
            await rechecking.ask_all(registry())
            assert (rechecking.gone, rechecking.unanswered) == (2, count)
            assert len(said) == 1 and server.url[7:] in said[0]


async def test_a_server_that_answers_for_none_is_soon_left(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        for n in range(30):
            server.post(f"A1 number {n} #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            server.faults.answer("/api/v1/statuses", (500, {}, {"error": "Boom"}))
            server.requests.clear()
            rechecking = SessionRecheck(session, lambda _: None)
            await rechecking.ask_all(registry())
            assert rechecking.unanswered == 30 and len(server.requests) <= 5


async def test_for_longer_than_that_the_rest_stays_unanswered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recheck, "LONGEST_WAIT", 30.0)
    async with MastodonServer() as server:
        for n in range(30):
            server.post(f"A1 number {n} #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            server.faults.several = 405
            server.faults.allowed, server.made = 300, 200
            rechecking = SessionRecheck(session)
            (posts,) = by_source(session.chat).values()
            server.faults.answer("/api/v1/statuses/", (429, {"Retry-After": "31"}, {}))
            with pytest.raises(Limited):
                await rechecking.ask(source_of(server), posts)
            assert rechecking.unanswered == 30


async def test_a_batch_is_as_large_as_the_source_wants(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        for n in range(45):
            server.post(f"A1 number {n} #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            server.requests.clear()
            rechecking = SessionRecheck(session)
            (posts,) = by_source(session.chat).values()
            await rechecking.ask(source_of(server), posts)
            assert [each.count("id%5B%5D=") for each in server.requests] == [20, 20, 5]
            assert rechecking.unanswered == 0


async def test_a_server_that_always_asks_to_wait_keeps_no_other_from_being_asked(
    tmp_path: Path,
) -> None:
    async with MastodonServer() as evil, MastodonServer() as good:
        evil.post("A1 from evil #tartantm", "mal", id="110000000000001111")
        gone = good.post("A1 from good #tartantm", "bob", id="110000000000002222")
        session = await session_of(evil, good, path=tmp_path / "a.tartantm")
        good.delete(gone)
        evil.faults.answer("/api/v1/statuses", (429, {"Retry-After": "1"}, {}))
        evil.requests.clear()
        said: list[str] = []
        with session:
            rechecking = SessionRecheck(session, said.append, waits := Waits())
            await rechecking.ask_all(registry())
            assert waits == [1.0, 2.0, 4.0, 8.0] and len(evil.requests) <= 5
            assert (rechecking.gone, rechecking.unanswered) == (1, 1)
            assert rechecking.finish().endswith("1 gone, 0 edited. 1 post could not be asked for.")
        assert len(said) == 5 and all(evil.url in words for words in said)


async def test_a_server_that_never_ends_is_left_after_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recheck, "LONGEST", 0.05)
    async with MastodonServer() as server:
        server.post("A1 #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            rechecking = SessionRecheck(session, wait=lambda _: asyncio.Event().wait())
            server.faults.answer("/api/v1/statuses", (429, {"Retry-After": "1"}, {}))
            (posts,) = by_source(session.chat).values()
            with pytest.raises(Lost, match="did not answer for all posts"):
                await rechecking.ask(source_of(server), posts)
            assert rechecking.unanswered == 1


async def test_a_server_has_no_say_in_the_posts_of_another(tmp_path: Path) -> None:
    async with MastodonServer() as good, MastodonServer() as evil:
        uri = f"{good.url}/users/bob/statuses/110000000000002222"
        good.post("A1 true #tartantm", "bob", id="110000000000002222", uri=uri, url=uri)
        own = evil.post("A1 mine #tartantm", "mal", id="110000000000001111")
        with await session_of(good, evil, path=tmp_path / "a.tartantm") as session:
            lie = good.statuses[uri] | {
                "id": "110000000000001111",
                "content": "<p>A1 forged #tartantm</p>",
                "edited_at": datetime.now(UTC).isoformat(),
            }
            evil.faults.answer("/api/v1/statuses", (200, {}, [lie]))
            rechecking = SessionRecheck(session)
            await rechecking.ask_all(registry())
            assert (rechecking.edited, rechecking.unanswered) == (0, 0)
            texts = {entry.id: entry.post.text for entry in session.chat.entries.values()}
            assert texts == {
                f"mastodon:{uri}": "A1 true #tartantm",
                f"mastodon:{own}": "A1 mine #tartantm",
            }


class Answering:
    """A source that answers, for whatever it is asked, what was written down beforehand."""

    recheck_at_once = 20

    def __init__(self, name: str, *heard: Heard) -> None:
        self.name, self._heard = name, heard

    def can_recheck(self, post: Post) -> bool:
        return post.network == "mastodon"

    async def recheck(
        self, _: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        yield list(self._heard)

    async def close(self) -> None: ...


def toot(server: str, number: int, text: str = "Words", **more: object) -> Post:
    made = replace(
        post(str(number), text),
        id=f"mastodon:https://{server}/users/isla/statuses/{number}",
        aliases=(f"mastodon:{server}/{number}",),
    )
    return replace(made, **more)


@pytest.mark.parametrize("came_by", ["mastodon:other.example", "file:a.json"])
async def test_an_answer_changes_what_was_asked_for_alone(came_by: str, tmp_path: Path) -> None:
    mine, other = toot("mine.example", 1), toot("other.example", 2)
    with new_session(tmp_path / "a.tartantm") as session:
        hold(session, [mine], "mastodon:mine.example")
        hold(session, [other], came_by)
        later = datetime.now(UTC)
        forged = replace(other, text="Forged", version="2", edited_at=later)
        edited = replace(mine, text="Later", version="2", edited_at=later)
        deleted = Deleted((other.id, other.aliases[0]), later, "gone")
        rechecking = SessionRecheck(session)
        source = Answering("mastodon:mine.example", forged, edited, deleted)
        await rechecking.ask(source, [mine])  # type: ignore[arg-type]
        assert (rechecking.gone, rechecking.edited) == (0, 1)
        assert [entry.post.text for entry in session.chat.entries.values()] == ["Later", "Words"]
        await rechecking.ask(Answering("mastodon:other.example", deleted), [other])  # type: ignore[arg-type]
        assert rechecking.gone == 1


NUMBERS = st.integers(0, 5)
SERVERS = st.sampled_from(["a.example", "ba.example", "a.example:80"])
TOOTS = st.builds(toot, SERVERS, NUMBERS)


@given(
    st.lists(TOOTS, max_size=4),
    st.lists(
        TOOTS | st.builds(lambda all: Deleted(tuple(one.id for one in all), START), st.lists(TOOTS))
    ),
)
def test_what_was_not_asked_for_is_left_out(asked: list[Post], heard: list[Heard]) -> None:
    ids = {one.id for one in asked}
    kept = answers_to(asked, heard)
    for item in kept:
        assert {*names_of(item)} <= ids
        assert names_of(item)
    names = [name for item in heard for name in names_of(item) if name in ids]
    assert [name for item in kept for name in names_of(item)] == names


def names_of(item: Heard) -> tuple[str, ...]:
    assert isinstance(item, Post | Deleted)
    return (item.id,) if isinstance(item, Post) else item.posts


async def test_a_host_whose_name_ends_alike_is_another(tmp_path: Path) -> None:
    with new_session(tmp_path / "a.tartantm") as session:
        heard = ("mastodon:ba.example", "mastodon:http://A.example:80")
        session.record(*(SourceChanged(name, "asked", since=START) for name in heard))
        number = (f"mastodon:a.example{port}/17" for port in ("", ":80", ":81"))
        posts = [toot("far.example", n, aliases=(each,)) for n, each in enumerate(number)]
        hold(session, posts, "file:a.json")
        assert list(by_source(session.chat)) == [
            "mastodon:http://A.example:80",
            "mastodon:a.example:81",
        ]


async def test_posts_that_no_request_can_name_count_as_not_asked_for(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        there = server.url[7:]
        unnumbered = replace(toot(there, 1), id=f"mastodon:{server.url}/objects/abc", aliases=())
        nowhere = replace(toot(there, 2), id="mastodon:unknown/2", aliases=("mastodon:unknown/2",))
        with new_session(tmp_path / "a.tartantm") as session:
            session.record(SourceChanged(f"mastodon:{server.url}", "asked", since=START))
            hold(session, [unnumbered, nowhere], "file:a.json")
            said: list[str] = []
            rechecking = SessionRecheck(session, said.append)
            assert list(by_source(session.chat)) == [f"mastodon:{server.url}", "mastodon:unknown"]
            await rechecking.ask_all(registry())
            assert not server.requests
            assert "Asked for 0 posts" in rechecking.finish() and rechecking.unanswered == 2
            assert f"mastodon:{server.url}: 1 post not asked for" in said[0]
            assert session.chat.rechecked is None


async def test_a_fault_at_one_server_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with MastodonServer() as server:
        server.post("A1 #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            hold(session, [toot("127.0.0.1:9", 7)], "mastodon:http://127.0.0.1:9")
            can_recheck = MastodonSource.can_recheck

            def faulty(self: MastodonSource, post: Post) -> bool:
                if self.name.endswith(":9"):
                    raise RecursionError
                return can_recheck(self, post)

            monkeypatch.setattr(MastodonSource, "can_recheck", faulty)
            said: list[str] = []
            rechecking = SessionRecheck(session, said.append)
            await rechecking.ask_all(registry())
            assert (rechecking.asked, rechecking.unanswered) == (1, 1)
            assert "RecursionError" in said[0]


async def test_what_cannot_be_recorded_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with MastodonServer() as server:
        uri = server.post("A1 #tartantm")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            server.delete(uri)

            def full(*_: Event) -> None:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr(session, "act", full)
            with pytest.raises(OSError, match="No space left"):
                await SessionRecheck(session).ask_all(registry())


async def test_no_token_for_any_server_goes_where_the_session_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with MastodonServer() as server:
        server.post("A1 #tartantm")
        path = tmp_path / "a.tartantm"
        with await session_of(server, path=path):
            pass
        monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "of-another-server-0123456789")
        server.heads.clear()
        assert await recheck.recheck(path, Config(), print) == 0
        assert server.heads and not [h for h in server.heads if "authorization" in h.lower()]
        assert "is not sent to mastodon:http://127.0.0.1" in capsys.readouterr().out
        own = Config(sources=(f"mastodon:{server.url}",))
        assert await recheck.recheck(path, own, print) == 1  # it is another server's token
        assert "authorization: bearer" in server.heads[-1].lower()


async def test_a_server_is_believed_of_what_it_was_asked_for_alone(tmp_path: Path) -> None:
    """It answers with another's post under the number that it was asked for."""
    async with MastodonServer() as server, MastodonServer() as evil:
        true = server.post("A1 true words #tartantm", uri=f"{server.url}/users/a/statuses/17")
        evil.post("A1 something else #tartantm", uri=f"{evil.url}/users/b/statuses/18")
        with await session_of(server, path=tmp_path / "a.tartantm") as session:
            other = source_of(evil)
            for each in await all_of(other.since(ago(hours=1))):
                session.act(Captured(each, Placement(None, "rest", "", 0.0), other.name))
            (asked,) = (
                each for name, each in by_source(session.chat).items() if name == other.name
            )
            (status,) = evil.statuses.values()
            lie = {
                "uri": true,
                "content": "<p>A1 false words</p>",
                "edited_at": "2026-12-01T00:00Z",
            }
            evil.faults.answer("/api/v1/statuses", (200, {}, [status | lie]))
            rechecking = SessionRecheck(session)
            await rechecking.ask(other, asked)
            assert "0 gone, 0 edited" in rechecking.finish()
            held = [entry.post.text for entry in session.chat.entries.values()]
            assert held == ["A1 true words #tartantm", "A1 something else #tartantm"]


def test_the_own_server_is_asked_where_it_was_listened_to() -> None:
    copy = post("mastodon:https://home.example/users/a/statuses/1")
    came = Captured(copy, Placement(None, "rest", "", 0.0), "mastodon:other.example")
    assert by_source(chat_of(came)) == {"mastodon:other.example": [copy]}
    heard = SourceChanged("mastodon:home.example", "connected")
    assert by_source(chat_of(heard, came)) == {"mastodon:home.example": [copy]}
