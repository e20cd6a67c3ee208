"""Finds when a chat is in an announcement: "Wednesday 20 June 2012, 18:00 to 20:00 BST".

Only a line that has a day with its year, when the chat begins and ends, and a zone is taken, and
only where no other line says another time: a page has dates of its own, and a guess would be wrong
by hours. Whatever stands otherwise is for the moderator to write down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from tartantm.core.agenda import zone_named
from tartantm.core.post import EARLIEST, LATEST

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAYS = (
    re.compile(
        rf"(?i)(?<![\d:])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b"
    ),
    re.compile(rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b"),
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
)
_RANGE = re.compile(
    r"(?i)(?<![\d:.-])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])?\.?m?\.?"
    r"\s*(?:to|until|till|[-–—])\s*"
    r"(?P<hour2>\d{1,2})(?:[:.](?P<minute2>\d\d))?\s?(?:(?P<half2>[ap])\.?m\.?)?"
    r"\s*\(?(?P<zone>UK time|[A-Z]{3,4}\b|(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?)"
)
_OFFSET = re.compile(r"(?i)(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?")
_HOURS = {"UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}
"""East of UTC, for letters that mean one thing all over the world."""
_LONDON = "Europe/London"
_ZONES = {"BST": _LONDON, "GMT": "GMT"}
"""Names of zones that show the same letters."""
_LONGEST = 500


class WrittenTime(NamedTuple):
    """When a chat is, as its announcement says."""

    starts: datetime
    ends: datetime
    zone: str | None
    """The name of the zone where its letters name one place."""


def written_time(lines: Iterable[str]) -> WrittenTime | None:
    """Returns when a chat is, as one of the lines says; None where none does, or two differ."""
    found = {each for line in lines if (each := _in_line(line[:_LONGEST])) is not None}
    return found.pop() if len(found) == 1 else None


def _in_line(line: str) -> WrittenTime | None:
    days = [match for pattern in _DAYS for match in pattern.finditer(line)]
    ranges = [*_RANGE.finditer(line)]
    if len(days) != 1 or len(ranges) != 1:
        return None
    month = days[0]["month"].casefold()
    written = ranges[0]
    half2 = written["half2"]
    if not (half2 or (written["minute"] and written["minute2"])):
        return None  # "5 - 10 GMT" may be anything
    try:
        day = date(
            int(days[0]["year"]),
            int(month) if month.isdigit() else _MONTHS.index(month) + 1,
            int(days[0]["day"]),
        )
        if not EARLIEST < day.year < LATEST:
            return None
        begins = _time(written["hour"], written["minute"], written["half"] or half2)
        ends = _time(written["hour2"], written["minute2"], half2)
        zone, name = _zone(written["zone"], datetime.combine(day, begins))
        starts = datetime.combine(day, begins, zone)
        until = datetime.combine(day, ends, zone)
        return WrittenTime(starts, until if until > starts else until + timedelta(days=1), name)
    except (ValueError, OverflowError, LookupError):
        return None


def _time(hour: str, minute: str | None, half: str | None) -> time:
    """Raises ValueError for no time of day."""
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            raise ValueError(hour)
        number = number % 12 + 12 * (half.casefold() == "p")
    return time(number, int(minute or 0))


def _zone(written: str, at: datetime) -> tuple[timezone, str | None]:
    """Returns the offset that a zone has, and its name; raises LookupError for one not known."""
    letters = written.upper()
    if letters == "UK TIME":
        london = zone_named(_LONDON)
        if london is None:
            raise LookupError(written)
        return timezone(at.replace(tzinfo=london).utcoffset() or timedelta()), _LONDON
    if offset := _OFFSET.fullmatch(letters):
        ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(ahead if offset["sign"] == "+" else -ahead), None
    return timezone(timedelta(hours=_HOURS[letters])), _ZONES.get(letters)
