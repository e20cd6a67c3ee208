"""Over which times each source was to be heard, and what came of it, minute by minute.

Counted from what was asked for, not from what worked: a source that never connected was missed for
all of the time. `Stretch.since` and `until` are by the chat's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.events import Filled, SourceChanged

NOT_WHOLE = "?…"
"""Ends the name of a source whose address goes on: that may be a key, and is kept nowhere."""


WRONG_CLOCK = timedelta(minutes=1)
"""Times that were recorded further ahead than this are those of a wrong clock."""


class Stretch(Struct, frozen=True):
    """A time over which a source was to be heard."""

    since: datetime
    until: datetime
    kind: Literal["heard", "filled", "missed"]
    """``filled``: it was not heard, and was asked for all of that time afterwards."""
    by: str = ""
    """How it was filled, such as ``search``."""
    posts: int = 0
    """How many posts filling it brought."""
    why: str = ""
    """Why it was missed, in a sentence; "" where that is not known."""
    is_lost: bool = False
    """Whether it was asked for afterwards and cannot be had any more."""
    is_open: bool = False
    """Whether the end is only the last that is known: the program may be running, or was killed."""
    before_first: bool = False
    """Whether it lies before the source was first heard: posts of before the program started."""
    asked_at: datetime | None = None
    """When the program began to listen; a stretch may begin earlier, with what is asked for."""


class Listening(Struct, frozen=True):
    """A source that was asked for, with stretches that are in order and do not overlap."""

    source: str
    stretches: tuple[Stretch, ...]

    @property
    def was_heard(self) -> bool:
        """Whether it was heard, or asked for what was posted, at any time."""
        return any(each.kind != "missed" for each in self.stretches)

    @property
    def missed(self) -> list[Stretch]:
        """The times of which posts may be missing."""
        return [each for each in self.stretches if each.kind == "missed"]


def listening(
    coverage: Iterable[tuple[datetime, SourceChanged | Filled]],
    last_received: Mapping[str, datetime | None] | None = None,
) -> list[Listening]:
    """What came of each source that was asked for, in the order in which they were first named.

    `coverage` is `Chat.coverage`; `last_received` has the time of the last post that came by each
    source, until when a source was heard that has not ended. Recordings, which have no times of
    their own, are left out.
    """
    accounts: dict[str, _Account] = {}
    for recorded_at, event in coverage:
        account = accounts.setdefault(event.source, _Account())
        account.take(event, recorded_at)
    heard = {
        source: Listening(source, account.close((last_received or {}).get(source)))
        for source, account in accounts.items()
        if account.is_live
    }
    return list(heard.values())


def asked_last(coverage: Iterable[tuple[datetime, SourceChanged | Filled]]) -> list[str]:
    """The sources that were asked for in the last run of the program, in that order."""
    asked: dict[str, None] = {}
    running: set[str] = set()
    for _, event in coverage:
        if not isinstance(event, SourceChanged):
            continue
        if event.state == "asked":
            if event.source in running or not running:  # it was killed, or had ended
                asked, running = {}, set()
            asked[event.source] = None
            running.add(event.source)
        elif event.state == "ended":
            running.discard(event.source)
    return list(asked)


def complete_until(
    coverage: Iterable[tuple[datetime, SourceChanged | Filled]],
    source: str,
    last_received: datetime | None,
) -> datetime | None:
    """Until when a source missed nothing that can still be had; None where it was never asked for.

    `last_received` is when the last post came by it, as for `listening`.
    """
    for each in listening(coverage, {source: last_received}):
        if each.source == source and each.stretches:
            missed = (stretch.since for stretch in each.missed if not stretch.is_lost)
            return next(missed, each.stretches[-1].until)
    return None


class _Account:
    """What came of one source, as its events are taken in."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []
        self._from: datetime | None = None
        """Where the stretch begins that goes on; None while it is not asked for."""
        self._was_asked = self._hears = self._was_heard = False
        self._why = ""
        self._last: datetime | None = None
        self._asked_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self._was_asked or self._from is not None or bool(self._stretches)

    def take(self, event: SourceChanged | Filled, recorded_at: datetime) -> None:
        if isinstance(event, Filled):
            self._fill(event)
            return
        self._last = max(event.at or recorded_at, self._last or recorded_at)
        match event.state:
            case "asked":
                self._was_asked, since = True, event.since or recorded_at
                self._asked_at = event.at or recorded_at
                if self._from is not None:  # it was killed
                    self._end(since)
                self._clip(recorded_at)
                past = [each.until for each in self._stretches]
                self._from, self._hears, self._why = max([since, *past]), False, ""
            case "connected" if event.at is not None:
                self._begin(event.at)
                if not self._hears:
                    self._add(event.at)
                self._hears = self._was_heard = True
            case "lost" | "failed":
                self._begin(event.at)
                if self._hears:
                    self._add(event.at or self._from)
                elif self._why and self._why != event.detail:
                    self._add(event.at)  # the reason is another from then on
                self._hears, self._why = False, event.detail
            case "ended" if self._from is not None:
                self._why = self._why or event.detail
                self._end(event.at or recorded_at)
            case "connected" | "ended":
                pass  # a recording, which says no time
            case _:
                assert_never(event.state)

    def _clip(self, now: datetime) -> None:
        """Leave out what lies after the beginning of a later run: that clock was ahead."""
        if any(each.until > now + WRONG_CLOCK for each in self._stretches):
            kept = [each for each in self._stretches if each.since < now]
            self._stretches = [replace(each, until=min(each.until, now)) for each in kept]

    def _begin(self, at: datetime | None) -> None:
        """Files of versions that did not record what was asked for begin with what worked."""
        if self._from is None:
            self._from, self._was_heard = at, True

    def _end(self, at: datetime) -> None:
        self._add(at)
        self._from = None

    def _add(self, until: datetime | None, *, is_open: bool = False) -> None:
        """End the stretch that goes on, and begin the next."""
        if self._from is None or until is None:
            return
        if until > self._from or is_open:
            self._stretches.append(
                Stretch(
                    self._from,
                    until,
                    "heard" if self._hears else "missed",
                    why="" if self._hears else self._why,
                    is_open=is_open,
                    before_first=not self._was_heard,
                    asked_at=self._asked_at,
                )
            )
        self._from = max(until, self._from)

    def _fill(self, filled: Filled) -> None:
        left = filled.posts
        stretches = []
        for each in self._stretches:
            since, until = max(each.since, filled.since), min(each.until, filled.until)
            if each.kind != "missed" or since >= until:
                stretches.append(each)
                continue
            if each.since < since:
                stretches.append(replace(each, until=since))
            if filled.by:
                got = Stretch(
                    since, until, "filled", filled.by, left, before_first=each.before_first
                )
            else:
                got = replace(
                    each, since=since, until=until, why=filled.why or each.why, is_lost=True
                )
            left = 0
            stretches.append(got)
            if until < each.until:
                stretches.append(replace(each, since=until))
        self._stretches = stretches

    def close(self, last_received: datetime | None) -> tuple[Stretch, ...]:
        """Every stretch; one that goes on ends where it was last heard of."""
        known = [each for each in (self._last, last_received, self._from) if each is not None]
        if self._from is not None:
            self._add(max(known), is_open=True)
        return tuple(self._stretches)
