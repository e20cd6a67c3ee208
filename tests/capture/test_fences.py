"""Whatever a source raises, from whichever of its hooks, is that source's trouble alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tartantm.capture import lane, recheck_lane, rechecking, source_runner, supervisor
from tartantm.capture.health import Health
from tartantm.capture.registry import NETWORKS, NamedSource, SourceRegistry
from tartantm.capture.supervisor import Supervisor
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import ChatIndex, Finding, LiveSource, skip
from tartantm.settings.config import Config, NetSettings
from tartantm.settings.credentials import NamedBy
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, post

HOOKS = ("open", "stream", "since", "replies", "recheck", "note", "close", "damaged", "streams")

ERRORS: tuple[type[BaseException], ...] = (
    KeyError,
    AssertionError,
    RecursionError,
    MemoryError,
    UnicodeDecodeError,
    StopAsyncIteration,
    asyncio.CancelledError,
    TimeoutError,
    ExceptionGroup,
)

PLACES = {"x": "x", "mastodon": "mastodon:http://127.0.0.1:9", "bluesky": "bluesky"}


def an(error: type[BaseException]) -> BaseException:
    if error is UnicodeDecodeError:
        return UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")
    return error("x", [KeyError()]) if error is ExceptionGroup else error("from a hook")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATHER_SECONDS", "RETRY_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(supervisor, name, 0.01)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.02)
    monkeypatch.setattr(recheck_lane, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(lane, "FAULT_SECONDS", 0.05)
    monkeypatch.setenv("TARTANTM_X_TOKEN", "made-up-token")
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "token")


def faulty(made: LiveSource, hook: str, error: BaseException) -> LiveSource:
    """A network's source with every hook answered here, and one of them raising."""

    async def nothing(*_: object) -> None:
        return None

    async def endless(self: object, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        while True:
            alive()
            yield []
            await asyncio.sleep(0.01)

    async def held(self: object, *_: object) -> AsyncIterator[list[Heard]]:
        yield [post("f1")]

    def raises(*_: object) -> object:
        raise error

    async def raises_later(*_: object) -> AsyncIterator[list[Heard]]:
        yield []
        raise error

    body: dict[str, object] = {
        "name": f"{made.name} {type(error).__name__}",
        "open": nothing,
        "close": nothing,
        "stream": endless,
        "since": held,
        "replies": held,
        "recheck": held,
        "note": lambda self: "",
        "streams": True,
        "poll_beside": 0.02,
        "poll_every": 0.02,
        "replies_every": 0.02,
        "silence": 5.0,
        "__setattr__": lambda self, name, value: self.__dict__.__setitem__(name, value),
    }
    if hook in ("damaged", "streams"):
        body[hook] = property(raises)
    else:
        body[hook] = raises_later if hook in ("stream", "since", "replies", "recheck") else raises
    kind = type(made)
    source: LiveSource = object.__new__(type(f"Faulty{kind.__name__}", (kind,), body))
    source.__dict__.update({name: each for name, each in vars(made).items() if name not in body})
    return source


class Good:
    """A source that goes on delivering one post after the other."""

    name, network, gap_filler, damaged = "good", "x", "search", 0
    streams, silence, poll_every, poll_beside, replies_every = True, 5.0, 60.0, 60.0, 0.0
    recheck_at_once, reports_deletions = 20, True
    held: ChatIndex | None = None

    def __init__(self) -> None:
        self.sent = 0

    async def open(self) -> None: ...

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        while True:
            alive()
            self.sent += 1
            yield [post(f"g{self.sent}")]
            await asyncio.sleep(0.005)

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        yield []

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        yield []

    def can_recheck(self, _: Post) -> bool:
        return True

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        yield []

    async def diagnose(self) -> AsyncIterator[Finding]:
        yield Finding("good", "")

    def note(self) -> str:
        return ""

    async def close(self) -> None: ...


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("network", sorted(NETWORKS))
async def test_what_a_hook_raises_stays_behind_the_fence(
    network: str, hook: str, tmp_path: Path
) -> None:
    registry = SourceRegistry(
        Config(), HttpClients(NetSettings(), LiveClock()), ["tartantm"], "tag"
    )
    name = PLACES.get(network, "feed:http://127.0.0.1:9/feed")
    made = registry.live(NamedSource(name, NamedBy.USER))
    errors = ERRORS if network == "mastodon" else (KeyError, asyncio.CancelledError)
    with Session(tmp_path / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
    live = LiveSession(session.path)
    sources = [faulty(made, hook, an(error)) for error in errors]
    following = Supervisor(live, [*sources, Good()], LiveClock())
    *bad, fine = following.health
    seen = {each.name: states_of(each) for each in bad}

    def waiting() -> list[str]:
        return [each.name for each in bad if not tried(hook, seen[each.name], each.retry_in)]

    running = asyncio.create_task(following.run())
    try:
        async with asyncio.timeout(60):
            while len(live.chat.entries) < 12 or waiting():
                assert not running.done(), running.exception()
                for each in bad:
                    each.note(), each.damaged()
                await asyncio.sleep(0.005)
    except TimeoutError:
        pytest.fail(f"{waiting()} of {seen}, {fine.state}")
    assert fine.state == "stream", fine.detail
    following.stop()
    async with asyncio.timeout(60):
        await running
    await live.close()


def states_of(health: Health) -> list[str]:
    """The states of a source, to which those to come are added."""
    states: list[str] = []
    health.listeners.append(lambda report: states.append(report.state))
    return states


def tried(hook: str, seen: list[str], retry_in: float | None) -> bool:
    """Whether the faulty source has got so far that its hook was called, and is tried again."""
    match hook:
        case "open" | "streams":
            return any(state in ("failed", "unreachable") for state in seen)
        case "stream":
            return "poll" in seen
        case "since":
            return "filling" in seen and retry_in is not None
        case _:
            return "stream" in seen


async def test_one_item_that_makes_us_fail_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(tmp_path / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
    live, good = LiveSession(session.path), Good()
    following = Supervisor(live, [good], LiveClock())
    running = asyncio.create_task(following.run())
    async with asyncio.timeout(5):
        while following.capture is None or not live.chat.entries:
            await asyncio.sleep(0.005)
        before = following.capture.events_for

        def some(heard: Sequence[Heard], source: str) -> object:
            if any(isinstance(item, Post) and item.id == "x:g20" for item in heard):
                raise ZeroDivisionError
            return before(heard, source)

        monkeypatch.setattr(following.capture, "events_for", some)
        while "x:g25" not in live.chat.entries:
            await asyncio.sleep(0.005)
    assert "x:g20" not in live.chat.entries and "x:g21" in live.chat.entries
    assert following.health[0].damaged() == 1
    following.stop()
    await running
    await live.close()


def test_the_good_source_is_one() -> None:
    assert isinstance(Good(), LiveSource)
    assert Deleted(("x:1",), datetime.now(UTC)).posts == ("x:1",)
