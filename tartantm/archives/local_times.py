"""Times as people and logs write them: days, hours and zones that are left out are made up for.

A log is in the time of whoever kept it and rarely says which; `LocalTimes` puts such times into one
zone, knows the next day after midnight, and keeps the doubled hour of October in order.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tartantm.core.post import EARLIEST, LATEST

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
CLOCK = r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:[.,]\d{1,6})?(?:\s?[ap]\.?\s?m\b\.?)?|\d{1,2}\s?[ap]m\b"
"""A time of day as a part of a pattern, without regard to case."""

_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d\d))?(?:[:.](\d\d))?(?:[.,]\d{1,6})?\s?(?:([ap])\.?\s?m\b\.?)?", re.I
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)")
_DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH}),?\s+(\d{{4}})\b", re.I)
_MONTH_DAY = re.compile(
    rf"\b({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+\d\d:\d\d:\d\d)?(?:\s+[A-Z]{{3,4}})?"
    r"\s+(\d{4})\b",
    re.I,
)
_FAR = timedelta(hours=12)
"""How far back a time without its day may go before it is one of the next day."""


def clock_in(written: str) -> time | None:
    """Returns a time of day such as ``18:05``, ``18:05:12`` or ``6.05 PM``; None for none."""
    found = _CLOCK.fullmatch(written.strip())
    if found is None or not (found[2] or found[4]):
        return None
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found[4].lower() == "p")
    try:
        return time(hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        return None


def offset_in(written: str) -> timedelta | None:
    """Returns an offset from UTC such as ``+01:00`` or ``Z``; None for none."""
    if written.upper() == "Z":
        return timedelta()
    if found := _OFFSET.fullmatch(written):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return (ahead if found[1] == "+" else -ahead) if ahead < timedelta(days=1) else None
    return None


def day_in(text: str) -> date | None:
    """Returns the day that a text names in one of the ways that cannot be misread, else None."""
    if found := _YEAR_FIRST.search(text):
        return made_day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.search(text):
        return made_day(int(found[3]), month_number(found[2]), int(found[1]))
    if found := _MONTH_DAY.search(text):
        return made_day(int(found[3]), month_number(found[1]), int(found[2]))
    return None


def made_day(year: int, month: int, day: int) -> date | None:
    """Returns a day that a chat may have been on, None where there is none such."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if EARLIEST < year < LATEST else None


def month_number(written: str) -> int:
    """Returns the number of a month by its English name, 0 for none."""
    return _MONTHS.get(written[:3].lower(), 0)


class LocalTimes:
    """Makes times in UTC of local ones, in the order in which a file has them."""

    def __init__(self, zone: tzinfo, begins: datetime | None = None) -> None:
        """`begins` is when the chat began, by which days that are left out are found."""
        self._zone, self._begins = zone, begins
        self._last: datetime | None = None

    def at(self, day: date | None, clock: time, offset: timedelta | None = None) -> datetime | None:
        """Returns a time in UTC; None where it lies out of the calendar.

        Without a day it is the one next to the chat's beginning, within 12 hours before and after.
        """
        try:
            written = datetime.combine(self._nearest(clock) if day is None else day, clock)
            if offset is not None:
                return (written - offset).replace(tzinfo=UTC)
            found = self._in_order(written)
        except (OverflowError, ValueError):
            return None
        self._last = found
        return found

    def _in_order(self, written: datetime) -> datetime:
        """Of a time that was twice, the first, or the second once the file is beyond the first."""
        first = written.replace(tzinfo=self._zone).astimezone(UTC)
        second = written.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        if first < second and self._last is not None and first < self._last <= second:
            return second
        return first

    def _nearest(self, clock: time) -> date:
        if self._begins is None:
            raise ValueError("no day is known")
        begins = self._begins.astimezone(self._zone).replace(tzinfo=None)
        at = datetime.combine(begins.date(), clock)
        if at < begins - _FAR:
            return at.date() + timedelta(days=1)
        return at.date() - timedelta(days=1) if at > begins + _FAR else at.date()


def next_day_at(day: date, last: time | None, clock: time) -> date:
    """Returns the day of a time that follows on another, where only the first day was said."""
    if last is None:
        return day
    back = datetime.combine(day, last) - datetime.combine(day, clock)
    return day + timedelta(days=1) if back > _FAR else day
