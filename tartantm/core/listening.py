"""Over which times each source was to be heard, and what came of it, minute by minute.

Counted from what was asked for, not from what worked: a source that never connected was missed for
all of the time. A stretch ends where its reason does, so that what was missed between two runs of
the program is not put down to the trouble of the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.events import Filled, Hearing, SourceChanged
from tartantm.core.stretches import CONNECTING, NOBODY, NOT_AGAIN, Stretch, without_moments

WRONG_CLOCK = timedelta(minutes=1)
"""Times that were recorded further ahead than this are those of a wrong clock."""


class Unanswered(NamedTuple):
    """What a source that was heard did not say up to the end of a run."""

    since: datetime
    until: datetime
    what: str
    """As it follows "it did not say", with the reason."""


class Listening(Struct, frozen=True):
    """A source that was asked for, with stretches that are in order and do not overlap."""

    source: str
    stretches: tuple[Stretch, ...]
    unanswered: tuple[Unanswered, ...] = ()

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
    their own, are left out, and so are gaps of less than a second in which no post came.
    """
    return [
        Listening(source, tuple(without_moments(stretches)), unanswered)
        for source, stretches, unanswered in _exact(coverage, last_received or {})
    ]


def _exact(
    coverage: Iterable[tuple[datetime, SourceChanged | Filled]],
    last_received: Mapping[str, datetime | None],
) -> Iterator[tuple[str, tuple[Stretch, ...], tuple[Unanswered, ...]]]:
    """Yields each source with its stretches, to the microsecond, and what it did not say."""
    accounts: dict[str, _Account] = {}
    for recorded_at, event in coverage:
        account = accounts.setdefault(event.source, _Account())
        account.take(event, recorded_at)
    for source, account in accounts.items():
        if account.is_live:
            yield source, account.close(last_received.get(source)), tuple(account.unanswered)


def complete_until(
    coverage: Iterable[tuple[datetime, SourceChanged | Filled]],
    source: str,
    last_received: datetime | None,
) -> datetime | None:
    """Until when a source missed nothing that can still be had; None where it was never asked for.

    `last_received` is when the last post came by it, as for `listening`.
    """
    for name, stretches, _ in _exact(coverage, {source: last_received}):
        if name == source and stretches:
            missed = (e.since for e in stretches if e.kind == "missed" and not e.is_lost)
            return next(missed, stretches[-1].until)
    return None


class _Reason(NamedTuple):
    """Why a source is not heard."""

    why: str
    how: Hearing = ""
    since: datetime = datetime.min.replace(tzinfo=UTC)
    """Of the first of several it is not asked for: it holds since the source was heard last."""
    is_idle: bool = False


class _Account:
    """What came of one source, as its events are taken in."""

    def __init__(self) -> None:
        self.unanswered: list[Unanswered] = []
        self._stretches: list[Stretch] = []
        self._from: datetime | None = None
        """Where the stretch begins that goes on; None while it is not asked for."""
        self._was_asked = self._hears = self._was_heard = False
        self._how: Hearing = ""
        """How it was heard last."""
        self._reasons = [_Reason("")]
        """Why it is not heard since `_from`, one reason after the other."""
        self._last: datetime | None = None
        self._ran_until: datetime | None = None
        """Until when the program is known to have run with this source."""

    @property
    def is_live(self) -> bool:
        return self._was_asked or self._from is not None or bool(self._stretches)

    def take(self, event: SourceChanged | Filled, recorded_at: datetime) -> None:
        ran_until = self._ran_until
        self._ran_until = max(recorded_at, ran_until or recorded_at)
        if isinstance(event, Filled):
            self._fill(event)
            return
        at = event.at or recorded_at
        self._last = max(at, self._last or at)
        match event.state:
            case "asked":
                self._ask(event.since or recorded_at, at, ran_until)
                self._ran_until = recorded_at
            case "connected" if event.at is not None:
                self._begin(event.at)
                if not self._hears:
                    self._add(event.at)
                self._hears, self._was_heard, self._how = True, True, event.how
            case "lost" | "failed":
                self._begin(event.at)
                if self._hears:
                    if event.at is not None:
                        self._add(event.at)
                    self._hears, self._reasons = False, [_Reason(event.detail, event.how)]
                else:
                    self._blame(event, at)
            case "ended" if self._from is not None:
                if event.since is not None:
                    self.unanswered.append(
                        Unanswered(event.since, max(at, event.since), event.detail)
                    )
                else:
                    self._explain(event)
                self._end(at)
            case "connected" | "ended":
                pass  # a recording, which says no time
            case _:
                assert_never(event.state)

    def _ask(self, since: datetime, at: datetime, ran_until: datetime | None) -> None:
        """Begin what a run of the program asks for, which begins before the run does."""
        is_known = ran_until is not None and ran_until <= at  # else that clock was ahead
        nobody = _Reason(NOBODY, since=min(ran_until or at, at), is_idle=True)
        reasons = [_Reason(NOT_AGAIN), nobody] if is_known else [nobody]
        if self._from is not None:  # it was killed
            if not self._hears:
                reasons = self._reasons = [*self._reasons, nobody]
            self._end(since)
        self._clip(at)
        self._reasons = [*reasons, _Reason(CONNECTING, since=at)]
        past = [each.until for each in self._stretches]
        self._from, self._was_asked = max([since, *past]), True

    def _clip(self, now: datetime) -> None:
        """Leave out what lies after the beginning of a later run: that clock was ahead."""
        if any(each.until > now + WRONG_CLOCK for each in self._stretches):
            kept = [each for each in self._stretches if each.since < now]
            self._stretches = [replace(each, until=min(each.until, now)) for each in kept]

    def _blame(self, event: SourceChanged, at: datetime) -> None:
        """Take a reason why it is not heard, the first of its kind or another one than before."""
        self._explain(event)
        if event.detail not in ("", self._reasons[-1].why):
            self._reasons.append(_Reason(event.detail, event.how, at))

    def _explain(self, event: SourceChanged) -> None:
        """Take what an event says as the reason of what was missed so far without one."""
        last = self._reasons[-1]
        if event.detail and last.why in ("", CONNECTING):
            self._reasons[-1] = _Reason(event.detail, event.how, last.since)

    def _begin(self, at: datetime | None) -> None:
        """Files of versions that did not record what was asked for begin with what worked."""
        if self._from is None:
            self._from, self._was_heard = at, True

    def _end(self, at: datetime) -> None:
        self._add(at)
        self._from, self._hears, self._reasons = None, False, [_Reason("")]

    def _add(self, until: datetime, *, is_open: bool = False) -> None:
        """End the stretch that goes on, and begin the next."""
        assert self._from is not None
        if until > self._from or is_open:
            whole = Stretch(
                self._from, until, "heard", is_open=is_open, before_first=not self._was_heard
            )
            self._stretches += [whole] if self._hears else self._by_reason(whole)
        self._from = max(until, self._from)

    def _by_reason(self, whole: Stretch) -> Iterator[Stretch]:
        """Yields what was missed in parts that each have one reason."""
        since = whole.since
        for reason, following in zip_longest(self._reasons, self._reasons[1:]):
            end = following.since if following else whole.until
            until, goes_on = max(since, min(end, whole.until)), whole.is_open and not following
            if until > since or goes_on:
                yield replace(
                    whole,
                    since=since,
                    until=until,
                    kind="missed",
                    why=reason.why,
                    how=reason.how,
                    is_idle=reason.is_idle,
                    is_open=goes_on,
                )
            since = until

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
            got = replace(each, since=since, until=until)
            if filled.by:
                got = replace(
                    got, kind="filled", by=filled.by, posts=left, is_lost=False, why_lost=""
                )
            else:
                got = replace(got, is_lost=True, why_lost=filled.why or each.why_lost)
            left = 0
            stretches.append(got)
            if until < each.until:
                stretches.append(replace(each, since=until))
        self._stretches = stretches

    def close(self, last_received: datetime | None) -> tuple[Stretch, ...]:
        """Every stretch; one that goes on ends where it was last heard of.

        Where it is heard by asking, the last post says nothing of those before it: a timeline is
        read from its end, and the program may have been killed in the middle. Each time that all
        of it was read is recorded.
        """
        if self._hears and self._how == "poll":
            last_received = None
        known = [each for each in (self._last, last_received, self._from) if each is not None]
        if self._from is not None:
            self._add(max(known), is_open=True)
        return tuple(self._stretches)
