"""Reads the times that spreadsheets hold, in whatever way they were written.

A sheet rarely says in which zone its times are, and ``05/06/2020`` is two days; so a time is read
as all that it may mean (`When`), and whoever has a post's id can tell which of them is right.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

from tartantm.archives.shape import Context, Row
from tartantm.networks.feed.dates import MONTHS
from tartantm.networks.feed.zones import placed

_COLONS = r"(?<![\d:.])(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
# In Germany, Italy, Finland; days are written in the same way, so that colons come first.
_DOTS = r"(?<![\d:.])(?P<hour>\d{1,2})[.](?P<minute>\d\d)(?:[.](?P<second>\d\d))?"
_REST = (
    r"(?!\d|[:.]\d)\s?(?:(?P<half>[ap])\.?\s?m\b\.?)?"
    r"(?:\s?(?:uhr|hrs?)\b)?"
    r"\s?(?P<zone>Z\b|(?:(?:UTC|GMT)\s?)?[+-]\d{1,2}:?(?:\d\d)?(?![\d])"
    # Other words than a zone's may follow: "18:05 on 17 June".
    r"|\(?(?:UTC|GMT|BST|IST|CES?T|[ECMP][SD]T|(?-i:[A-Z]{2,5}))\b\)?)?"
)
_CLOCK = re.compile(_COLONS + _REST, re.IGNORECASE)
_DOTTED = re.compile(_DOTS + _REST, re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)(?!\d)")
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_DAY_MONTH = re.compile(
    r"(?i)(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.º])?[\s-]{1,3}(?:de\s)?"
    rf"{_MONTH},?[\s-]{{1,3}}(?:del?\s)?(?P<year>\d{{4}})(?!\d)"
)
_MONTH_DAY = re.compile(
    rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d{1,15})?")
_SECONDS = re.compile(r"1\d{9}(?:\.\d{1,6})?")
_MILLISECONDS = re.compile(r"1\d{12}")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?$")
ORDER = "table-order"
"""The name in `Context.memory` of which of two days was right in rows before."""
SWAPPED = "dates in which day and month may be swapped"
DAY_ABOVE = "days taken from the row above"
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
    clock = _CLOCK.search(written) or _dotted(written)
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


def of_row(row: Row) -> When | None:
    """Returns what the best of a row's columns with times says: UTC, then with a zone, then any."""
    zone = row.get("zone", "")
    if (utc := row.get("utc")) and (found := read(utc, "UTC")):
        return found
    day, clock = row.get("date", ""), row.get("time", "")
    if clock:  # a spreadsheet shows no time of day there, and writes midnight
        day = _MIDNIGHT.sub("", day)
    best: When | None = None
    for each in (row.get("created_at", ""), f"{day} {clock}", day, clock):
        found = read(each, zone) if each.strip() else None
        if found and found.has_clock and found.zone:
            return found
        if found and (best is None or (found.has_clock and not best.has_clock)):
            best = found
    return best


def with_day(row: Row, context: Context, doubts: list[str]) -> Row:
    """Returns a row that has a time of day only with the day of the row before.

    So people write it, and merged cells leave the others empty.
    """
    key = f"table-day:{context.name}"
    if row.get("date"):
        context.memory[key] = row["date"]
    elif row.get("time") and not (row.get("created_at") or row.get("utc")):
        above = context.memory.get(key, "")
        if above and read(row["time"]) is None:
            doubts.append(DAY_ABOVE)
            return {**row, "date": above}
    return row


def ordered(options: list[datetime], context: Context, doubts: list[str]) -> datetime:
    """Of two days that a date may mean, that which other rows or the chat's day show."""
    if len(options) == 1:
        return options[0]
    if (day := context.day) is not None:
        day = day if options[0].tzinfo else day.astimezone(context.zone).replace(tzinfo=None)
        nearest = min(options, key=lambda each: abs(each - day))
        if abs(nearest - day) < timedelta(days=2):
            return nearest
    order = context.memory.get(ORDER)
    if isinstance(order, int):
        return options[order]
    doubts.append(SWAPPED)
    return options[0]


def month_of(written: str) -> int:
    """Returns the number of a month by its name in a language of Western Europe, 0 for none."""
    apart = unicodedata.normalize("NFKD", written).lower()
    name = "".join(each for each in apart if not unicodedata.combining(each))
    return MONTHS.get(name) or MONTHS.get(name[:3], 0)


def _dotted(written: str) -> re.Match[str] | None:
    """A time of day with dots, which is no part of a day with dots: ``17.06.20 18.05``."""
    day = _YEAR_FIRST.search(written) or _YEAR_LAST.search(written)
    if day is None:
        return _DOTTED.search(written)
    return _DOTTED.search(written, day.end()) or _DOTTED.search(written, 0, day.start())


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
        return _possible([(int(found["year"]), month_of(found["month"]), int(found["day"]))])
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
