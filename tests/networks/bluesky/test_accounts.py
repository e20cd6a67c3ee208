"""What becomes of an author's posts where the account is not active."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post
from tartantm.networks.bluesky import accounts, live
from tartantm.networks.bluesky.accounts import AGAIN_SECONDS, WAIT_SECONDS, InactiveAccounts
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost, skip
from tests.builders import START, at, post
from tests.networks.bluesky.following import Holding, following, hurry, source_for, texts, until
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.store import did_of
from tests.networks.bluesky.test_stream_filter import wire

DID = did_of("isla")
MICROSECOND = timedelta(microseconds=1)


def held(minute: float, author: str = DID) -> Post:
    name = f"bluesky:at://{author}/app.bsky.feed.post/3k{minute}"
    return post(name, minute=minute, author=Author("isla", id=author))


def told(minute: float, **account: Any) -> bytes:
    when = (at(minute) - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
    return wire({"did": DID, "time_us": when, "kind": "account", "account": account})


@pytest.mark.parametrize("state", ["deleted", "takendown"])
def test_what_is_gone_for_good_takes_along_what_was_posted_before(state: str) -> None:
    """An old event is read in a gap, when later posts are held already."""
    looking = StreamFilter(["tartantm"])
    looking.held = Holding(held(1), held(9), held(2, did_of("bob")))
    looking.remember(held(3))
    looking.remember(held(8))
    (gone,) = looking.match_frame(told(5, active=False, status=state)).heard
    assert isinstance(gone, Deleted) and gone.why == "account"
    assert set(gone.posts) == {held(1).id, held(3).id}


@pytest.mark.parametrize("state", ["deactivated", "suspended", "", "of a later protocol"])
def test_what_may_be_passing_is_no_deletion(state: str) -> None:
    looking = StreamFilter(["tartantm"])
    looking.held = Holding(held(1))
    found = looking.match_frame(told(5, active=False, status=state))
    assert (found.heard, found.left) == ([], DID)
    assert looking.match_frame(told(5, active=True)).came_back == DID


@pytest.mark.parametrize("state", ["throttled", "desynchronized"])
def test_what_a_relay_says_of_itself_is_nothing(state: str) -> None:
    looking = StreamFilter(["tartantm"])
    looking.held = Holding(held(1))
    found = looking.match_frame(told(5, active=False, status=state))
    assert (found.heard, found.left) == ([], "")


class Asked:
    """In place of `BlueskyRecheck`: says that all posts are gone."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.bad = ""
        self.asked: list[list[str]] = []

    async def check(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        self.asked.append([each.id for each in posts])
        if self.fault is not None:
            raise self.fault
        if self.bad in self.asked[-1]:
            raise Lost("Upstream Failure")
        yield [Deleted((each.id,), START, "gone") for each in posts]


async def test_who_does_not_come_back_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(accounts, "monotonic", lambda: now)
    looking, recheck = StreamFilter(["tartantm"]), Asked()
    looking.held = Holding(held(1), held(2, did_of("bob")))
    inactive = InactiveAccounts(recheck, looking)  # type: ignore[arg-type]

    async def gone() -> list[Heard]:
        return [item async for batch in inactive.gone() for item in batch]

    inactive.leave(DID)
    inactive.leave(did_of("bob"))
    now += WAIT_SECONDS / 2
    inactive.come_back(did_of("bob"))
    assert await gone() == [] and not recheck.asked
    now += WAIT_SECONDS / 2
    recheck.fault = Lost("later")
    assert await gone() == []
    recheck.fault = None
    assert await gone() == []
    now += AGAIN_SECONDS
    (deleted,) = await gone()
    assert isinstance(deleted, Deleted)
    assert (deleted.posts, deleted.why) == ((held(1).id,), "account")
    assert await gone() == [] and recheck.asked == [[held(1).id]] * 2


async def test_one_post_that_always_fails_keeps_no_others_of_its_author(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(accounts, "monotonic", lambda: now)
    looking, recheck = StreamFilter(["tartantm"]), Asked()
    looking.held = Holding(held(1), held(2), held(3))
    recheck.bad = held(2).id
    inactive = InactiveAccounts(recheck, looking)  # type: ignore[arg-type]
    inactive.leave(DID)
    now += WAIT_SECONDS
    heard = [item for batch in [b async for b in inactive.gone()] for item in batch]
    gone = {name for item in heard if isinstance(item, Deleted) for name in item.posts}
    assert gone == {held(1).id, held(3).id}
    recheck.bad = ""
    now += AGAIN_SECONDS
    assert [batch async for batch in inactive.gone()]


async def test_the_service_is_believed_and_not_the_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(accounts, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(live, "ACCOUNTS_SECONDS", 0.05)
    monkeypatch.setattr("tartantm.networks.bluesky.recheck.INDEXED", timedelta())
    async with BlueskyServer() as server:
        for name in ("isla", "calum"):
            await server.post(f"of {name} #tartantm", name, ago=30)
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: len(chat.entries) == 2)
            await until(lambda: followed.health[0].state == "stream")
            for name in ("calum", "isla"):
                server.store.leave(name, "deactivated", is_shown=name == "isla")
            await server.tell()
            await until(lambda: texts(chat) == ["of isla #tartantm"])
            await until(lambda: not followed.sources[0]._inactive._due)  # type: ignore[union-attr]
            assert texts(chat) == ["of isla #tartantm"]
