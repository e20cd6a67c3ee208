"""How each source is heard, in the status line; and NOT LISTENING while none of them is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.widgets import Static

from tartantm.capture import health as healths
from tartantm.capture.health import Health, State
from tartantm.capture.supervisor import Supervisor
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.source_state import deafness, source_pieces
from tartantm.desk.screen import Desk
from tests.desk.running import SIZES, desk_of, press
from tests.desk.test_desk import Endless

Check = Callable[..., None]

CANNOT = "mastodon.example cannot be reached: it refuses connections."


class Time:
    """What `monotonic` says in `capture.health`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(healths, "monotonic", made)
    return made


def source(
    time: Time,
    state: State,
    detail: str = "",
    name: str = "mastodon:mastodon.example",
    *,
    deaf: float = 0.0,
    retry: float | None = None,
) -> Health:
    """A source in that state, for so long."""
    made = Health(name)
    made.change("connecting")
    made.deaf_since = time.now - deaf
    made.change(state, detail, None if retry is None else time.now + retry)
    return made


def words(sources: list[Health], *, together: bool = False) -> str:
    return "".join(text for text, _ in source_pieces(sources, 28, together=together)).strip()


def hears(desk: Desk, *live: Health) -> str:
    """Have the desk listen to sources, all of them networks; returns its status line."""
    capture: Any = SimpleNamespace(health=live, capture=object(), waiting=0)
    desk._lines._capture = capture
    desk.draw()
    return desk.query_one("#status", Bar).words


def test_no_state_is_a_sign_alone(time: Time) -> None:
    states: list[State] = ["waiting", "connecting", "filling", "stream", "poll", "limited"]
    states += ["refused", "unreachable", "failed", "ended"]
    told = [words([source(time, state, "Why.")]) for state in states]
    assert all(each.partition("mastodon.example ")[2] for each in told)
    assert len({each.partition("mastodon.example ")[2] for each in told}) == len(states)


def test_a_reconnect_of_a_moment_is_no_alarm(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=9, retry=4)
    assert deafness([lost]) is None
    assert words([lost]) == "◌ mastodon.example lost, again in 4 s"


def test_nothing_heard_for_longer_is_one(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
    alarm = deafness([lost])
    assert alarm is not None
    assert alarm.in_full("R", "L") == (
        "NOT LISTENING for 2 min: mastodon.example cannot be reached: it refuses connections;"
        " R tries again, next in 40 s"
    )


def test_several_that_are_not_heard(time: Time) -> None:
    lost = source(time, "unreachable", "No answer.", deaf=12, retry=40)
    trying = source(time, "connecting", name="bluesky", deaf=3600 * 3)
    alarm = deafness([lost, trying])
    assert alarm is not None
    assert alarm.in_full("R", "L") == (
        "NOT LISTENING for 12 s: mastodon.example: No answer; 1 more, L says why;"
        " R tries again, trying now"
    )


def test_a_reason_is_kept_while_it_is_tried_again(time: Time) -> None:
    lost = source(time, "refused", "mastodon.example does not accept the token.", deaf=60)
    lost.change("connecting")
    alarm = deafness([lost])
    assert alarm is not None and "does not accept the token" in alarm.reason


def test_one_that_is_heard_is_enough_and_one_that_waits_is_another_programs(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=125)
    assert deafness([lost, source(time, "poll", name="x")]) is None
    assert deafness([lost, source(time, "ended", name="x")]) is not None
    assert deafness([Health("x")]) is None
    assert deafness([]) is None
    assert deafness([source(time, "ended")]) is None


def test_the_time_that_another_program_listened_does_not_count(time: Time) -> None:
    waits = Health("x")
    time.now += 3600
    waits.change("connecting")
    assert deafness([waits]) is None


def test_one_of_several_is_named_with_how_long(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
    heard = [source(time, "stream", name=name) for name in ("x", "bluesky")]
    assert words([*heard, lost], together=True) == (
        "● 2 heard  ◌ mastodon.example lost for 2 min, again in 40 s"
    )
    assert words(heard, together=True) == "● all 2 heard"
    assert words(heard) == "● x heard  ● bluesky heard"


async def test_the_alarm_comes_goes_and_leaves_room_for_what_was_done(
    tmp_path: Path, time: Time
) -> None:
    async with desk_of(tmp_path) as (_, desk):
        lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
        told = hears(desk, lost)
        assert told.startswith("NOT LISTENING for 2 min: mastodon.example cannot be reached")
        assert "R tries again, next in 40 s" in told and "saved ✓" in told
        desk.context.say("Trying mastodon.example again now.")
        told = hears(desk, lost)
        assert told.startswith("Trying mastodon.example again now.")
        assert "NOT LISTENING for 2 min" in told
        desk.context.session.trouble = "The disk is full."
        told = hears(desk, lost)
        assert told.startswith("NOT SAVED: The disk is full.  NOT LISTENING for 2 min: mastodon")
        desk.context.session.trouble = ""
        desk.context.messages.clear()
        lost.change("stream")
        told = hears(desk, lost)
        assert "NOT LISTENING" not in told and "● mastodon.example heard" in told


@pytest.mark.parametrize("size", [*SIZES, "narrow"])
@pytest.mark.parametrize("theme", ["night", "paper"])
async def test_the_alarm_on_every_screen(
    tmp_path: Path, time: Time, assert_screen: Check, size: str, theme: str
) -> None:
    shown = "middle" if size == "narrow" else size
    async with desk_of(tmp_path, size=shown, theme=theme) as (pilot, desk):
        if size == "narrow":
            await pilot.resize_terminal(60, 20)
        lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
        other = source(time, "refused", "No.", name="bluesky", deaf=125, retry=100)
        hears(desk, lost, other)
        await pilot.pause()
        assert_screen(pilot.app, f"not-listening-{size}")
        bar = desk.query_one("#status", Bar)
        alarm, muted = (bar.get_component_rich_style(f"bar--{n}") for n in ("trouble", "muted"))
        assert alarm != muted


async def test_what_is_said_about_a_clock_is_a_message_and_stays_in_the_report(
    tmp_path: Path,
) -> None:
    async with desk_of(tmp_path, sources=[Endless()]) as (pilot, desk):
        assert desk.context.capture is not None
        for listener in desk.context.capture.notices:
            listener("The clock of a.example is 2 hours ahead of this chat's.")
        assert "2 hours ahead" in desk.context.messages.current
        await press(pilot, "L")
        told = " ".join(str(each.render()) for each in pilot.app.screen.query(Static))
        assert "Clocks:" in told and "18:22:00  The clock of a.example is 2 hours ahead" in told
        await press(pilot, "escape")


async def test_r_says_what_it_tries(tmp_path: Path, time: Time) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        tried: list[int] = []

        def retry_now() -> int:
            tried.append(1)
            return 1

        async def r(*live: Health) -> str:
            desk.context.capture = cast(
                Supervisor, SimpleNamespace(health=live, retry_now=retry_now)
            )
            await press(pilot, "R")
            return desk.context.messages.words

        lost = source(time, "unreachable", CANNOT, deaf=60, retry=40)
        polled = source(time, "poll", "No stream.", name="mastodon:b.example", retry=100)
        assert await r(lost, polled) == (
            "Trying mastodon.example and the stream of b.example again now."
        )
        assert tried
        desk.context.capture = None


async def test_a_file_that_was_not_read_is_no_network_that_is_not_heard(time: Time) -> None:
    failed = Health("file:a.jsonl", is_live=False)
    failed.change("failed", "It cannot be read.")
    time.now += 3600
    assert deafness([failed]) is None
