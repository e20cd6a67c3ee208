"""Dates, times and time zones in English, the same on every machine whatever its locale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


def clock(at: datetime) -> str:
    """Returns a time as "18:04"."""
    return "%02d:%02d" % (at.hour, at.minute)  # noqa: UP031 - in half the time


def clock_on(at: datetime, usual: datetime | None, *, seconds: bool = False) -> str:
    """Returns a time as "18:04", or as "21 June, 09:12" on another day than the usual one."""
    time = f"{clock(at)}:{at.second:02}" if seconds else clock(at)
    if usual is None or at.date() == usual.date():
        return time
    year = "" if at.year == usual.year else f" {at.year}"
    return f"{at.day} {_MONTHS[at.month - 1]}{year}, {time}"


def zone(name: str | None, at: datetime) -> str:
    """Returns a time zone as "UK time (BST)", "Berlin time (CEST, UTC+2)", "UTC+5:30"."""
    short, offset = at.tzname() or "", at.utcoffset() or timedelta()
    shown = short if short.isalpha() else ""
    if name in _UK:
        return f"UK time ({shown})" if shown else "UK time"
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    utc = "UTC"
    if minutes:
        utc += f"{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
    if not name or "/" not in name:
        return utc
    city = name.rpartition("/")[2].replace("_", " ")
    return f"{city} time ({shown + ', ' if shown and shown != 'UTC' else ''}{utc})"


def date_range(starts: datetime, ends: datetime | None, zone_words: str) -> str:
    """Returns "Wednesday 20 June 2012, 18:00 to 20:00 UK time (BST)"."""
    words = f"{day(starts)}, {clock(starts)}"
    if ends is not None:
        words += f" to {clock(ends) if ends.date() == starts.date() else clock_on(ends, starts)}"
    return f"{words} {zone_words}"


def stamp(at: datetime) -> str:
    """Returns a time as RFC 3339 in UTC: ``2012-06-20T17:04:10Z``, fractions of a second kept."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat()[:-6] + "Z"
