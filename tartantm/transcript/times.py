"""Dates, times and time zones in English, the same on every machine whatever its locale."""

from __future__ import annotations

from datetime import UTC, datetime

from tartantm.core.local_time import clock as clock
from tartantm.core.local_time import is_doubled, letters, offset, zoned_clock

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UK = {"Europe/London", "Europe/Belfast", "GB", "GB-Eire"}


def date(at: datetime) -> str:
    """Returns a date as "20 June 2012"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def day(at: datetime) -> str:
    """Returns a date as "Wednesday 20 June 2012"."""
    return f"{_DAYS[at.weekday()]} {date(at)}"


def clock_on(at: datetime, usual: datetime | None, *, seconds: bool = False) -> str:
    """Returns a time as "18:04", or as "21 June, 09:12" on another day than the usual one.

    Where clocks were changed since the usual time, the zone's letters stand behind: "02:15 GMT".
    """
    time = clock(at, seconds=seconds)
    if usual is None:
        return time
    if at.utcoffset() != usual.utcoffset() and not is_doubled(at):
        time = f"{time} {letters(at)}"
    return _on(at, usual, time)


def both_ends(since: datetime, until: datetime, usual: datetime | None) -> tuple[str, str]:
    """Returns when something began and ended: "00:30 BST" and "02:15 GMT" where the zone changes.

    What ended on another day than it began says on which, whatever day is usual.
    """
    if since.utcoffset() == until.utcoffset():
        return clock_on(since, usual), clock_on(until, since)
    return _on(since, usual or since, zoned_clock(since)), _on(until, since, zoned_clock(until))


def _on(at: datetime, usual: datetime, time: str) -> str:
    if at.date() == usual.date():
        return time
    year = "" if at.year == usual.year else f" {at.year}"
    return f"{at.day} {_MONTHS[at.month - 1]}{year}, {time}"


def zone(name: str | None, at: datetime, until: datetime | None = None) -> str:
    """Returns a time zone as "UK time (BST)", "Berlin time (CEST, UTC+2)", "UTC+5:30".

    Where clocks are changed before `until`: "UK time (BST, then GMT)".
    """
    shown = [_zone_at(name, each) for each in (at, until) if each is not None]
    place = _place(name)
    words = ", then ".join(dict.fromkeys(filter(None, shown)))
    if not place:
        return words
    return f"{place} time ({words})" if words else f"{place} time"


def _zone_at(name: str | None, at: datetime) -> str:
    """Returns "BST", "CEST, UTC+2", "UTC+5:30"."""
    short = at.tzname() or ""
    shown = short if short.isalpha() else ""
    if name in _UK:
        return shown
    place = bool(_place(name))
    return (f"{shown}, " if place and shown and shown != "UTC" else "") + offset(at)


def _place(name: str | None) -> str:
    if name in _UK:
        return "UK"
    return name.rpartition("/")[2].replace("_", " ") if name and "/" in name else ""


def date_range(starts: datetime, ends: datetime | None, name: str | None) -> str:
    """Returns "Wednesday 20 June 2012, 18:00 to 20:00 UK time (BST)".

    Where clocks are changed in between: "Sunday 28 October 2018, 00:30 BST to 02:15 GMT, UK time".
    """
    if ends is None:
        # The zone behind it says which of the two hours is meant, where one comes twice.
        return f"{day(starts)}, {starts:%H:%M} {zone(name, starts)}"
    words = f"{day(starts)}, {' to '.join(both_ends(starts, ends, None))}"
    if starts.utcoffset() == ends.utcoffset():
        return f"{words} {zone(name, starts)}"
    return f"{words}, {place} time" if (place := _place(name)) else words


def stamp(at: datetime) -> str:
    """Returns a time as RFC 3339 in UTC: ``2012-06-20T17:04:10Z``, fractions of a second kept."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat()[:-6] + "Z"
