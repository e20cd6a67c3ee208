"""People's names: what is asked for, and which of several answers counts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core.post import Author, Post
from tartantm.networks.bluesky import profiles
from tartantm.networks.bluesky.errors import NeedsAccount
from tartantm.networks.bluesky.profiles import ProfileCache
from tartantm.networks.protocol import Limited, Lost, Refused
from tests.builders import post

DID = "did:plc:isla"
BEFORE, AFTER = Author("isla.example", id=DID), Author("isla.elsewhere.example", id=DID)


class Service:
    """Answers with one handle after the other; of the last, for good."""

    def __init__(self, *handles: str) -> None:
        self.handles = list(handles)
        self.asked = 0

    async def ask(self, method: str, asked: Any) -> Any:
        self.asked += 1
        handle = self.handles.pop(0) if len(self.handles) > 1 else self.handles[0]
        await asyncio.sleep(0)
        return {"profiles": [{"did": DID, "handle": handle}]}


async def named(cache: ProfileCache) -> str:
    """The handle that a post gets which the stream brings without one."""
    said = replace(post("1"), author=Author(DID, id=DID))
    (item,) = await cache.named([said])
    assert isinstance(item, Post)
    return item.author.handle


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "INDEX_SECONDS", 0.0)
    monkeypatch.setattr(profiles, "AGAIN_SECONDS", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_an_answer_that_knows_nothing_of_a_change_takes_nothing_back() -> None:
    """As of two services that are behind the stream, one of them more than the other."""
    service = Service(BEFORE.handle)
    cache = ProfileCache(service)  # type: ignore[arg-type]
    assert await named(cache) == BEFORE.handle
    cache.forget(DID)
    cache.learn(BEFORE)  # a thread that was asked for, from the same service
    assert await named(cache) == BEFORE.handle
    cache.learn(AFTER)
    cache.learn(BEFORE)
    assert await named(cache) == AFTER.handle


@pytest.mark.usefixtures("at_once")
async def test_who_is_called_as_before_after_a_while_is_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(profiles, "LATE_SECONDS", 0.0)
    service = Service(BEFORE.handle)
    cache = ProfileCache(service)  # type: ignore[arg-type]
    await named(cache)
    cache.forget(DID)
    asked = service.asked
    assert [await named(cache), await named(cache)] == [BEFORE.handle] * 2
    assert service.asked == asked + 1


@pytest.mark.usefixtures("at_once")
async def test_a_change_is_asked_for_twice_and_again_with_the_next_post() -> None:
    service = Service(BEFORE.handle, BEFORE.handle, BEFORE.handle, AFTER.handle)
    cache = ProfileCache(service)  # type: ignore[arg-type]
    await named(cache)
    cache.forget(DID)
    assert [await named(cache), await named(cache)] == [BEFORE.handle, AFTER.handle]
    assert service.asked == 4


class Poisoned:
    """Knows everybody; asked for one of some people, it fails for all that it is asked for."""

    def __init__(self, bad: set[str], problem: Exception) -> None:
        self.bad, self.problem = bad, problem
        self.asked = 0

    async def ask(self, method: str, asked: Any) -> Any:
        self.asked += 1
        if self.bad & set(asked["actors"]):
            raise self.problem
        return {
            "profiles": [{"did": did, "handle": f"{did[8:]}.example"} for did in asked["actors"]]
        }


async def handles(cache: ProfileCache, *names: str) -> list[str]:
    """The handles that posts of some people get."""
    people = [Author(f"did:plc:{name}", id=f"did:plc:{name}") for name in names]
    heard = await cache.named([replace(post(each.id), author=each) for each in people])
    return [item.author.handle for item in heard if isinstance(item, Post)]


@pytest.mark.parametrize("problem", [Lost("Upstream Failure"), Refused("actors must be dids")])
async def test_one_person_who_cannot_be_asked_for_keeps_no_others_nameless(
    problem: Exception,
) -> None:
    service = Poisoned({"did:plc:mal"}, problem)
    cache = ProfileCache(service)  # type: ignore[arg-type]
    assert await handles(cache, "ann", "mal", "zoe") == [
        "ann.example",
        "did:plc:mal",
        "zoe.example",
    ]
    asked = service.asked
    assert await handles(cache, "mal", "bob") == ["did:plc:mal", "bob.example"]
    assert service.asked == asked + 1  # it is not asked for again with every post


@pytest.mark.parametrize(
    "problem", [Lost("It is down."), NeedsAccount("Log in."), Limited("It asks to wait.", 30)]
)
async def test_a_service_that_fails_is_left_alone_for_a_while(problem: Exception) -> None:
    people = [f"p{n}" for n in range(9)]
    service = Poisoned({f"did:plc:{each}" for each in people}, problem)
    cache = ProfileCache(service)  # type: ignore[arg-type]
    await handles(cache, *people)
    asked = service.asked
    assert asked <= 4
    await handles(cache, "p8", "other")
    assert service.asked == asked
