"""How one source is heard: said in one state with its reason, and recorded with its gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import pytest

from tartantm.capture.health import HEARS, Health, Report, State
from tartantm.capture.hearing import Hearing
from tartantm.core.events import Event, Filled, SourceChanged
from tartantm.networks.clock import Clock
from tartantm.networks.protocol import Advised, Limited, Lost, Refused
from tests.builders import START, at
from tests.virtual_time import VirtualTimeLoop, run


class SetClock(Clock):
    """Says the time that it is set to, in minutes after the start."""

    def __init__(self) -> None:
        self.minute, self.corrected = 0.0, timedelta()

    def now(self) -> datetime:
        return at(self.minute) + self.corrected

    @property
    def shift(self) -> timedelta:
        return self.corrected


class Evening:
    """What one source's lanes meet, minute by minute, and what comes of it."""

    def __init__(self, complete_until: float = -5) -> None:
        self.clock, self.health = SetClock(), Health("x")
        self.events: list[Event] = []
        self.reports: list[Report] = []
        self.health.listeners.append(self.reports.append)
        self.hearing = Hearing(self.health, self.record, self.clock, at(complete_until))

    async def record(self, events: Sequence[Event]) -> None:
        self.events += events

    def new(self) -> list[Event]:
        """What was recorded since the last call."""
        found, self.events = self.events, []
        return found

    def changes(self) -> list[tuple[str, str, str, float | None]]:
        """State, how, reason and minute of each change recorded since the last call."""
        found: list[tuple[str, str, str, float | None]] = []
        for event in self.new():
            assert isinstance(event, SourceChanged)
            minute = None if event.at is None else (event.at - START) / timedelta(minutes=1)
            found.append((event.state, event.how, event.detail, minute))
        return found

    def alive(self, minute: float) -> None:
        self.clock.minute = minute
        self.hearing.alive()

    async def stream_opens(self, minute: float) -> None:
        self.alive(minute)
        self.hearing.gain_stream()
        await self.hearing.settle()

    async def stream_ends(self, minute: float, words: str = "Cut.") -> None:
        self.clock.minute = minute
        self.hearing.stream.broke(Lost(words), 0.0)
        self.hearing.lose_stream()
        await self.hearing.settle()

    async def poll_answers(self, minute: float, by: str = "search", posts: int = 2) -> bool:
        """What was posted until this minute is asked for; returns what `fill` returns."""
        self.clock.minute = minute
        since, stream = self.hearing.complete_until, self.hearing.streams
        self.hearing.poll.answered()
        filled = Filled("x", since, self.clock.now(), by, posts)
        heard = self.hearing.streams_from is not None
        return await self.hearing.fill([filled], stream if heard else -1)

    async def poll_breaks(self, minute: float, error: Exception) -> None:
        self.clock.minute = minute
        self.hearing.poll.broke(error, 0.0)
        await self.hearing.settle()


async def streaming(minute: float = 1) -> Evening:
    """An evening whose stream is heard, with everything before it filled; its record is read."""
    evening = Evening()
    await evening.stream_opens(minute)
    await evening.poll_answers(minute)
    evening.new()
    return evening


async def polling(minute: float = 1) -> Evening:
    """An evening whose stream cannot be had, and which is heard by asking; its record is read."""
    evening = Evening()
    await evening.stream_ends(minute)
    await evening.poll_answers(minute)
    evening.new()
    return evening


def test_at_the_beginning_it_connects_and_is_complete_until_what_was_captured() -> None:
    hearing = Evening(-5).hearing
    assert hearing.now() == ("connecting", "", None)
    assert hearing.complete_until == hearing.polled_until == at(-5)
    assert (hearing.streams_from, hearing.streams) == (None, 0)
    assert (hearing.is_whole, hearing.is_silent, hearing.is_behind) == (False, False, False)


def test_the_user_alone_cuts_short_what_a_server_asked_for() -> None:
    hearing = Evening().hearing
    assert (hearing.older, hearing.older_since, hearing.asks_since) == ("", None, at(-5))
    for lane in (hearing.opening, hearing.stream, hearing.poll):
        lane.broke(Limited("Wait.", 600), 0.0)
    assert hearing.retry_now()
    assert {lane.closed_for for lane in (hearing.opening, hearing.stream, hearing.poll)} == {0}


def test_each_lane_has_its_name_in_what_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr("tartantm.settings.debug_log.write", lines.append)
    hearing = Evening().hearing
    for lane in (hearing.opening, hearing.stream, hearing.poll):
        lane.broke(Limited("Wait.", 5), 0.0)
    assert lines == [
        "source x: again in 5.0 s: Wait.",
        "source x, stream: again in 5.0 s: Wait.",
        "source x, polling: again in 5.0 s: Wait.",
    ]


async def test_what_is_asked_for_begins_where_the_last_run_ended() -> None:
    evening = Evening(-5)
    await evening.hearing.ask()
    (asked,) = evening.new()
    assert asked == SourceChanged("x", "asked", since=at(-5))


async def test_a_source_that_never_answered_ends_with_that_reason() -> None:
    evening = Evening()
    evening.clock.minute = 3
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "It had not answered yet.", 3)]


async def test_a_source_that_is_refused_was_asked_for_until_it_ended() -> None:
    evening = Evening()
    await evening.poll_breaks(1, Refused("No."))
    evening.new()
    evening.clock.minute = 3
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "", 3)]


async def test_what_is_heard_was_heard_until_the_last_sign_of_it() -> None:
    evening = await streaming(1)
    evening.alive(6)
    evening.clock.minute = 7
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "", 6)]
    evening = await polling(1)
    evening.clock.minute = 7
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "", 1)]


def test_a_sign_of_life_is_counted_and_dated(monkeypatch: pytest.MonkeyPatch) -> None:
    async def living(loop: VirtualTimeLoop) -> None:
        evening = Evening()
        evening.alive(1)
        await asyncio.sleep(9)
        evening.alive(2)
        assert (evening.health.alive_since, evening.health.signs) == (loop.time(), 2)

    run(living, monkeypatch)


async def test_a_stream_is_complete_only_with_what_was_posted_before_it() -> None:
    evening = Evening(-5)
    hearing = evening.hearing
    await evening.stream_opens(1)
    evening.alive(2)
    assert hearing.complete_until == at(-5)
    assert hearing.now() == ("filling", "", None)
    await evening.poll_answers(3)
    assert hearing.is_whole and hearing.complete_until == at(3)
    assert hearing.now() == ("stream", "", None)
    evening.alive(4)
    assert hearing.complete_until == at(4)
    hearing.is_silent = True
    evening.alive(5)
    assert hearing.complete_until == at(4), "it may be open and bring nothing"


async def test_what_was_asked_for_before_a_stream_does_not_make_it_whole() -> None:
    evening = Evening()
    hearing = evening.hearing
    await evening.stream_opens(1)
    asked_with = hearing.streams
    await evening.stream_ends(2)
    await evening.stream_opens(3)
    assert hearing.streams == 2 and hearing.streams_from == at(3)
    await hearing.fill([Filled("x", at(-5), at(2), "search", 1)], asked_with)
    assert not hearing.is_whole
    await hearing.fill([Filled("x", at(2), at(3), "search", 1)], hearing.streams)
    assert hearing.is_whole


async def test_an_answer_after_the_stream_ended_makes_nothing_whole() -> None:
    evening = await streaming(1)
    hearing = evening.hearing
    await evening.stream_ends(2)
    await hearing.fill([Filled("x", at(1), at(2), "search", 0)], hearing.streams)
    assert not hearing.is_whole


async def test_with_the_stream_goes_what_was_known_by_it() -> None:
    evening = await streaming(1)
    hearing = evening.hearing
    hearing.is_silent = hearing.poll.works
    assert hearing.stream.works and hearing.is_silent
    hearing.lose_stream()
    assert (hearing.stream.works, hearing.streams_from) == (False, None)
    assert (hearing.is_whole, hearing.is_silent) == (False, False)
    assert hearing.poll.works is False, (
        "a poll of minutes ago, beside the stream, hears nothing now"
    )
    hearing.poll.answered()
    hearing.lose_stream()
    assert hearing.poll.works, "where there was no stream, polling goes on"


async def test_an_opened_stream_ends_what_was_said_of_the_last() -> None:
    evening = await polling(1)
    assert evening.hearing.now()[1] == "Cut."
    await evening.stream_opens(2)
    assert evening.hearing.stream.works
    assert evening.hearing.now() == ("filling", "", None)


def test_trying_now_wakes_what_does_not_work_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def trying(loop: VirtualTimeLoop) -> None:
        hearing = Evening().hearing
        lanes = (hearing.opening, hearing.stream, hearing.poll)
        assert hearing.retry_now() is False
        for broken in lanes:
            for lane in lanes:
                lane.begin_anew()
            broken.broke(Lost("Cut."), 0.0)
            assert hearing.retry_now() is True
            for lane in lanes:
                began = loop.time()
                await lane.pause(10)
                assert loop.time() - began == (0 if lane is broken else 10)

    run(trying, monkeypatch)


LIMITED, REFUSED, LOST, ODD = Limited("Wait.", 50), Refused("No."), Lost("Cut."), ValueError("odd")


@pytest.mark.parametrize(
    ("opening", "stream", "poll", "state", "words", "seconds"),
    [
        (None, None, LIMITED, "limited", "Wait.", 50),
        (None, None, REFUSED, "refused", "No.", 300),
        (LOST, None, None, "unreachable", "Cut.", 1),
        (None, None, ODD, "failed", "something went wrong", 30),
        # What is not open is opened first of all.
        (REFUSED, LIMITED, None, "refused", "No.", 300),
        (REFUSED, None, LIMITED, "refused", "No.", 300),
        # The reason is why it cannot be asked; it is tried again with the first of both.
        (None, REFUSED, LIMITED, "limited", "Wait.", 50),
        (None, LIMITED, REFUSED, "refused", "No.", 50),
    ],
)
def test_why_it_is_not_heard_and_when_it_is_tried_again(
    opening: Exception | None,
    stream: Exception | None,
    poll: Exception | None,
    state: State,
    words: str,
    seconds: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def failing(loop: VirtualTimeLoop) -> None:
        evening = Evening()
        hearing = evening.hearing
        for lane, error in (
            (hearing.opening, opening),
            (hearing.stream, stream),
            (hearing.poll, poll),
        ):
            if error is not None:
                lane.broke(error, 0.0)
        found, why, retry_at = hearing.now()
        assert found == state and why.startswith(words)
        assert retry_at is not None and seconds / 2 <= retry_at - loop.time() <= seconds
        await hearing.settle()
        assert (evening.health.state, evening.health.detail) == (state, why)
        assert evening.health.retry_at == retry_at
        how = state if state in ("limited", "refused", "failed") else "unreachable"
        kind = "failed" if state == "refused" else "lost"
        assert evening.changes() == [(kind, how, why, None)]

    run(failing, monkeypatch)


async def test_where_its_timeline_was_not_asked_yet_it_still_connects() -> None:
    evening = Evening()
    evening.hearing.stream.broke(Refused("No."), 0.0)
    await evening.hearing.settle()
    assert evening.health.state == "connecting"
    assert evening.changes() == []
    await evening.poll_answers(1)
    evening.hearing.poll.works = False
    assert evening.hearing.now()[:2] == ("refused", "No.")


async def test_a_source_that_is_opened_anew_says_why_whatever_its_lanes_met() -> None:
    evening = await streaming(1)
    evening.hearing.opening.broke(Limited("Wait.", 50), 0.0)
    await evening.hearing.settle()
    assert evening.hearing.now() == ("limited", "Wait.", evening.hearing.opening.retry_at)
    assert evening.changes() == [], "the stream is heard as before"


async def test_what_is_read_late_is_not_heard_yet() -> None:
    evening = await streaming(1)
    hearing = evening.hearing
    assert not hearing.is_behind
    evening.alive(2)
    hearing.is_behind = True
    evening.alive(5)
    assert hearing.complete_until == at(2) and evening.health.signs == 3
    assert hearing.unheard_for == timedelta(minutes=3)
    hearing.is_behind = False
    evening.alive(6)
    assert hearing.unheard_for == timedelta()
    evening.clock.minute = 5
    assert hearing.unheard_for == timedelta(), "a clock that was set back"


async def test_how_long_ago_it_was_heard_is_known_of_what_is_heard_alone() -> None:
    evening = Evening(-5)
    assert evening.hearing.unheard_for == timedelta()
    await evening.poll_answers(1)
    evening.clock.minute = 3
    assert evening.hearing.unheard_for == timedelta(minutes=2)
    await evening.poll_breaks(4, Lost("Cut."))
    assert evening.hearing.unheard_for == timedelta()


async def test_what_could_not_be_asked_at_the_end_is_a_gap() -> None:
    evening = await polling(1)
    evening.clock.minute = 4
    await evening.hearing.end("502")
    assert evening.changes() == [("lost", "unreachable", "502", 1), ("ended", "", "", 4)]
    evening = await polling(1)
    await evening.hearing.end("502")
    assert evening.changes() == [("ended", "", "", 1)], "nothing was posted since"


async def test_what_was_not_answered_at_the_end_is_recorded_with_its_beginning() -> None:
    evening = await polling(1)
    evening.clock.minute = 4
    await evening.hearing.end("", (at(-2), "which posts are gone (Busy)"))
    (ended,) = evening.new()
    assert isinstance(ended, SourceChanged)
    assert (ended.state, ended.detail, ended.at) == ("ended", "which posts are gone (Busy)", at(1))
    assert ended.since == at(-2)


async def test_what_was_asked_for_is_complete_and_never_less() -> None:
    hearing = Evening(-5).hearing
    for asked, complete in ((3, 3), (1, 3), (4, 4)):
        hearing.asked_until(at(asked))
        assert hearing.complete_until == at(complete)


def test_trying_now_asks_what_is_heard_by_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    async def trying(loop: VirtualTimeLoop) -> None:
        async def is_asked(evening: Evening) -> bool:
            evening.hearing.retry_now()
            began = loop.time()
            await evening.hearing.poll.pause(10)
            return loop.time() == began

        evening = await polling()
        assert evening.hearing.is_polled and await is_asked(evening)
        evening = await streaming()
        assert not evening.hearing.is_polled and not await is_asked(evening)
        evening.hearing.is_silent = True
        assert evening.hearing.is_polled and await is_asked(evening)
        evening = Evening()
        assert not evening.hearing.is_polled and not await is_asked(evening)

    run(trying, monkeypatch)


async def test_a_silent_stream_that_ends_was_heard_until_the_last_answer() -> None:
    evening = await streaming(1)
    evening.hearing.is_silent = True
    evening.alive(6)
    await evening.stream_ends(7)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 1)]


@pytest.mark.parametrize("up_for", [0.0, 1_000.0])
def test_a_reason_that_changes_is_recorded_and_not_too_often(
    up_for: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is where the computer was started just before."""

    async def failing(loop: VirtualTimeLoop) -> None:
        started = loop.time() - up_for
        monkeypatch.setattr("tartantm.capture.hearing.monotonic", lambda: loop.time() - started)
        evening = Evening()
        reasons = [
            (0, "Cut.", None),
            (11, "Cut.", None),
            (11, "502", 2),
            (9, "Cut.", None),
            (1, "Cut.", 4 - 1 / 60),  # known for a second
        ]
        for minute, (seconds, words, told) in enumerate(reasons):
            await asyncio.sleep(seconds)
            await evening.poll_breaks(minute, Lost(words))
            changes = evening.changes()
            if minute == 0:
                assert changes == [("lost", "unreachable", "Cut.", None)]
            else:
                expected = [] if told is None else [("lost", "unreachable", words, float(told))]
                assert changes == expected
        assert evening.health.detail == "Cut."

    run(failing, monkeypatch)


Minutes = Callable[[Callable[[Evening], Awaitable[None]]], None]


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> Minutes:
    """Runs an evening that is marked, whose clock goes with virtual time."""

    def go(through: Callable[[Evening], Awaitable[None]]) -> None:
        async def marked(loop: VirtualTimeLoop) -> None:
            monkeypatch.setattr("tartantm.capture.hearing.monotonic", loop.time)
            evening, began = Evening(), loop.time()
            monkeypatch.setattr(evening.clock, "now", lambda: at((loop.time() - began) / 60))
            marking = asyncio.create_task(evening.hearing.keep_marking())
            try:
                await through(evening)
            finally:
                marking.cancel()

        run(marked, monkeypatch)

    return go


def test_what_lasts_is_recorded_every_minute_since_a_run_may_be_killed(
    minutes: Minutes,
) -> None:
    async def evening_of(evening: Evening) -> None:
        await asyncio.sleep(61)
        assert evening.changes() == [("lost", "", "", 1.0)], "it was not heard yet"
        await evening.stream_ends(0)
        await evening.poll_answers(0)
        evening.new()
        await asyncio.sleep(120)
        heard = evening.changes()
        assert [each[:3] for each in heard] == [("connected", "poll", "")] * 2
        assert {each[3] for each in heard} == {61 / 60}, "that is when it was asked last"
        await evening.poll_breaks(0, Refused("It accepts no such token."))
        evening.new()
        await asyncio.sleep(60)
        assert evening.changes() == [("failed", "refused", "It accepts no such token.", 4.0)]

    minutes(evening_of)


def test_a_stream_is_marked_as_heard_until_its_last_sign_of_life(minutes: Minutes) -> None:
    async def evening_of(evening: Evening) -> None:
        await evening.stream_opens(0)
        await evening.poll_answers(0)
        evening.new()
        await asyncio.sleep(30)
        evening.hearing.alive()
        await asyncio.sleep(35)
        assert evening.changes() == [("connected", "stream", "", 0.5)]

    minutes(evening_of)


def test_another_refusal_is_recorded_as_one(minutes: Minutes) -> None:
    async def evening_of(evening: Evening) -> None:
        await evening.poll_breaks(0, Refused("No such token."))
        await asyncio.sleep(1)
        await evening.poll_breaks(0, Refused("The account is gone."))
        evening.new()
        await asyncio.sleep(20)
        (found,) = evening.changes()
        assert found[:3] == ("failed", "refused", "The account is gone.")

    minutes(evening_of)


def test_a_reason_that_stays_is_recorded_with_the_time_at_which_it_came(
    minutes: Minutes,
) -> None:
    async def evening_of(evening: Evening) -> None:
        await evening.poll_breaks(0, Lost("Cut."))
        await asyncio.sleep(6)
        await evening.poll_breaks(0, Lost("503"))
        evening.new()
        await asyncio.sleep(20)
        assert evening.changes() == [("lost", "unreachable", "503", 0.1)]
        await asyncio.sleep(3)
        await evening.poll_breaks(0, Lost("502"))
        await asyncio.sleep(3)
        await evening.hearing.end()
        known = 29 / 60
        *changes, ended = evening.changes()
        assert [each[:3] for each in changes] == [("lost", "unreachable", "502")]
        assert [changes[0][3], ended[3]] == pytest.approx([known, known + 0.05])
        assert ended[:3] == ("ended", "", "")

    minutes(evening_of)


async def test_while_it_is_tried_again_it_says_why_it_did_not_work() -> None:
    hearing = Evening().hearing
    hearing.poll.broke(Lost("Cut."), 0.0)
    await hearing.poll.pause(0.0)
    assert hearing.now() == ("unreachable", "Cut.", None)
    hearing.stream.broke(Limited("Wait.", 50), 0.0)
    assert hearing.now() == ("unreachable", "Cut.", hearing.stream.retry_at)


async def test_polling_says_why_nothing_streams() -> None:
    evening = await polling()
    hearing = evening.hearing
    assert hearing.stream.retry_at is not None
    assert hearing.now() == ("poll", "Cut.", hearing.stream.retry_at)


async def test_a_stream_says_what_asking_beside_it_met() -> None:
    evening = await streaming()
    hearing = evening.hearing
    hearing.is_silent = True
    assert hearing.now() == ("poll", "The stream is silent.", None)
    await evening.poll_breaks(2, Limited("Wait.", 50))
    assert hearing.poll.retry_at is not None
    assert hearing.now() == ("stream", "Wait.", hearing.poll.retry_at)
    assert evening.changes() == [("connected", "poll", "", 1)], "by asking, as it is silent"
    assert evening.health.detail == "Wait."


async def test_the_first_stream_begins_to_hear_when_it_opened() -> None:
    evening = Evening()
    await evening.stream_opens(1)
    assert evening.changes() == [("connected", "stream", "", 1)]
    assert await evening.poll_answers(2)
    assert evening.new() == [Filled("x", at(-5), at(2), "search", 2)]
    assert [report.state for report in evening.reports] == ["filling", "stream"]
    await evening.hearing.settle()
    assert evening.new() == []


async def test_polling_begins_to_hear_what_it_asked_for() -> None:
    evening = Evening()
    await evening.poll_answers(2)
    connected, filled = evening.new()
    assert isinstance(connected, SourceChanged)
    assert (connected.state, connected.how, connected.at) == ("connected", "poll", at(2))
    assert filled == Filled("x", at(-5), at(2), "search", 2)
    assert evening.health.state == "poll"


async def test_a_stream_that_ends_is_lost_since_its_last_sign_of_life() -> None:
    evening = await streaming(1)
    evening.alive(6)
    await evening.stream_ends(7)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 6)]
    assert evening.health.state == "unreachable"
    assert await evening.poll_answers(8)
    connected, filled = evening.new()
    assert isinstance(connected, SourceChanged)
    assert (connected.state, connected.how, connected.at) == ("connected", "poll", at(8))
    assert filled == Filled("x", at(6), at(8), "search", 2)


@pytest.mark.parametrize(
    ("error", "kind", "how"),
    [
        (Limited("Wait.", 50), "lost", "limited"),
        (Refused("Wait."), "lost", "refused"),
        (Lost("Wait."), "lost", "unreachable"),
    ],
)
async def test_polling_is_lost_since_its_last_answer(error: Exception, kind: str, how: str) -> None:
    evening = await polling(1)
    await evening.poll_breaks(4, error)
    assert evening.changes() == [(kind, how, "Wait.", 1)]
    await evening.poll_breaks(5, error)
    assert evening.changes() == [], "the same trouble is the same gap"
    other: Exception = Refused("No.") if how != "refused" else Limited("No.", 9)
    await evening.poll_breaks(6, other)
    kind, how = ("failed", "refused") if how != "refused" else ("lost", "limited")
    assert evening.changes() == [(kind, how, "No.", None)], "the gap lasts, for another reason"


async def test_a_source_that_is_opened_again_is_lost_meanwhile() -> None:
    evening = await polling(1)
    hearing = evening.hearing
    for lane in (hearing.opening, hearing.stream, hearing.poll):
        lane.begin_anew()
    await hearing.settle()
    assert evening.changes() == [("lost", "unreachable", "", 1)]
    assert evening.health.state == "connecting"
    await hearing.settle()
    assert evening.changes() == []


async def test_nothing_is_recorded_before_anything_is_known() -> None:
    evening = Evening()
    await evening.hearing.settle()
    assert evening.changes() == []
    assert evening.health.state == "connecting"


async def test_from_polling_to_the_stream_there_is_no_gap() -> None:
    evening = await polling(1)
    await evening.stream_opens(2)
    assert evening.changes() == [], "heard by polling until all before the stream is there"
    assert await evening.poll_answers(3)
    assert evening.changes() == [("connected", "stream", "", 3)]
    assert [report.state for report in evening.reports[-2:]] == ["filling", "stream"]
    evening.alive(4)
    await evening.stream_ends(5)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 4)]


async def test_how_long_it_is_lost_is_counted_from_where_the_record_says() -> None:
    evening = await streaming(1)
    await evening.stream_ends(2)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 1)]
    assert 60 <= evening.health.deaf_for < 70 and evening.health.troubled_for < 10


async def test_one_that_was_polled_and_is_made_anew_has_missed_nothing() -> None:
    evening = await polling(1)
    for lane in (evening.hearing.opening, evening.hearing.stream, evening.hearing.poll):
        lane.begin_anew()
    await evening.stream_opens(2)
    assert evening.new() == []
    await evening.poll_answers(2.1, posts=0)
    assert evening.changes() == [("connected", "stream", "", 2.1)]


async def test_one_that_was_polled_is_lost_where_it_cannot_be_polled_once_made_anew() -> None:
    evening = await polling(1)
    evening.hearing.poll.begin_anew()
    await evening.stream_opens(2)
    await evening.poll_breaks(3, Lost("No answer."))
    lost, again = evening.changes()
    assert lost == ("lost", "unreachable", "No answer.", 1) and again[3] == 2


async def test_a_stream_that_ends_before_it_was_whole_leaves_polling_as_it_was() -> None:
    evening = await polling(1)
    await evening.stream_opens(2)
    await evening.stream_ends(3)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 1)]


async def test_a_stream_after_polling_broke_begins_a_gap_of_its_own() -> None:
    evening = await polling(1)
    evening.hearing.poll.broke(Lost("502"), 0.0)
    await evening.stream_opens(3)
    assert evening.changes() == [
        ("lost", "unreachable", "502", 1),
        ("connected", "stream", "", 3),
    ]


async def test_a_stream_that_ends_before_it_was_whole_was_heard_while_it_lasted() -> None:
    evening = Evening(-5)
    await evening.stream_opens(1)
    evening.alive(3)
    await evening.stream_ends(4)
    assert evening.changes() == [
        ("connected", "stream", "", 1),
        ("lost", "unreachable", "Cut.", 3),
    ]
    assert evening.hearing.complete_until == at(-5), "and what was posted before is still missing"


async def test_a_poll_that_was_sent_before_the_stream_ended_says_nothing_of_later() -> None:
    evening = Evening(-5)
    await evening.stream_opens(1)
    evening.alive(3)
    evening.hearing.lose_stream()
    evening.clock.minute = 4
    evening.hearing.poll.answered()
    await evening.hearing.fill([Filled("x", at(-5), at(2), "search", 1)], 1)
    evening.new()
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "", 2)]


async def test_a_poll_beside_the_stream_may_be_its_last_sign_of_life() -> None:
    evening = await streaming(1)
    await evening.poll_answers(5)
    evening.new()
    await evening.stream_ends(6)
    assert evening.changes() == [("lost", "unreachable", "Cut.", 5)]


async def test_a_silent_stream_was_heard_until_the_last_answer() -> None:
    evening = await streaming(1)
    evening.hearing.is_silent = True
    evening.alive(6)
    evening.clock.minute = 7
    await evening.hearing.end()
    assert evening.changes() == [("ended", "", "", 1)]


async def test_an_answer_while_all_is_heard_is_no_gap() -> None:
    evening = await streaming(1)
    assert not await evening.poll_answers(2)
    assert evening.new() == []
    assert evening.hearing.polled_until == evening.hearing.complete_until == at(2)
    evening = await polling(1)
    assert not await evening.poll_answers(2, posts=0)
    assert evening.new() == []


async def test_what_was_asked_for_and_brought_posts_is_recorded_as_heard_until_then() -> None:
    evening = await polling(1)
    assert not await evening.poll_answers(2)
    assert evening.changes() == [("connected", "poll", "", 2)]


async def test_a_stream_without_a_sign_of_life_is_recorded_as_lost_before_older_posts_come() -> (
    None
):
    evening = await streaming(1)
    evening.clock.minute = 1.5
    await evening.hearing.own_up()
    assert evening.changes() == []
    evening.clock.minute = 9
    await evening.hearing.own_up()
    assert evening.changes() == [
        ("lost", "unreachable", "Nothing was heard for a while; this computer may have slept.", 1),
        ("connected", "stream", "", 9),
    ]
    assert not evening.hearing.is_whole and evening.hearing.streams == 2, "as if opened anew"
    await evening.poll_answers(10)
    filled, *_ = evening.new()
    assert isinstance(filled, Filled) and (filled.since, filled.until) == (at(1), at(10))
    polled = await polling(1)
    polled.clock.minute = 9
    await polled.hearing.own_up()
    assert polled.changes() == [], "what is asked for is heard until it was asked for last"


async def test_what_is_still_being_read_is_wanted_and_told() -> None:
    evening = await polling(1)
    hearing = evening.hearing
    evening.clock.minute, hearing.older = 4, "It answers slowly."
    hearing.poll.answered()
    assert await hearing.fill([Filled("x", at(3), at(4), "timeline", 40)], -1, at(1))
    lost, connected, filled = evening.new()
    assert isinstance(lost, SourceChanged)
    assert (lost.state, lost.how, lost.at) == ("lost", "unreachable", at(1))
    assert lost.detail == "It answered too slowly to be read in time."
    assert isinstance(connected, SourceChanged) and connected.at == at(4)
    assert filled == Filled("x", at(3), at(4), "timeline", 40)
    hearing.stream.begin_anew()
    assert hearing.now() == ("poll", "It answers slowly.", None)
    assert (hearing.asks_since, hearing.complete_until) == (at(1), at(4))
    evening.clock.minute = 5
    assert await hearing.fill([Filled("x", at(1), at(5), "timeline", 9)], -1)
    assert evening.new()[0] == Filled("x", at(1), at(5), "timeline", 9)
    assert hearing.asks_since == at(5) and hearing.now() == ("poll", "", None)


async def test_a_stream_fills_while_older_posts_are_still_being_read() -> None:
    evening = Evening(-50)
    hearing = evening.hearing
    await evening.stream_opens(1)
    hearing.poll.answered()
    hearing.older, evening.clock.minute = "It answers slowly.", 2
    await hearing.fill([Filled("x", at(-9), at(2), "timeline", 40)], hearing.streams, at(-50))
    assert hearing.now() == ("filling", "It answers slowly.", None) and hearing.is_whole
    await hearing.fill([Filled("x", at(-50), at(2), "timeline", 40)], hearing.streams)
    assert hearing.now() == ("stream", "", None)


async def test_the_first_answer_after_a_stream_may_bring_changed_posts() -> None:
    evening = await polling(1)
    await evening.stream_opens(2)
    assert await evening.poll_answers(3), "the stream said nothing of edits before it opened"
    assert not await evening.poll_answers(4)


async def test_what_cannot_be_had_is_recorded_with_its_reason_without_the_advice() -> None:
    evening = await streaming(1)
    why = Advised("X keeps seven days", "; ask somebody else.")
    lost = Filled("x", at(1), at(2), "", 0, why)
    had = Filled("x", at(2), at(3), "search", 1)
    evening.clock.minute = 3
    assert await evening.hearing.fill([lost, had], 1)
    (found,) = evening.new()
    assert found == Filled("x", at(1), at(2), "", 0, "X keeps seven days.")
    assert isinstance(found, Filled) and type(found.why) is str


async def test_a_stretch_of_no_length_is_not_recorded() -> None:
    evening = Evening()
    evening.clock.minute = 1
    stretches = [Filled("x", at(-5), at(-5), "", 0, "Too old."), Filled("x", at(-5), at(1), "s", 3)]
    assert await evening.hearing.fill(stretches, -1)
    assert [event for event in evening.new() if isinstance(event, Filled)] == [stretches[1]]


async def test_no_time_to_come_is_complete_where_the_clock_was_set_back() -> None:
    evening = await polling(1)
    evening.clock.minute = 4
    evening.clock.corrected = timedelta(minutes=-2)
    # It was asked for at minute 4, as the clock said then.
    await evening.hearing.fill([Filled("x", at(1), at(4), "search", 0)], -1)
    assert evening.hearing.polled_until == evening.hearing.complete_until == at(2)


async def test_an_older_answer_takes_nothing_back() -> None:
    evening = await streaming(1)
    evening.alive(9)
    await evening.hearing.fill([Filled("x", at(1), at(3), "search", 0)], 1)
    assert evening.hearing.complete_until == at(9)
    assert evening.hearing.polled_until == at(3)


async def test_what_lies_so_long_ago_does_so_after_a_correction_of_the_clock() -> None:
    evening = await streaming(1)
    hearing = evening.hearing
    evening.alive(6)
    evening.clock.corrected = timedelta(hours=1)
    assert hearing.complete_until == at(66)
    assert hearing.polled_until == hearing.streams_from == at(61)
    evening.clock.minute = 7
    await hearing.end()
    assert evening.changes() == [("ended", "", "", 66)]
    hearing.complete_until = at(70)
    evening.clock.corrected = timedelta(minutes=-5)
    assert hearing.complete_until == at(5)
    hearing.lose_stream()
    assert hearing.streams_from is None


def test_it_is_said_once_it_is_durable_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowDisk(Evening):
        """Takes a second for the first, and less for each later one."""

        seconds = 1.0

        async def record(self, events: Sequence[Event]) -> None:
            self.seconds /= 2
            await asyncio.sleep(2 * self.seconds)
            await super().record(events)

    async def settling(loop: VirtualTimeLoop) -> None:
        evening = SlowDisk()
        opens = asyncio.create_task(evening.stream_opens(1))
        await asyncio.sleep(0.1)
        assert evening.health.state not in HEARS, "it is not recorded yet"
        ends = asyncio.create_task(evening.stream_ends(2))
        await asyncio.gather(opens, ends)
        assert [event[0] for event in evening.changes()] == ["connected", "lost"]
        assert [report.state for report in evening.reports] == ["filling", "unreachable"]

    run(settling, monkeypatch)
