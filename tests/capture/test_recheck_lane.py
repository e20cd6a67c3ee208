"""A source that is asked again for some posts has a say in these alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest

from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.recheck_lane import RecheckLane
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, LiveSource
from tests.builders import START, post


class Answering:
    """Answers with all that was written down beforehand, whatever it is asked for."""

    name, recheck_at_once = "x", 3

    def __init__(self, *heard: Heard) -> None:
        self._heard = heard
        self.asked: list[list[str]] = []

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        self.asked.append([one.id for one in posts])
        yield list(self._heard)


class Held:
    """Ten posts of one source."""

    def of_source(self, _: str) -> list[Post]:
        return [post(str(n)) for n in range(10)]

    def holds(self, _: str) -> bool:
        return True

    def post(self, post_id: str) -> Post:
        return post(post_id.partition(":")[2])


async def delivered(source: Answering, *asked: str) -> tuple[list[Heard], list[str]]:
    """What is delivered of what a source answers, and what is said."""
    came: list[Heard] = []
    said: list[str] = []

    async def take(batch: Sequence[Heard]) -> asyncio.Future[int]:
        came.extend(batch)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(0)
        return done

    unused = cast(Hearing, None)
    held = cast(ChatIndex, Held())
    delivery = Delivery(take, held, lambda: None, lambda: None)
    lane = RecheckLane(held, unused, Health("x"), delivery, said.append)
    await lane._ask(cast(LiveSource, source), [post(n) for n in asked])
    return came, said


@pytest.mark.parametrize("asked", ["1", "2", "3"])
async def test_what_is_said_of_another_post_is_left_out(asked: str) -> None:
    edited = post("2", "Forged", edited_at=START)
    gone = Deleted(("x:1", "x:2", "x:3"), START, "gone")
    came, _ = await delivered(Answering(edited, gone), asked)
    assert came == [edited] * (asked == "2") + [Deleted((f"x:{asked}",), START, "gone")]


async def test_a_server_that_lost_all_is_found_out_by_what_it_says_of_others() -> None:
    everything = Deleted(tuple(f"x:{n}" for n in range(10)), START, "gone")
    source = Answering(everything)
    came, said = await delivered(source, "1", "2", "3")
    assert source.asked == [["x:1", "x:2", "x:3"], ["x:0", "x:4", "x:5"]]
    assert came == [] and "6 posts are gone" in said[0]
