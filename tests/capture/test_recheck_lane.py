"""A source that is asked again for some posts has a say in these alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.recheck_lane import RecheckLane
from tartantm.capture.rechecking import deleted
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, LiveSource, skip
from tests.builders import START, at, post


class Answering:
    """Answers with all that was written down beforehand, whatever it is asked for."""

    name, recheck_at_once = "x", 3

    def __init__(self, *heard: Heard) -> None:
        self._heard = heard
        self.asked: list[list[str]] = []

    def can_recheck(self, _: Post) -> bool:
        return True

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        self.asked.append([one.id for one in posts])
        yield list(self._heard)


class Held:
    """Ten posts of one source, of two people, or as many as are left."""

    def __init__(self, *left: str) -> None:
        self.left = left or tuple(map(str, range(10)))

    def of_source(self, _: str) -> list[Post | None]:
        return [post(n, author=f"a{n in '12'}") for n in self.left] + [None]

    def holds(self, _: str) -> bool:
        return True

    def post(self, post_id: str) -> Post:
        return post(post_id.partition(":")[2])


class Asking:
    """A lane that asks a source, with what is delivered of the answers, and what is said."""

    def __init__(self, source: Answering | Having, held: Held | None = None) -> None:
        self.source, self.came, self.said = cast(LiveSource, source), list[Heard](), list[str]()
        self.minute = 9.0
        clock = SimpleNamespace(now=lambda: at(self.minute))
        chat = cast(ChatIndex, held or Held())
        delivery = Delivery(self._take, chat, lambda: None, lambda: None)
        hearing = cast(Hearing, SimpleNamespace(clock=clock))
        self.lane = RecheckLane(chat, hearing, Health("x"), delivery, self.said.append)

    async def _take(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        self.came.extend(batch)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(0)
        return done

    async def ask(self, *asked: str, minute: float = 1) -> set[str]:
        """Ask for posts; returns which are gone by what was delivered."""
        self.came.clear()
        await self.lane._ask(self.source, [post(n, minute=minute) for n in asked])
        return {name[2:] for name in deleted(self.came)}


class Having:
    """A server that still has some posts, and says of all others that they are gone."""

    name, recheck_at_once = "x", 20

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.asked: list[str] = []

    def can_recheck(self, one: Post) -> bool:
        return one.id != "x:unnumbered"

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        self.asked += [one.id[2:] for one in posts]
        for one in posts:
            if one.id[2:] not in self.there and self.can_recheck(one):
                yield [Deleted((one.id,), START, "gone")]


@pytest.mark.parametrize("asked", ["1", "20"])
async def test_what_is_said_of_another_post_is_left_out(asked: str) -> None:
    edited = post("20", "Forged", edited_at=START)
    gone = Deleted(tuple(sorted({f"x:{asked}", "x:20", "x:30"})), START, "gone")
    asking = Asking(Answering(edited, gone))
    await asking.ask(asked)
    assert asking.came == [edited] * (asked == "20") + [Deleted((f"x:{asked}",), START, "gone")]


async def test_a_server_that_lost_all_is_found_out_by_what_it_says_of_others() -> None:
    everything = Deleted(tuple(f"x:{n}" for n in range(10)), START, "gone")
    source = Answering(everything)
    asking = Asking(source)
    assert await asking.ask("1", "2", "3") == set()
    assert source.asked == [["x:1", "x:2", "x:3"], ["x:0", "x:4", "x:5"]]
    assert asking.came == [] and "6 posts are gone, all that" in asking.said[0]


async def test_a_server_that_came_back_empty_takes_nothing_along_in_the_last_batch_either() -> None:
    numbers = [str(n) for n in range(22)]
    server = Having()
    asking = Asking(server, Held(*numbers))
    for some in (numbers[:20], numbers[20:], numbers[:1]):
        assert await asking.ask(*some) == set()
    # New posts, and a few of the old ones that others sent it again, do not show that it has ours.
    server.there = {"30", "31", "32", "0"}
    for some in (["30", "31", "7"], numbers[:20]):
        assert await asking.ask(*some, minute=10 if "30" in some else 1) == set()
    assert len(asking.said) == 1
    server.there = set(numbers) - {"7"}  # it was mended
    assert await asking.ask("7") == {"7"}
    assert await asking.ask("3") == set()


async def test_one_that_came_back_empty_and_lost_one_post_at_first_is_found_out() -> None:
    asking = Asking(Having(), Held("0", "1", "2", "3"))
    assert await asking.ask("2") == set()
    assert "4 posts are gone" in asking.said[0]


async def test_somebody_who_deletes_all_their_posts_is_believed_by_those_of_others() -> None:
    server = Having("0", "3", "4", "5", "6", "7", "8", "9")
    asking = Asking(server)
    assert await asking.ask("1", "2") == {"1", "2"}
    assert server.asked == ["1", "2", "0", "3", "4", "5", "6"]
    assert not asking.said


@pytest.mark.parametrize("held", [("1",), ("1", "2")])
async def test_of_the_only_posts_a_deletion_is_believed(held: tuple[str, ...]) -> None:
    assert await Asking(Having(), Held(*held)).ask(*held) == set(held)


async def test_what_cannot_be_asked_for_shows_nothing() -> None:
    asking = Asking(Having(), Held("1", "2", "3", "unnumbered"))
    assert await asking.ask("1", "2", "3", "unnumbered") == set()
    assert len(asking.said) == 1


async def test_of_many_that_are_gone_a_few_that_are_there_show_little() -> None:
    numbers = [str(n) for n in range(10, 40)]
    assert await Asking(Having("10"), Held(*numbers)).ask(*numbers[:20]) == set()
    asking = Asking(Having("10", "11", "12"), Held(*numbers))
    assert await asking.ask(*numbers[:20]) == set(numbers[3:20])
