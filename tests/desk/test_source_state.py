"""How each source is heard, in the status line; and NOT LISTENING while none of them is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from
from textual.widgets import Label, Static

from tartantm.capture import health as healths
from tartantm.capture.health import TRIES, Health, State
from tartantm.capture.supervisor import Supervisor
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.pieces import cells
from tartantm.desk.panes.source_state import deafness, source_pieces
from tartantm.desk.screen import Desk
from tests.desk.running import SIZES, desk_of, press, resized
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


def words(sources: Sequence[Health], room: int = 200, most: int | None = None) -> str:
    return "".join(text for text, _ in source_pieces(sources, room, most, key="L")).strip()


def hears(desk: Desk, *live: Health) -> str:
    """Have the desk listen to sources, all of them networks; returns its status line."""
    capture: Any = SimpleNamespace(health=live, capture=object(), waiting=0)
    desk._lines._capture = capture
    desk.draw()
    return desk.query_one("#status", Bar).words


def test_no_state_is_a_sign_alone(time: Time) -> None:
    states: list[State] = ["waiting", "connecting", "filling", "stream", "poll", "limited"]
    states += ["refused", "capped", "unreachable", "failed", "ended"]
    assert set(states) == set(get_args(State))
    told = [words([source(time, state, "Why.")]) for state in states]
    assert all(each.partition("mastodon.example ")[2] for each in told)
    assert len({each.partition("mastodon.example ")[2] for each in told}) == len(states)


def test_a_reconnect_of_a_moment_is_no_alarm(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=9, retry=4)
    assert deafness([lost]) is None
    assert words([lost]) == "◌ mastodon.example not heard, again in 4 s"


def test_nothing_heard_for_longer_is_one(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
    alarm = deafness([lost])
    assert alarm is not None
    assert alarm.in_full("R", "L") == (
        "NOT LISTENING for 2 min (R tries again, next in 40 s):"
        " mastodon.example cannot be reached: it refuses connections"
    )


def test_the_alarm_counts_from_where_the_record_does(time: Time) -> None:
    lost = source(time, "unreachable", CANNOT, deaf=11, retry=40)
    lost.was_lost(66)
    alarm = deafness([lost])
    assert alarm is not None and alarm.seconds == 66
    assert words([lost]) == "◌ mastodon.example not heard for 66 s, again in 40 s"
    lost.change("stream")
    lost.change("unreachable", CANNOT)
    assert lost.deaf_for == 0 and deafness([lost]) is None


def test_several_that_are_not_heard(time: Time) -> None:
    lost = source(time, "unreachable", "No answer.", deaf=12, retry=40)
    trying = source(time, "connecting", name="bluesky", deaf=3600 * 3)
    alarm = deafness([lost, trying])
    assert alarm is not None
    assert alarm.in_full("R", "L") == (
        "NOT LISTENING for 12 s (R tries again, trying now): mastodon.example: No answer;"
        " 1 more, L says why"
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
    assert words([*heard, lost]) == (
        "◌ mastodon.example not heard for 2 min, again in 40 s  ● x heard  ● bluesky heard"
    )
    assert words([*heard, lost], 70) == (
        "◌ mastodon.example not heard for 2 min, again in 40 s  ● 2 heard"
    )
    assert words(heard) == "● x heard  ● bluesky heard"
    assert words(heard, 20) == "● all 2 heard"


def refused_and_dead(time: Time) -> list[Health]:
    """What a newcomer's desk could not show at 80 columns: two dead servers behind one refused."""
    x = source(time, "refused", "No.", name="x", deaf=59, retry=255)
    x.belongs_to(lambda: "0 posts read, $0.00", lambda: 0)
    servers = [f"mastodon:http://127.0.0.1:{port}" for port in (4190, 4191)]
    dead = [source(time, "unreachable", "No.", name=name, deaf=59, retry=5) for name in servers]
    return [source(time, "stream", name="bluesky"), dead[0], x, dead[1]]


def test_trouble_comes_first_and_what_has_no_room_is_counted(time: Time) -> None:
    sources = refused_and_dead(time)
    assert words(sources, 185) == (
        "✕ x refused, not heard for 59 s, again in 255 s"
        "  ◌ 127.0.0.1:4190 not heard for 59 s, again in 5 s"
        "  ◌ 127.0.0.1:4191 not heard for 59 s, again in 5 s  L says why  ● bluesky heard"
    )
    assert words(sources, 124) == (
        "✕ x refused, again in 255 s  ◌ 127.0.0.1:4190 not heard for 59 s"
        "  ◌ 127.0.0.1:4191 not heard for 59 s  ● 1 heard"
    )
    assert words(sources, 92) == (
        "✕ not heard: x for 59 s (refused), 127.0.…:4190 for 59 s, 127.0.…:4191 for 59 s  ● 1 heard"
    )
    assert words(sources, 78) == ("✕ not heard: x (refused), 127.0.…:4190, 127.0.…:4191  ● 1 heard")
    assert words(sources, 58) == "✕ not heard: x (refused), 12…:4190, 12…:4191  ● 1 heard"
    assert words(sources, 45) == "✕ 3 not heard, L says why  ● 1 heard"


def test_networks_that_people_write_on_are_named_before_feeds(time: Time) -> None:
    blog = source(time, "refused", "No.", name="feed:https://blog.example/f", deaf=59, retry=255)
    x = source(time, "limited", "No.", name="x", deaf=15, retry=788)
    assert words([blog, x], 46) == "✕ not heard: x (limited), blog.ex… (refused)"
    assert words([x], 60) == "◌ x limited, not heard for 15 s, again in 788 s"
    assert words([x], 30) == "◌ x limited, again in 788 s"
    alarm = deafness([blog, x])
    assert alarm is not None and alarm.reason == "x: No"


def test_one_that_is_asked_since_its_stream_is_refused_does_not_hide(time: Time) -> None:
    heard = [source(time, "stream", name=name) for name in ("x", "bluesky")]
    polled = source(time, "poll", "Its token is not accepted.")
    feed = source(time, "poll", name="feed:https://blog.example/f")
    polled.asks_every = feed.asks_every = 20
    assert words([*heard, polled, feed], 50) == "● 3 heard  ● 1 asked every 20 s"


def test_what_a_network_costs_stands_where_there_is_room(time: Time) -> None:
    x = source(time, "stream", name="x")
    x.belongs_to(lambda: "12 posts read, $0.06", lambda: 3)
    assert words([x], 60) == "● x heard, 3 damaged, 12 posts read, $0.06"
    assert words([x], 30) == "● x heard, 3 damaged"
    assert words([x, source(time, "poll", name="bluesky")], 30) == "● all 2 heard  3 damaged"


def test_a_source_that_is_asked_is_called_so_as_in_the_report(time: Time) -> None:
    polled = source(time, "poll", "No stream.", name="x")
    polled.asks_every = 20
    assert words([polled]) == "● x asked every 20 s"


@given(
    states=lists(sampled_from([*get_args(State)]), min_size=1, max_size=9),
    room=integers(49, 160),
)
def test_every_source_is_named_or_counted_whatever_the_room(states: list[State], room: int) -> None:
    sources = []
    for place, state in enumerate(states):
        health = Health(f"mastodon:http://127.0.0.1:{4190 + place}")
        health.change("connecting")
        health.change(state, "Why.")
        health.deaf_since = 0.0 if state in TRIES else None
        sources.append(health)
    pieces = source_pieces(sources, room, key="L")
    told = "".join(text for text, _ in pieces)
    named = sum(f":{4190 + place}" in told for place in range(len(states)))
    counted = sum(int(number) for number in re.findall(r"(?<!:)\b(\d+) (?!s\b|h\b|min\b)", told))
    assert named + counted == len(states), told
    assert cells(pieces) <= room, told
    trouble = [each for each in states if each in TRIES]
    assert not trouble or told[0] in "✕◌"


async def test_the_alarm_comes_goes_and_leaves_room_for_what_was_done(
    tmp_path: Path, time: Time
) -> None:
    async with desk_of(tmp_path) as (_, desk):
        lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
        told = hears(desk, lost)
        assert told.startswith("NOT LISTENING for 2 min (R tries again, next in 40 s): mastodon.")
        assert "cannot be reached" in told and "saved ✓" in told
        desk.context.say("Trying mastodon.example again now.")
        told = hears(desk, lost)
        assert told.startswith("Trying mastodon.example again now.")
        assert "NOT LISTENING for 2 min" in told
        desk.context.session.trouble = "The disk is full."
        told = hears(desk, lost)
        assert told.startswith("NOT SAVED: The disk is full.  NOT LISTENING for 2 min (R")
        desk.context.session.trouble = ""
        desk.context.messages.clear()
        lost.change("stream")
        told = hears(desk, lost)
        assert "NOT LISTENING" not in told and "● mastodon.example heard" in told


@pytest.mark.parametrize("theme", ["night", "paper"])
async def test_the_alarm_on_every_screen(
    tmp_path: Path, time: Time, assert_screen: Check, theme: str
) -> None:
    async with desk_of(tmp_path, theme=theme) as (pilot, desk):
        lost = source(time, "unreachable", CANNOT, deaf=125, retry=40)
        other = source(time, "refused", "No.", name="bluesky", deaf=125, retry=100)
        hears(desk, lost, other)
        for size, room in (SIZES | {"narrow": (60, 20)}).items():
            await resized(pilot, *room)
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
            listener("The clock of a.example is 2 hours ahead of this chat's.", "")
        assert "2 hours ahead" in desk.context.messages.current
        await press(pilot, "L")
        told = " ".join(str(each.render()) for each in pilot.app.screen.query(Static))
        assert "Notes:" in told and "18:22:00  The clock of a.example is 2 hours ahead" in told
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
        lost.change("filling")
        assert desk.context.messages.current, "the stream of the other is still being tried"
        polled.change("stream")
        assert not desk.context.messages.current
        waits = Health("x")
        tried_nothing = SimpleNamespace(health=[waits], retry_now=lambda: 0, capture=None)
        desk.context.capture = cast(Supervisor, tried_nothing)
        await press(pilot, "R")
        assert desk.context.messages.words.startswith("Another tartantm listens")
        with patch.object(type(desk.context), "live", True):
            await press(pilot, "q")
        asked = str(pilot.app.screen.query_one(".title", Label).render())
        assert asked.startswith("Another tartantm listens for this session, and goes on with that.")
        await press(pilot, "n")
        desk.context.capture = None


@pytest.mark.parametrize("size", ["small", "middle"])
async def test_several_that_are_not_heard_on_every_screen(
    tmp_path: Path, time: Time, assert_screen: Check, size: str
) -> None:
    async with desk_of(tmp_path, size=size) as (pilot, desk):
        sources = refused_and_dead(time)
        hears(desk, *sources)
        await pilot.pause()
        assert_screen(pilot.app, f"sources-troubled-{size}")
        hears(desk, sources[0])
        assert "Last post" in desk.query_one("#status", Bar).words


async def test_a_message_leaves_the_trouble_beside_it(tmp_path: Path, time: Time) -> None:
    async with desk_of(tmp_path, size="small") as (_, desk):
        desk.context.say("Trying x, 127.0.0.1:4190 and 127.0.0.1:4191 again now.")
        told = hears(desk, *refused_and_dead(time))
        assert "Trying x" in told and "✕ 3 not heard, L says why" in told


async def test_a_file_that_was_not_read_is_no_network_that_is_not_heard(time: Time) -> None:
    failed = Health("file:a.jsonl", is_live=False)
    failed.change("failed", "It cannot be read.")
    time.now += 3600
    assert deafness([failed]) is None
