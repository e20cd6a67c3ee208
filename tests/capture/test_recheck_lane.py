"""A source that is asked again for some posts has a say in these alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.recheck_lane import RecheckLane
from tartantm.capture.rechecking import PAUSE_SECONDS, deleted
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Limited, LiveSource, Lost, Refused, skip
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
        hearing = cast(Hearing, SimpleNamespace(clock=clock, streams_from=START))
        self.health = Health("x")
        self.health.change("stream")
        self.lane = RecheckLane(chat, hearing, self.health, delivery, self.said.append)
        self.gone: set[str] = set()
        self.pauses: list[float] = []
        self.waited: list[float] = []
        """Those in which posts were waited for that can be asked for."""

    async def _take(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        self.came.extend(batch)
        self.gone |= {name[2:] for name in deleted(batch)}
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


class Over(Exception):
    """The test has seen enough."""


class Failing(Having):
    """A server that always fails for some posts, and asks to wait at some of the requests.

    It is asked for several posts in one request, or for each in one of its own.
    """

    reports_deletions = True

    def __init__(self, there: Iterable[str], **more: Any) -> None:
        super().__init__(*there)
        self.bad: dict[str, Exception] = more.get("bad", {})
        self.limited: set[int] = set(more.get("limited", ()))
        self.recheck_at_once = more.get("at_once", 20)
        self.several = more.get("several", False)
        self.requests = 0

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        self.asked += [one.id[2:] for one in posts]
        for some in [posts] if self.several else [[one] for one in posts]:
            self.requests += 1
            if self.requests in self.limited:
                raise Limited("It asks to wait.", 30.0)
            for one in some:
                if problem := self.bad.get(one.id[2:]):
                    raise problem
            for one in some:
                answered(one)
                if one.id[2:] not in self.there:
                    yield [Deleted((one.id,), START, "gone")]


async def keep_asking(source: Failing, held: Held, most: int) -> Asking:
    """Have a lane ask for all that is held, until nothing is wanted or it has paused so often."""
    asking = Asking(source, held)

    async def pause(seconds: float) -> None:
        asking.pauses.append(seconds)
        if any(each[2:] not in source.bad for each in asking.lane.wanted.ids):
            asking.waited.append(seconds)
        if len(asking.pauses) == most:
            raise Over

    async def wait() -> None:
        raise Over

    asking.lane.pause = pause  # type: ignore[method-assign]
    asking.lane.wanted.wait = wait  # type: ignore[method-assign]
    await asking.lane.wanted.everything()
    with pytest.raises(Over):
        await asking.lane.keep_asking(asking.source)
    return asking


TEN = tuple(map(str, range(10)))
FAILURES = [Lost("It has a fault."), Refused("Not this one."), KeyError("a fault of ours")]


@pytest.mark.parametrize("several", [False, True])
async def test_what_was_answered_before_it_asks_to_wait_counts(several: bool) -> None:
    source = Failing(set(TEN) - {"1", "5"}, limited=[2 if several else 6], several=several)
    source.recheck_at_once = 4 if several else 20
    asking = await keep_asking(source, Held(*TEN), 20)
    assert asking.gone == {"1", "5"} and not asking.lane.wanted.ids
    assert asking.pauses[1 if several else 0] == 30.0
    # The first four, or five, are asked for no more.
    assert source.asked.count("1") == 1 and source.asked.count("9") == (1 if several else 2)


@pytest.mark.parametrize("problem", FAILURES)
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("bad", [("0",), ("4",), ("0", "1", "2", "3")])
async def test_what_always_fails_keeps_no_others_from_being_asked_for(
    problem: Exception, several: bool, bad: tuple[str, ...]
) -> None:
    there = set(TEN) - {"6", "9"}
    source = Failing(there, bad=dict.fromkeys(bad, problem), several=several)
    asking = await keep_asking(source, Held(*TEN), 25)
    assert asking.gone == {"6", "9"}
    assert {name[2:] for name in asking.lane.wanted.ids} == set(bad)
    words = asking.lane.unanswerable._why
    assert words.startswith(f"{len(bad)} post") and "could not be asked for: " in words
    if len(bad) == 1:
        assert set(asking.health.unanswered) == {"of every post whether it is gone or edited"}
        assert max(asking.waited) <= PAUSE_SECONDS
    # It goes on being asked for, and is answered once that is mended.
    source.bad = {}
    source.there -= {bad[0]}
    asking.pauses.clear()
    with pytest.raises(Over):
        await asking.lane.keep_asking(asking.source)
    assert bad[0] in asking.gone and not asking.lane.wanted.ids
    assert not asking.health.unanswered


async def test_a_server_that_fails_is_asked_seldom_and_loses_nothing() -> None:
    source = Failing(set(TEN) - {"6"}, bad=dict.fromkeys(TEN, Lost("It is down.")))
    asking = await keep_asking(source, Held(*TEN), 12)
    assert set(asking.health.unanswered) == {"which posts are gone or edited"}
    assert max(asking.pauses[-3:]) > 30.0 and len(list(asking.lane.wanted.ids)) == 10
    source.bad = {}
    asking.pauses.clear()
    with pytest.raises(Over):
        await asking.lane.keep_asking(asking.source)
    assert asking.gone == {"6"} and not asking.lane.wanted.ids and not asking.health.unanswered
    assert len(asking.pauses) <= 6  # it is soon asked for many at once again


async def test_a_deletion_that_is_doubted_is_asked_for_again_where_others_cannot_be() -> None:
    """Pleroma allows few requests at once, so its answers about others never come."""
    source = Failing(set(TEN) - {"0", "1"}, limited=range(3, 100, 3), at_once=2)
    asking = await keep_asking(source, Held(*TEN), 40)
    assert asking.gone == {"0", "1"} and not asking.said


async def test_one_refusal_after_answers_is_not_told_of_all() -> None:
    source = Failing(set(TEN), bad={"9": Refused("Not this one.")})
    asking = await keep_asking(source, Held(*TEN), 1)
    assert not asking.said
    assert set(asking.health.unanswered) == {"of every post whether it is gone or edited"}


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


async def test_who_waits_to_ask_for_one_that_fails_asks_for_others_at_once() -> None:
    source = Failing(set(TEN) - {"5"}, bad={"0": Refused("Not this one.")})
    asking = await keep_asking(source, Held("0", "1", "2"), 12)
    del asking.lane.pause, asking.lane.wanted.wait
    asking.lane._waits_alone = False
    running = asyncio.create_task(asking.lane.keep_asking(asking.source))
    await until(lambda: asking.lane._waits_alone)
    asking.lane.wanted.put_back([post("0")])
    await asyncio.sleep(0)
    assert asking.lane._waits_alone  # five minutes, for that one
    asking.lane.wanted.put_back([post("5")])
    await until(lambda: asking.gone)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_of_others_that_are_asked_for_as_well_one_may_be_what_fails() -> None:
    order = ("8", "1", "7", "3", "4", "5", "6", "2", "0", "9")
    source = Failing(set(TEN) - {"8"}, bad={"7": Lost("It fails.")}, several=True, at_once=3)
    asking = await keep_asking(source, Held(*order), 30)
    assert asking.gone == {"8"}


@settings(max_examples=40)
@given(st.data())
def test_everything_that_can_be_asked_for_is_asked_for(data: st.DataObject) -> None:
    numbers = tuple(map(str, range(12)))
    order = data.draw(st.permutations(numbers))
    bad = set(data.draw(st.lists(st.sampled_from(numbers[4:]), max_size=5)))
    gone = set(data.draw(st.lists(st.sampled_from(numbers), max_size=3))) - bad
    source = Failing(
        set(numbers) - gone,
        bad=dict.fromkeys(bad, data.draw(st.sampled_from(FAILURES[:2]))),
        several=data.draw(st.booleans()),
        at_once=data.draw(st.sampled_from([1, 2, 3, 20])),
        limited=data.draw(st.lists(st.integers(1, 40), max_size=8)),
    )
    asking = asyncio.run(keep_asking(source, Held(*order), 90))
    assert asking.gone == gone
    assert {name[2:] for name in asking.lane.wanted.ids} == bad
