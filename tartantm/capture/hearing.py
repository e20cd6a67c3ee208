"""How one source is heard now, of what its lanes last met; the one place that records that.

A source is heard by its ``stream``, or by asking (``poll``); else it is ``limited``, ``refused``,
``unreachable``, or ``failed`` by a fault of this program. This file is longer than others, since
what is recorded of a gap, and in which order, is decided here alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Generic, Literal, TypeVar

from msgspec.structs import replace

from tartantm.capture.health import Health, State
from tartantm.capture.lane import Lane, trouble_of
from tartantm.core import events as ev
from tartantm.networks.clock import Clock
from tartantm.networks.protocol import reason_of

_SILENT = "The stream is silent."

_UNHEARD = "Nothing was heard for a while; this computer may have slept."

_LATE = "It answered too slowly to be read in time."

UNHEARD_SECONDS = 30.0
"""A stream that gave no sign of life for so long may be dead before that is noticed."""

_REASON_SECONDS = 10.0
"""A reason that changes is recorded no more often than this, for what changes to and fro."""

MARK_SECONDS = 60.0
"""How often it is recorded that nothing has changed: a run that is killed is known until then."""

T = TypeVar("T", datetime, datetime | None)


class _OnClock(Generic[T]):
    """A time by the chat's clock that stays as long ago as it is where that clock is corrected."""

    def __set_name__(self, owner: type[Hearing], name: str) -> None:
        self._name = f"_{name}_uncorrected"

    def __get__(self, hearing: Hearing, owner: type[Hearing]) -> T:
        kept: T = hearing.__dict__[self._name]
        return kept if kept is None else kept + hearing.clock.shift

    def __set__(self, hearing: Hearing, value: T) -> None:
        kept = value if value is None else value - hearing.clock.shift
        hearing.__dict__[self._name] = kept


class Hearing:
    """What one source's lanes met, and what was recorded of it."""

    complete_until: _OnClock[datetime] = _OnClock()
    """Before this time nothing is missing that can be had."""
    polled_until: _OnClock[datetime] = _OnClock()
    """The time of the last poll that was answered: from there on it is asked again."""
    streams_from: _OnClock[datetime | None] = _OnClock()
    """Since when the stream is heard; None while it is not."""
    older_since: _OnClock[datetime | None] = _OnClock()
    """From when on older posts are still to be had, which are asked for; None for none."""
    _alive_at: _OnClock[datetime | None] = _OnClock()
    """The stream's last sign of life."""

    def __init__(
        self,
        health: Health,
        record: Callable[[Sequence[ev.Event]], Awaitable[None]],
        clock: Clock,
        complete_until: datetime,
    ) -> None:
        self._health, self._record, self.clock = health, record, clock
        self.opening = Lane(f"source {health.name}")
        self.stream = Lane(f"source {health.name}, stream")
        self.poll = Lane(f"source {health.name}, polling")
        self.complete_until = self.polled_until = complete_until
        self.streams_from = self._alive_at = self.older_since = None
        self.older = ""
        """Why these were not had yet, in a sentence."""
        self.is_behind = False
        """Whether more comes than is read, so that what is read now was posted earlier."""
        self.streams = 0
        """How many streams were heard so far."""
        self.is_whole = False
        """Whether everything before the stream was asked for, so that it is complete by itself."""
        self.is_silent = False
        """Whether posts come by asking that the open stream does not bring."""
        self._recorded: ev.Hearing = ""
        """How it is heard, by the record."""
        self._why, self._why_at = "", -inf
        """The reason that was recorded last, and when, by `time.monotonic`."""
        self._other: tuple[str, float] | None = None
        """A reason that was not recorded yet, and since when it is known, by `time.monotonic`."""
        self._marked = monotonic()
        """When it was recorded last how it is heard, or why not."""
        self._settling = asyncio.Lock()

    async def ask(self) -> None:
        """Record that the source is to be heard from now on."""
        await self._record([self._health.event("asked", "", None, since=self.complete_until)])

    async def end(self, problem: str = "", unanswered: tuple[datetime, str] | None = None) -> None:
        """Record that it is not to be heard any more.

        `problem` is why what was posted up to now could not be asked for; `unanswered`, since when
        and what was not answered besides.
        """
        now = self.clock.now()
        if not self._is_heard:
            await self._record_other()
            why = "" if self._recorded else "It had not answered yet."
            await self._record([self._health.event("ended", why, now)])
            return
        until = self._heard_until
        since, what = unanswered or (None, "")
        events = [self._health.event("ended", what, now if problem else until, since=since)]
        if problem and until < now:
            events.insert(0, self._health.event("lost", problem, until, how="unreachable"))
        await self._record(events)

    async def keep_marking(self) -> None:
        """Record from time to time what has not changed, until cancelled."""
        while True:
            await asyncio.sleep(_REASON_SECONDS)
            async with self._settling:
                heard, event = self._is_heard, self._health.event
                if self._other is not None and not heard:
                    await self._record_reason(self._other[0])
                if monotonic() - self._marked < MARK_SECONDS:
                    continue
                self._marked = monotonic()
                how = self._recorded
                if heard:
                    mark = event("connected", "", self._heard_until, how=how)
                else:
                    mark = event(_lost(how), self._why, self.clock.now(), how=how)
                await self._record([mark])

    @property
    def unheard_for(self) -> timedelta:
        """How long ago the time lies until which everything was heard, where it is heard."""
        if not self._is_heard:
            return timedelta()
        return max(timedelta(), self.clock.now() - self._heard_until)

    def alive(self) -> None:
        """Note a sign of life of the stream."""
        now = self.clock.now()
        self._health.alive_since = monotonic()
        self._health.signs += 1
        if self.is_behind:
            return  # what was posted up to now may still wait to be read
        self._alive_at = now
        if self.is_whole and not self.is_silent:
            self.complete_until = now

    def gain_stream(self) -> None:
        """Note that a stream is heard from now on."""
        self.streams += 1
        self.streams_from = self.clock.now()
        self.stream.worked()

    def lose_stream(self) -> None:
        """Note that the stream is not heard any more; what was polled beside it stands for none."""
        if self.streams_from is not None:
            self.poll.works = False
        if self.is_silent:
            self._alive_at = None  # it was open, and brought nothing
        self.stream.works, self.streams_from = False, None
        self.is_whole = self.is_silent = False

    def retry_now(self) -> bool:
        """Have what does not work tried again, for the user; returns whether there is anything.

        What is heard by asking is asked at once, too.
        """
        waiting = [each for each in (self.opening, self.stream, self.poll) if each.error]
        for lane in waiting:
            lane.wake(by_user=True)
        if self.is_polled:
            self.poll.wake()
        return bool(waiting)

    @property
    def is_polled(self) -> bool:
        """Whether it is heard by asking alone."""
        return self.poll.works and (self.streams_from is None or self.is_silent)

    @property
    def asks_since(self) -> datetime:
        """From when on something may be missing that can be had."""
        return min(self.complete_until, self.older_since or self.complete_until)

    async def own_up(self) -> None:
        """Record that a stream was not heard for a while, before posts come that were asked for.

        It may be dead before that is noticed. Were the program killed after the first of them, it
        would seem to have been heard until then. From now on it counts as opened anew.
        """
        async with self._settling:
            if self._recorded != "stream" or self.is_behind:
                return
            until, now = self._heard_until, self.clock.now()
            if (now - until).total_seconds() <= UNHEARD_SECONDS:
                return
            self.streams, self.streams_from, self.is_whole = self.streams + 1, now, False
            await self._record(
                [
                    self._health.event("lost", _UNHEARD, until, how="unreachable"),
                    self._health.event("connected", "", now, how="stream"),
                ]
            )

    def asked_until(self, until: datetime) -> None:
        """Note that everything up to this time was asked for, and came."""
        self.complete_until = max(self.complete_until, until)

    async def fill(
        self, filled: Sequence[ev.Filled], stream: int, older_since: datetime | None = None
    ) -> bool:
        """Note what was asked for; returns whether posts may have been changed unheard before.

        `filled` are stretches one after the other. `stream` is what `streams` was when it was
        asked for: only a stream that was heard already is complete with that. What was posted from
        `older_since` on until the first of these stretches is still to be had.
        """
        if older_since is not None and self._recorded == "poll":
            await self._lose(self.complete_until, _LATE)
        was_behind, self.older_since = self.older_since is not None, older_since
        heard = self._recorded == "poll" or (self._recorded == "stream" and self.is_whole)
        # Where the clock was set back meanwhile, this would be a time to come.
        self.polled_until = min(filled[-1].until, self.clock.now())
        self.complete_until = max(self.complete_until, self.polled_until)
        began = not self.is_whole
        if self.streams_from is not None and stream == self.streams:
            self.is_whole = True
        await self.settle()
        gaps = [
            replace(e, why=reason_of(e.why)) for e in filled if e.why or was_behind or not heard
        ]
        told: list[ev.Event] = [each for each in gaps if each.until > each.since]
        if heard and self._recorded == "poll" and any(each.posts for each in filled):
            told.append(self._health.event("connected", "", self.complete_until, how="poll"))
        await self._record(told)
        return bool(gaps) or (began and self.is_whole)

    async def _lose(self, until: datetime, why: str) -> None:
        """Record that it was heard until then and no longer."""
        async with self._settling:
            self._recorded = ""
            await self._record([self._health.event("lost", why, until, how="unreachable")])

    async def settle(self) -> None:
        """Say and record how the source is heard now."""
        async with self._settling:
            state, detail, retry_at = self.now()
            how: ev.Hearing = _HEARING[state]
            if self.streams_from is not None:
                how = "poll" if self.is_silent else "stream"
            await self._record_change(how, detail)
            self._health.change(state, detail, retry_at)

    def now(self) -> tuple[State, str, float | None]:
        """The state, its reason, and when it is tried again (by `time.monotonic`)."""
        if self.opening.error is not None:  # it is opened anew, whatever each lane met
            why = self.opening
            return trouble_of(self.opening.error), why.words, why.retry_at
        if self.streams_from is not None:
            if self.is_silent and self.poll.works:
                return "poll", _SILENT, None
            is_whole = self.is_whole and self.older_since is None
            state: State = "stream" if is_whole else "filling"
            return state, self.poll.words or self._older_words, self.poll.retry_at
        if self.poll.works:
            return "poll", self.stream.words or self._older_words, self.stream.retry_at
        broken = [lane for lane in (self.poll, self.stream) if lane.error]
        if not broken or (not self._recorded and not self.poll.error):
            return "connecting", "", None  # its timeline was not asked yet
        first = broken[0]
        assert first.error is not None
        times = [lane.retry_at for lane in broken if lane.retry_at is not None]
        return trouble_of(first.error), first.words, min(times, default=None)

    @property
    def _older_words(self) -> str:
        return self.older if self.older_since is not None else ""

    async def _record_change(self, how: ev.Hearing, detail: str) -> None:
        before, heard, until = self._recorded, self._is_heard, self._heard_until
        hears = how in ("stream", "poll")
        if before == "poll" and how == "stream" and not self.is_whole and not self.poll.error:
            # It is still heard by polling, until everything before the stream is there; so it is
            # where it was made anew meanwhile, and its next poll asks from before.
            return
        change = self._health.event
        if how == before and not hears:
            await self._record_reason(detail)
        if how == before or (not how and not heard):
            return
        self._recorded = how
        self._why, self._why_at, self._other = reason_of(detail) or self._why, monotonic(), None
        events: list[ev.Event] = []
        seamless = self.is_whole and {before, how} == {"poll", "stream"}
        if heard and not seamless:
            why = "unreachable" if hears or not how else how
            events.append(change("lost", detail, until, how=why))
            self._health.was_lost((self.clock.now() - until).total_seconds())
        elif not hears:
            # The gap began before; this says why it lasts.
            events.append(change(_lost(how), detail, None, how=how))
        if hears:
            at = self.complete_until if how == "poll" or seamless else self.streams_from
            events.append(change("connected", "", at, how=how))
        await self._record(events)

    async def _record_reason(self, detail: str) -> None:
        """Record another reason than the last, with the time since when it is known."""
        why, now = reason_of(detail), monotonic()
        if not why or why == self._why:
            self._other = None
            return
        if self._other is None or self._other[0] != why:
            self._other = why, now
        if now - self._why_at >= _REASON_SECONDS:
            await self._record_other()

    async def _record_other(self) -> None:
        if self._other is None:
            return
        (self._why, since), self._other = self._other, None
        self._why_at = monotonic()
        at = self.clock.now() - timedelta(seconds=self._why_at - since)
        how = self._recorded
        await self._record([self._health.event(_lost(how), self._why, at, how=how)])

    @property
    def _is_heard(self) -> bool:
        return self._recorded in ("stream", "poll")

    @property
    def _heard_until(self) -> datetime:
        """Until when all that was posted has been received, where it is heard."""
        if self._recorded == "poll" or self.is_silent or self._alive_at is None:
            return self.complete_until
        # A poll beside the stream may have been answered after its last sign of life.
        return max(self._alive_at, self.complete_until)


def _lost(how: ev.Hearing) -> Literal["failed", "lost"]:
    return "failed" if how == "refused" else "lost"


_HEARING: dict[State, ev.Hearing] = {
    "waiting": "",
    "connecting": "",
    "filling": "stream",
    "stream": "stream",
    "poll": "poll",
    "limited": "limited",
    "refused": "refused",
    "capped": "refused",
    "unreachable": "unreachable",
    "failed": "failed",
    "ended": "",
}
"""How each state is recorded."""
