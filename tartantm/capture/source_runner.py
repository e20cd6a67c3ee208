"""Runs one live source: how it is heard now, what is filled in later, and what may be missing.

Several lanes run side by side, each with its own way back from any failure: one listens to the
stream, one asks ("polls") for what was posted, one looks for replies without the hashtag, one asks
again for posts that may be gone. While the stream is down, polling goes on, and the stream is tried
again. `Hearing` says, from what the lanes last met, how the source is heard now. Whatever a source
raises stays in here. This file is longer than others because the lanes end and wake each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from tartantm.capture.delivery import Came, Delivery, HandOver
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.lane import Lane, trouble_of, words_of
from tartantm.capture.recheck_lane import RecheckLane
from tartantm.capture.side_by_side import Job, closing, first_to_raise, unless_cancelled
from tartantm.capture.unanswered import REPLIES, SOME_REPLIES, Unanswered, not_said
from tartantm.core.errors import TartantmError
from tartantm.core.events import Event, Filled
from tartantm.networks.clock import Clock
from tartantm.networks.protocol import (
    Capped,
    ChatIndex,
    LiveSource,
    Lost,
    Refused,
    TakesOver,
    Unfilled,
    lacking,
)
from tartantm.settings import debug_log
from tartantm.settings.fault_log import log_fault

OVERLAP = timedelta(seconds=30)
"""How much further back than its beginning a gap is filled: posts reach their servers late."""

OPEN_SECONDS, CLOSE_SECONDS = 60.0, 1.5
"""How long a source may take to prepare, and to disconnect."""

WATCH_SECONDS = 1.0
"""How often it is checked whether a stream has fallen silent."""

SOON_SECONDS = 5.0
"""Seconds without a stream after which it is polled meanwhile."""

LAST_SECONDS = 2.0
"""How long, at the end, is asked for what was posted since it was last heard."""

SURE_SECONDS = 1.0
"""At the end, what was posted within so many seconds is not asked for."""

READ_SECONDS = 1.0
"""Where nothing was delivered for so long, all that came has been read."""

ASKED_SECONDS = 30.0
"""What was asked so many seconds ago is asked again where another source is lost."""

FLOOD = "{name} sends more than people write, so it is read slowly; other sources go on as before."
Record = Callable[[Sequence[Event]], Awaitable[None]]
"""Records events; returns once they are durable."""

MakeSource = Callable[[], LiveSource]
"""Makes a source from what is set up now; may block, and raise TartantmError."""


class _Again(Exception):
    """The source is to be made anew and opened again, at once."""


class SourceRunner:
    """Runs one source from the start of capturing until it is stopped."""

    def __init__(
        self,
        source: LiveSource,
        health: Health,
        *,
        deliver: HandOver,
        record: Record,
        clock: Clock,
        held: ChatIndex,
        complete_until: datetime,
        make_again: MakeSource | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Nothing said before `complete_until` can be missing; `say` is for what all should know.

        With `make_again`, a source that was refused, or that failed, is made anew for each try.
        """
        self.health, self.clock, self.held = health, clock, held
        self._record, self._make_again = record, make_again
        self._hearing = Hearing(health, record, clock, complete_until)
        self._delivery = Delivery(
            deliver,
            held,
            lambda: say(FLOOD.format(name=source.name)),
            self._fall_behind,
            self._hearing.own_up,
        )
        self._problem = ""
        """Why, at the end, what was posted up to then could not be asked for."""
        self._asked_at = 0.0
        """When its timeline was asked for last, by `time.monotonic`."""
        self.replies = Lane(f"source {source.name}, replies")
        self.rechecks = RecheckLane(held, self._hearing, health, self._delivery, say)
        self._thread_looks = Unanswered(health, REPLIES, say)
        self._some_threads = Unanswered(health, SOME_REPLIES, say)
        changes = (self.rechecks.unanswered, self.rechecks.unanswerable)
        self._unanswered = (*changes, self._thread_looks, self._some_threads)
        self._replies_due = 0.0
        self._streamed = False
        """Whether the stream brought posts since the last poll."""
        self._came = Came()
        """What came of what is asked for now, by tries that were interrupted, too."""
        self._began = False
        self._use(source)

    def _use(self, source: LiveSource) -> None:
        """Make `source` the one that is run."""
        self.source = source
        source.held = self.held
        self.health.asks_every = source.poll_every
        self.health.belongs_to(source.note, lambda: source.damaged, lambda: lacking(source))

    async def run(self) -> None:
        """Hear the source until cancelled."""
        await self._hearing.ask()
        self._began = True
        opening = self._hearing.opening
        marking = asyncio.create_task(self._hearing.keep_marking())
        try:
            while True:
                began = monotonic()
                self.health.change("connecting")
                try:
                    await self._hear()
                except _Again:
                    await self._remake()
                    continue
                except (Exception, asyncio.CancelledError) as error:
                    problem = unless_cancelled(error)
                self._hearing.poll.works = False
                seconds = opening.broke(problem, monotonic() - began)
                await self._hearing.settle()
                await opening.pause(seconds)
                if trouble_of(problem) in ("refused", "capped", "failed"):
                    await self._remake()
        except asyncio.CancelledError:
            await self._ask_once_more()
            raise
        finally:
            marking.cancel()
            await asyncio.wait({marking})
            await self._close()

    async def _ask_once_more(self) -> None:
        """Ask for what was posted since it was last heard, so that the end is heard as well."""
        hearing, until = self._hearing, self.clock.now()
        if hearing.unheard_for.total_seconds() < SURE_SECONDS:
            return
        if hearing.is_behind:
            self._problem = "It sent more than could be read."
            return
        if hearing.poll.closed_for:
            self._problem = hearing.poll.words
            return
        try:
            async with asyncio.timeout(LAST_SECONDS):
                asked = self.source.since(hearing.complete_until - OVERLAP)
                await self._delivery.deliver_all(asked, Came())
        except TimeoutError:
            self._problem = "It did not answer in time."
        except Exception as error:
            had_since = error.had_since if isinstance(error, Unfilled) else None
            if had_since is not None and had_since <= hearing.complete_until:
                hearing.asked_until(until)  # what did not come is older than what is asked for
            else:
                self._problem = words_of(error)
        else:
            hearing.asked_until(until)

    def _fall_behind(self) -> None:
        self._hearing.is_behind = True

    def ask_soon(self) -> None:
        """Ask at once where it is heard by asking alone and was last asked a while ago."""
        if self._hearing.is_polled and monotonic() - self._asked_at >= ASKED_SECONDS:
            self._hearing.poll.wake()

    @property
    def hearing(self) -> Hearing:
        """What the stream and the polls last met."""
        return self._hearing

    def retry_now(self) -> bool:
        """Try again at once what does not work; returns whether there is anything."""
        unanswered = [each for each in (self.rechecks, self.replies) if each.error]
        for lane in unanswered:
            lane.wake(by_user=True)
        return self._hearing.retry_now() or bool(unanswered)

    def look(self) -> None:
        """Tell what has not been answered for long; to be called now and then."""
        for each in self._unanswered:
            each.look()

    async def finish(self) -> None:
        """Record until when it was asked for; to be called after `run` was cancelled."""
        if self._began:
            await self._hearing.end(self._problem, not_said(self._unanswered, self.clock.now()))
        self.health.change("ended")

    async def _remake(self) -> None:
        """Make the source anew, with the settings and tokens of now."""
        if self._make_again is None:
            return
        await self._close()
        try:
            source = await asyncio.to_thread(self._make_again)
            source.damaged = self.source.damaged
            if isinstance(source, TakesOver):
                source.take_over(self.source)
            self._use(source)
        except TartantmError as error:
            debug_log.write(f"source {self.source.name}: it cannot be made anew: {error}")
        except (Exception, asyncio.CancelledError) as error:
            # The one that there is goes on being tried; what fails here is its trouble alone, too.
            log_fault(unless_cancelled(error))

    async def _close(self) -> None:
        # Before Python 3.12 `wait_for` swallows a cancellation that comes as the job ends.
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.source.close()

    async def _hear(self) -> None:
        """Open the source and run its lanes; raises what concerns all of them."""
        async with asyncio.timeout(OPEN_SECONDS):
            await self.source.open()
        for lane in (self._hearing.opening, self._hearing.stream, self._hearing.poll):
            lane.begin_anew()
        jobs: list[Job] = [self._keep_polling, partial(self.rechecks.keep_asking, self.source)]
        if self.source.streams:
            jobs.append(self._keep_streaming)
        if self.source.replies_every:
            jobs.append(self._keep_looking_for_replies)
        try:
            await first_to_raise(jobs)
        finally:
            self._hearing.lose_stream()

    async def _keep_streaming(self) -> None:
        hearing, lane = self._hearing, self._hearing.stream
        if lane.closed_for:
            await lane.pause(lane.closed_for)
        while True:
            began = monotonic()
            try:
                await self._listen()
            except (Exception, asyncio.CancelledError) as error:
                problem = unless_cancelled(error)
            was_heard = hearing.streams_from is not None
            seconds = lane.broke(problem, monotonic() - began if was_heard else 0.0)
            hearing.lose_stream()
            if was_heard or hearing.poll.works or hearing.poll.error:
                await hearing.settle()  # else the first poll says how it is heard
            if was_heard and seconds < SOON_SECONDS:
                self._poll_soon()
            else:
                self._poll_now()
            await lane.pause(seconds)
            if isinstance(problem, Refused) and self._make_again is not None:
                raise _Again

    def _poll_soon(self) -> None:
        """Poll where the stream is not back in a moment."""

        def poll() -> None:
            if self._hearing.streams_from is None:
                self._poll_now()

        asyncio.get_running_loop().call_later(SOON_SECONDS, poll)

    def _poll_now(self) -> None:
        """Poll in place of the stream; what was refused waits for its time, or for the user."""
        if not isinstance(self._hearing.poll.error, Refused):
            self._hearing.poll.wake()

    async def _listen(self) -> None:
        """Listen to one stream until it ends or falls silent; always raises."""
        opened = asyncio.Event()
        self._hearing.is_behind = False

        def alive() -> None:
            self._hearing.alive()
            opened.set()

        async def read() -> None:
            async with closing(self.source.stream(alive)) as batches:
                async for batch in batches:
                    if batch:
                        self._streamed = True
                        await self._delivery.deliver(batch)
            raise Lost("The connection was closed.")

        async def watch() -> None:
            # How long opening may take, each source knows.
            await opened.wait()
            self._hearing.gain_stream()
            await self._hearing.settle()
            self._hearing.poll.wake()  # what was posted before is asked for now
            while (self.health.silent_for or 0.0) < self.source.silence:
                await asyncio.sleep(WATCH_SECONDS)
                if self._delivery.idle_for >= READ_SECONDS:
                    self._hearing.is_behind = False
            raise Lost(f"Nothing came for {self.source.silence:.0f} seconds.")

        await first_to_raise([read, watch])

    async def _keep_polling(self) -> None:
        hearing, lane = self._hearing, self._hearing.poll
        # The stream is given a moment; where it opens, it ends this pause.
        moment = min(SOON_SECONDS, self.source.poll_beside) if self.source.streams else 0.0
        if moment or lane.closed_for:
            await lane.pause(moment)
        while True:
            began, problem = monotonic(), None
            try:
                await self._reread()
            except (Exception, asyncio.CancelledError) as error:
                problem = unless_cancelled(error)
                if isinstance(problem, Refused):
                    if not self.source.streams:
                        raise problem from None
                    if hearing.streams_from is not None and not isinstance(problem, Capped):
                        # The stream is heard; what was posted before it cannot be had. Where it
                        # is the user's cap, it can be once that is raised.
                        since, until = hearing.complete_until, self.clock.now()
                        lost = Filled(self.source.name, since, until, "", 0, str(problem))
                        await self._fill([lost], hearing.streams)
                lane.pace = self.source.poll_every
                seconds = lane.broke(problem, 0.0)
            else:
                brings_all = hearing.streams_from is not None and not hearing.is_silent
                seconds = self.source.poll_beside if brings_all else self.source.poll_every
                if hearing.streams_from is None:
                    seconds = max(0.0, seconds - (monotonic() - began))
            await hearing.settle()
            await lane.pause(seconds)
            refused = isinstance(problem, Refused) and hearing.streams_from is None
            if refused and self._make_again is not None:
                raise _Again

    async def _reread(self) -> None:
        """Ask for everything that may be missing; what was held and did not come is looked at."""
        hearing, source = self._hearing, self.source
        since, until, stream = hearing.asks_since, self.clock.now(), hearing.streams
        self._asked_at = monotonic()
        was_heard = hearing.streams_from is not None
        came = self._came
        filled = []
        had_since: datetime | None = since
        older_since: datetime | None = None
        try:
            # Beside a stream, too, from the last poll on: it may be open and bring nothing.
            asked = source.since(min(since, hearing.polled_until) - OVERLAP)
            await self._delivery.deliver_all(asked, came)
        except Unfilled as error:
            had_since = error.had_since
            if error.goes_on and had_since is None:
                raise
            lost_until = min(max(had_since, since), until) if had_since else until
            if not error.goes_on:
                filled.append(Filled(source.name, since, lost_until, "", 0, str(error)))
            elif lost_until > since:
                older_since, hearing.older = since, str(error)
        new = await came.count()
        came.new = []
        if older_since is None:
            self._came = Came()
        self.health.asks_every = source.poll_every  # its server may have said how often
        if had_since is not None:
            had_since = min(max(had_since, since), until)
            filled.append(Filled(source.name, had_since, until, source.gap_filler, new))
            await self.rechecks.wanted.missing(had_since, came.names)
        hearing.is_silent = (
            was_heard
            and not self._streamed
            and ((bool(new) and hearing.is_whole) or hearing.is_silent)
        )
        self._streamed = False
        hearing.poll.answered()
        self.health.asks_every = max(source.poll_every, monotonic() - self._asked_at)
        hearing.is_behind &= was_heard
        await self._fill(filled, stream if was_heard else -1, older_since)

    async def _fill(
        self, filled: Sequence[Filled], stream: int, older_since: datetime | None = None
    ) -> None:
        """Record what was asked for where it was a gap; then every post may have been changed."""
        if await self._hearing.fill(filled, stream, older_since):
            await self.rechecks.wanted.everything()

    async def _keep_looking_for_replies(self) -> None:
        lane, poll = self.replies, self._hearing.poll
        while True:
            await lane.pause(max(0.0, self._replies_due - monotonic()))
            # Before the posts of its timeline are held there is nothing to look below.
            if not self.health.hears or not (poll.works or poll.error):
                await lane.pause(WATCH_SECONDS)
                continue
            seconds = self.source.replies_every
            came = Came()
            try:
                await self._delivery.deliver_all(self.source.replies(self.held), came)
            except (Exception, asyncio.CancelledError) as error:
                seconds = max(seconds, lane.broke(unless_cancelled(error), 0.0))
                if came.batches:  # one thread alone may be what fails
                    self._thread_looks.answered()
                    self._some_threads.failed(lane.words)
                else:
                    self._thread_looks.failed(lane.words)
            else:
                lane.answered()
                self._thread_looks.answered()
                self._some_threads.answered()
            self._replies_due = monotonic() + seconds
