"""Reads the times that spreadsheets hold, in whatever way they were written.

A sheet rarely says in which zone its times are, and ``05/06/2020`` is two days; so a time is read
as all that it may mean (`When`), and whoever has a post's id can tell which of them is right.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

from tartantm.networks.feed.zones import placed

_COLONS = r"(?<![\d:.])(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
# In Germany, Italy, Finland; days are written in the same way, so that colons come first.
_DOTS = r"(?<![\d:.])(?P<hour>\d{1,2})[.](?P<minute>\d\d)(?:[.](?P<second>\d\d))?"
_REST = (
    r"(?!\d|[:.]\d)\s?(?:(?P<half>[ap])\.?\s?m\b\.?)?"
    r"\s?(?P<zone>Z\b|(?:(?:UTC|GMT)\s?)?[+-]\d{1,2}:?(?:\d\d)?(?![\d])|\(?[A-Z]{2,5}\b\)?)?"
)
_CLOCK = re.compile(_COLONS + _REST, re.IGNORECASE)
_DOTTED = re.compile(_DOTS + _REST, re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY_MONTH = re.compile(
    rf"(?i)(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})(?!\d)"
)
_MONTH_DAY = re.compile(
    rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d{1,15})?")
_SECONDS = re.compile(r"1\d{9}(?:\.\d{1,6})?")
_MILLISECONDS = re.compile(r"1\d{12}")
_EXCEL_EPOCH = datetime(1899, 12, 30)
LONGEST = 100
"""Characters of a time."""


class When(Struct):
    """What a written time may mean."""

    options: list[datetime]
    """Without a zone or in UTC; two where day and month may be swapped, the day first of them."""
    zone: str = ""
    """As it is written behind the time; "" for none, "UTC" where the options are in UTC."""
    has_clock: bool = True
    """Whether it says the time of day."""
    has_seconds: bool = False

    def in_utc(self, chat: tzinfo) -> list[datetime]:
        """Returns what it may mean in UTC; a time without a zone is in the chat's."""
        found = (
            each if each.tzinfo else placed(each, self.zone.strip("()"), chat)
            for each in self.options
        )
        return [each for each in found if each is not None]


def read(written: str, zone: str = "") -> When | None:
    """Reads a date with or without a time of day; None for what is neither.

    `zone` is that of another column, for times that name none themselves.
    """
    written = written.strip()[:LONGEST]
    if number := _number(written, zone):
        return number
    clock = _CLOCK.search(written) or _DOTTED.search(written)
    at = _time(clock) if clock else time()
    if at is None:
        return None
    rest = written if clock is None else f"{written[: clock.start()]} {written[clock.end() :]}"
    days = _days(rest)
    if not days:
        return None
    named = ((clock["zone"] if clock else None) or zone).strip()
    options = [datetime.combine(day, at) for day in days]
    return When(options, named, clock is not None, bool(clock and clock["second"]))


def _number(written: str, zone: str) -> When | None:
    """A date as a number: Excel's days since 1900, or seconds since 1970."""
    if _SERIAL.fullmatch(written):
        days = float(written.replace(",", "."))
        at = _EXCEL_EPOCH + timedelta(seconds=round(days * 86400))
        return When([at], zone, has_clock=days % 1 != 0, has_seconds=True)
    if _SECONDS.fullmatch(written):
        return When([datetime.fromtimestamp(int(float(written)), UTC)], "UTC", has_seconds=True)
    if _MILLISECONDS.fullmatch(written):
        return When([datetime.fromtimestamp(int(written) // 1000, UTC)], "UTC", has_seconds=True)
    return None


def _time(clock: re.Match[str]) -> time | None:
    hour = int(clock["hour"])
    if half := clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half.lower() == "p")
    try:
        return time(hour, int(clock["minute"]), min(59, int(clock["second"] or 0)))
    except ValueError:
        return None


def _days(written: str) -> list[date]:
    if found := _YEAR_FIRST.search(written):
        return _possible([(int(found[1]), int(found[2]), int(found[3]))])
    if found := _YEAR_LAST.search(written):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        orders = [(year, second, first), (year, first, second)]
        return _possible(orders[:1] if found[2] == "." else orders)
    if found := _DAY_MONTH.search(written) or _MONTH_DAY.search(written):
        month = _MONTHS.index(found["month"].lower()) + 1
        return _possible([(int(found["year"]), month, int(found["day"]))])
    return []


def _possible(written: list[tuple[int, int, int]]) -> list[date]:
    found: dict[date, None] = {}
    for year, month, day in written:
        try:
            each = date(year, month, day)
        except ValueError:
            continue
        if 1990 <= year <= 2200:
            found[each] = None
    return list(found)
