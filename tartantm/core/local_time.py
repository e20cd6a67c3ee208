"""Times of day as a chat's clock shows them, also in the nights when clocks are changed.

Where clocks go back, an hour comes twice: a time in it is shown with the zone's letters, or with
the offset where the zone has no letters, or the same ones before and after. `read_time` reads what
`clock` shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from tartantm.core.errors import BadInput
from tartantm.core.post import EARLIEST, LATEST

_WRITTEN = re.compile(
    r"(?:(\d{4})-(\d\d?)-(\d\d?)[ T]+)?(\d\d?)[:.](\d\d)(?::(\d\d))?(?:\s*(\S+))?", re.ASCII
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+−-])(\d\d?)(?::?(\d\d))?", re.ASCII)
_TOO_LATE = timedelta(minutes=1)
"""A time that is later than now by more has not come yet; clocks differ by less."""


def clock(at: datetime, *, seconds: bool = False) -> str:
    """Returns a time as "18:04"; as "01:30 BST" in an hour that comes twice."""
    shown = "%02d:%02d" % (at.hour, at.minute)  # noqa: UP031 - in half the time
    if seconds:
        shown += f":{at.second:02}"
    return f"{shown} {letters(at)}" if is_doubled(at) else shown


def zoned_clock(at: datetime) -> str:
    """Returns a time with the zone's letters, or the offset, whatever hour it is: "18:04 BST"."""
    shown = clock(at)
    return shown if is_doubled(at) else f"{shown} {letters(at)}"


def letters(at: datetime) -> str:
    """Returns "BST", or the offset as "UTC+3" where letters would not say which hour it is."""
    name = at.tzname() or ""
    other = at.replace(fold=1 - at.fold)
    if name.isalpha() and (other.tzname() != name or other.utcoffset() == at.utcoffset()):
        return name
    return offset(at)


def offset(at: datetime) -> str:
    """Returns the offset of a time as "UTC", "UTC+1", "UTC+5:30"."""
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def is_doubled(at: datetime) -> bool:
    """Whether a time of day comes twice, since clocks go back."""
    return _day_has_change(at.tzinfo, at.year, at.month, at.day) and _shift(at) < timedelta()


def is_skipped(at: datetime) -> bool:
    """Whether a time of day, with its zone, does not come at all, since clocks go forward."""
    return _day_has_change(at.tzinfo, at.year, at.month, at.day) and _shift(at) > timedelta()


def _shift(at: datetime) -> timedelta:
    """Returns how far clocks are changed at this time of day; nothing at other times."""
    earlier, later = (at.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return later - earlier


@lru_cache(maxsize=1000)
def _day_has_change(zone: tzinfo | None, year: int, month: int, day: int) -> bool:
    """Whether the zone's offset may change on that day: nearly always this alone is asked."""
    if zone is None or zone is UTC or isinstance(zone, timezone):
        return False
    noon = datetime(year, month, day, 12, tzinfo=zone)
    try:
        around = [noon + timedelta(days=n) for n in (-1, 0, 1)]
        return len({each.utcoffset() for each in around}) > 1
    except OverflowError:
        return False


def fixed(at: datetime) -> datetime:
    """Returns the same time with its offset instead of a zone, as the session file keeps it.

    Two times of one zone are compared by what clocks show; of two offsets, by when they were.
    """
    return at.replace(tzinfo=timezone(at.utcoffset() or timedelta()), fold=0)


def read_time(written: str, zone: tzinfo, now: datetime, near: Sequence[datetime]) -> datetime:
    """Returns when something was said, in UTC, from "18:20", "01:30 BST" or a date with it.

    Without a date it is the time that is nearest to these, such as when the evening began and
    ended, and never later than `now`. Raises BadInput where that is no time, or no single one.
    """
    day, at, sign = _parts(written)
    around = [each.astimezone(UTC) for each in near or [now]]
    dates = {each.astimezone(zone).date() for each in around}
    days = (
        [day] if day else sorted({each + timedelta(days=n) for each in dates for n in (-1, 0, 1)})
    )
    moments = [each for one in days for each in _moments(datetime.combine(one, at, zone), sign)]
    if not moments:
        raise BadInput(_why_none(written, [datetime.combine(one, at, zone) for one in days], sign))
    past = [each for each in moments if each <= now + _TOO_LATE]
    if not past:
        raise BadInput(f"{written} has not come yet; a remark is of what was said.")
    first, last = min(around), max(around)
    best = min(
        past, key=lambda each: (max(first - each, each - last, timedelta()), -each.timestamp())
    )
    local = best.astimezone(zone)
    both = [each for each in past if each.astimezone(zone).replace(fold=local.fold) == local]
    if len(both) > 1:
        words = " or ".join(clock(each.astimezone(zone)) for each in both)
        raise BadInput(f"{written} comes twice that night; write {words}.")
    return best


def _parts(written: str) -> tuple[date | None, time, str | None]:
    """Returns the day where one is written, the time of day, and letters or an offset behind it."""
    found = _WRITTEN.fullmatch(written.strip())
    no_time = BadInput(f"{written!r} is no time; write it as 18:20, 01:30 BST or 2012-06-20 18:20.")
    if found is None:
        raise no_time
    year, month, day, hour, minute, second, sign = found.groups()
    try:
        at = time(int(hour), int(minute), int(second or 0))
        on = date(int(year), int(month), int(day)) if year else None
    except ValueError:
        raise no_time from None
    if on is not None and not EARLIEST < on.year < LATEST:
        raise BadInput(f"{written} is not in the years {EARLIEST} to {LATEST}.")
    return on, at, sign


def _moments(local: datetime, sign: str | None) -> list[datetime]:
    """Returns the times in UTC that a time of day may mean, with its zone's letters if it has."""
    if is_skipped(local):
        return []
    found = [local.replace(fold=fold) for fold in range(2 if is_doubled(local) else 1)]
    return [each.astimezone(UTC) for each in found if sign is None or _is_of(sign, each)]


def _is_of(sign: str, at: datetime) -> bool:
    """Whether letters or an offset are those of the zone at that time."""
    if sign.casefold() in {(at.tzname() or "").casefold(), letters(at).casefold()}:
        return True
    if sign in ("Z", "UTC"):
        return not at.utcoffset()
    if (found := _OFFSET.fullmatch(sign)) is None:
        return False
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return at.utcoffset() == (size if found[1] == "+" else -size)


def _why_none(written: str, moments: list[datetime], sign: str | None) -> str:
    if all(map(is_skipped, moments)):
        return f"{written} did not come that night: clocks went forward."
    known = " or ".join(dict.fromkeys(letters(each) for each in moments))
    return f"{sign!r} is not the chat's time then; write {known} or leave it out."
