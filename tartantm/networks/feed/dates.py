"""Reads the dates of feeds as they are written: RFC 822, ISO 8601, and what programs make of them.

feedparser takes what it half understands for something else: an unknown zone for UTC,
``2026/6/17`` for a day in November. So the entry's own words are read here. What they do not say
without doubt is no time at all, and the post is marked undated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct

from tartantm.networks.feed.zones import placed

LONGEST = 80
"""Characters of a date; a longer one is none."""

EARLIEST, LATEST = 1990, 2200
"""The years that dates lie in: others come from broken clocks and jokers."""

_MONTHS = (
    "january jan janvier janv januar janner januari enero ene gennaio gen janeiro ionawr"
    " ionaw gener ianuarie januara stycznia sty ledna tammikuuta ocak oca января янв січня"
    " януари ιανουαριου ιαν faoilleach eanair",
    "february feb fevrier fevr fev februar februari febrero febbraio fevereiro chwefror chwef"
    " febrer februarie februara lutego lut unora helmikuuta subat sub февраля фев февр лютого"
    " февруари φεβρουαριου φεβ gearran feabhra",
    "march mar mars marz marzo maart mrt marts marco mawrth maw martie marca maret brezna"
    " maaliskuuta mart марта мар березня март μαρτιου μαρ marta",
    "april apr avril avr abril abr aprile aprilis ebrill ebr aprilie aprila kwietnia kwi"
    " dubna huhtikuuta nisan nis апреля апр квітня април απριλιου απρ giblean aibrean",
    "may mai maj mei mayo maggio mag maio maig maja kvetna toukokuuta mayıs mayis мая маи"
    " травня μαιου μαι ceitean bealtaine",
    "june jun juin juni junio giugno giu junho mehefin meh juny iunie juna czerwca cze cervna"
    " kesakuuta haziran haz июня июн червня юни ιουνιου ιουν ogmhios meitheamh",
    "july jul juillet juil juli julio luglio lug julho gorffennaf gorff juliol iulie jula"
    " lipca cervence heinakuuta temmuz tem июля июл липня юли ιουλιου ιουλ iuchar iuil",
    "august aug aout augustus agosto ago augusti awst agost agustus augusta sierpnia sie"
    " srpna elokuuta agustos августа авг серпня август αυγουστου αυγ lunastal lunasa",
    "september sep sept septembre septiembre settembre set setembro medi septembrie septembra"
    " wrzesnia wrz zari syyskuuta eylul eyl сентября сен сент вересня септември σεπτεμβριου"
    " σεπ sultain",
    "october oct octobre oktober okt octubre ottobre ott outubro out hydref hyd octombrie"
    " oktobra pazdziernika paz rijna lokakuuta ekim eki октября окт жовтня октомври οκτωβριου"
    " οκτ damhair",
    "november nov novembre noviembre novembro tachwedd tach noiembrie novembra listopadu"
    " marraskuuta kasım kasim kas ноября ноя нояб листопада ноември νοεμβριου νοε samhain",
    "december dec decembre dezember dez diciembre dic dicembre dezembro desember des rhagfyr"
    " rhag decembrie decembra grudnia gru prosince joulukuuta aralık aralik декабря дек грудня"
    " декември δεκεμβριου δεκ dubhlachd nollaig",
)
"""Names of the months without accents, with their usual abbreviations: in English, French, German,
Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian and Welsh, and as dates have them in
Catalan, Romanian, Slovak, Polish, Czech, Finnish, Turkish, Indonesian, Russian, Ukrainian,
Bulgarian, Greek, Gaelic and Irish. No name may stand for two months: "lip" and "listopad" do."""

MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_TIME = (
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"|(?=\s?[ap]\.?m\b))(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:uhr|hrs|h)\b)?"
)
_OFFSET = r"[+-]\d{1,2}(?::?\d{2})?"
_ZONE = rf"\s*(?P<zone>[a-z]{{1,5}}(?:\s?{_OFFSET})?|{_OFFSET}|[a-z]+(?:/[a-z_+-]+)+)?"
_AT = r"at|um|om|ore|a las|a|as|alle|kl\.?|klo\.?|o|v|в|о|@|[-–—·•,]"
_CLOCK = rf"(?:(?:\s*,?\s+|\s*t\s*|,\s*)(?:(?:{_AT})\s+)?{_TIME}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d_]+\.?(?:\s*,\s*|\s+))?"
_MONTH = r"(?P<name>[^\W\d_]+)\.?"
_ON = r"(?:\s*[-–—·•,]\s*|\s+)(?:on\s+)?"
_ZONE_BEFORE = rf"(?:(?!\s*(?:on|mon|tues?|wed|thu|thurs?|fri|sat|sun)\b){_ZONE})?"
_DAY_NAME_YEAR = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]{1,3}(?:de\s+)?"
    rf"{_MONTH},?[\s-]{{1,3}}(?:de\s+)?(?P<year>\d{{4}}|\d\d)(?!\d)(?:\s?[гр]\.?(?=[\s,]|$))?"
)
_NAME_DAY_YEAR = rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"
_YEAR_FIRST = (
    r"(?P<year>\d{4})(?P<mark>[-/.])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<day>\d{1,2})\.?(?!\d)"
)
_DAY_FIRST = (
    r"(?P<day>\d{1,2})(?P<mark>[-/.])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<year>\d{4})(?!\d)"
)

_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        # 2026-06-17T18:05:00Z, 2026/6/17 18:05:07
        rf"{_YEAR_FIRST}{_CLOCK}",
        # Wed, 17 Jun 2026 18:05:00 BST
        rf"{_WEEKDAY}{_DAY_NAME_YEAR}{_CLOCK}",
        # Wednesday, June 17, 2026 6:05 PM
        rf"{_WEEKDAY}{_NAME_DAY_YEAR}{_CLOCK}",
        # Wed Jun 17 18:05:00 BST 2026, as C's asctime and Unix's date have it
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 17/06/2026 18:05
        rf"{_DAY_FIRST}{_CLOCK}",
        # 18:05, 17 June 2026; 6:05 PM · Jun 17, 2026, as X's pages have it
        rf"{_TIME}{_ZONE_BEFORE}{_ON}{_WEEKDAY}{_DAY_NAME_YEAR}",
        rf"{_TIME}{_ZONE_BEFORE}{_ON}{_WEEKDAY}{_NAME_DAY_YEAR}",
        rf"{_TIME}{_ZONE_BEFORE}{_ON}{_DAY_FIRST}",
        # 2026年6月17日(水) 18時05分, 2026년 6월 17일 오후 6:05
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"
        r"(?:\s?\(?(?:[月火水木金土日월화수목금토일](?:曜日?|요일)?|(?:星期|周|週)[一二三四五六日天])\)?)?"
        r"(?:\s?(?P<half>上午|下午|午前|午後|오전|오후)?\s?(?P<hour>\d{1,2})\s?[:時时点點시]\s?(?P<minute>\d{2})"
        rf"\s?[分분]?(?:[:\s]?(?P<second>\d{{2}})\s?[秒초]?)?{_ZONE})?",
    )
)
_AFTERNOON = ("p", "下午", "午後", "오후")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)t?(\d\d)(\d\d)(\d\d)(z|[+-]\d{4})?", re.I)
_UNIX = re.compile(r"\d{10}(?:\d{3}|\.\d{1,9})?")
_NAME_TOO = re.compile(
    rf"(?i)(?<=\d)(?:(\s?{_OFFSET})\s[a-z]{{1,5}}|(\s?(?:{_OFFSET}|z))\[[a-z_+/-]{{1,40}}\])$"
)
"""An offset with the zone's name, too, as Go and Java write times: the offset is what counts."""
_ZONE_ALONE = re.compile(r"(?i)(?<=\d)\[([a-z]+(?:/[a-z_+-]+)*)\]$")
_DOTTED = re.compile(r"(?i)(?<=\s)(?:[a-z]\.){3,4}$")
_COMMENT = re.compile(r"\s*\([^()]*\)$")


class Written(Struct, frozen=True):
    """What a date says."""

    at: datetime | None = None
    """The time in UTC, None where that is not said without doubt."""
    day: date | None = None
    """The day where it says nothing more than that."""


def read_date(written: object, chat: tzinfo) -> Written:
    """Returns what a date says; a time without a zone is in the chat's. Never raises."""
    if not isinstance(written, str) or len(written) > LONGEST:
        return Written()
    text = _COMMENT.sub("", " ".join(_plain(written).replace("−", "-").split()))
    text = _ZONE_ALONE.sub(r" \1", _NAME_TOO.sub(r"\1\2", text))
    text = _DOTTED.sub(lambda zone: zone[0].replace(".", ""), text)
    if _UNIX.fullmatch(text):
        return _possible(datetime.fromtimestamp(int(text[:10]), UTC))
    if found := _COMPACT.fullmatch(text):
        *parts, zone = found.groups()
        return _read([*map(int, parts), 0], zone or "", chat)
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _of_match(match, chat)
    return Written()


def _of_match(match: re.Match[str], chat: tzinfo) -> Written:
    """Returns what the parts of a date say together."""
    said = match.groupdict()
    month = MONTHS.get(said["name"].lower()) if said.get("name") else int(said["month"])
    if not month:
        return Written()
    year, day = int(said["year"]), int(said["day"])
    if len(said["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822, 4.3
    # 6/7/2026 is June or July; with dots the day stands first wherever they are written.
    mark = said.get("mark") or ""
    is_day_first = bool(mark) and match.start("day") < match.start("month")
    is_either = is_day_first and mark != "." and day <= 12 and day != month
    if is_day_first and month > 12 and mark == "/":
        day, month, is_either = month, day, False
    if is_either:
        return Written()
    if not said["hour"]:
        return _of_day(year, month, day)
    hour = int(said["hour"])
    if said["half"]:
        if not 1 <= hour <= 12:
            return Written()
        hour = hour % 12 + (12 if said["half"].lower() in _AFTERNOON else 0)
    micros = int((said.get("fraction") or "0").ljust(6, "0")[:6])
    numbers = (year, month, day, hour, int(said["minute"] or 0), int(said["second"] or 0), micros)
    return _read(numbers, said["zone"] or "", chat)


def _read(numbers: Sequence[int], zone: str, chat: tzinfo) -> Written:
    """Returns the time of a year, month, day, hour, minute, second and microsecond in a zone."""
    year, month, day, hour, minute, second, micros = numbers
    try:
        # A leap second is none to Python.
        local = datetime(year, month, day, hour, minute, 59 if second == 60 else second, micros)
    except ValueError:
        return Written()
    return _possible(placed(local, zone, chat))


def _of_day(year: int, month: int, day: int) -> Written:
    try:
        found = date(year, month, day)
    except ValueError:
        return Written()
    return Written(day=found) if EARLIEST <= year <= LATEST else Written()


def _possible(at: datetime | None) -> Written:
    return Written(at) if at and EARLIEST <= at.year <= LATEST else Written()


def _plain(written: str) -> str:
    """Returns a date without accents."""
    apart = unicodedata.normalize("NFKD", written)
    plain = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", plain)  # Hangul was taken apart, too


def day_ends(day: date, chat: tzinfo) -> datetime:
    """Returns when a day is over in the chat's zone, in UTC."""
    end = datetime(day.year, day.month, day.day, tzinfo=chat) + timedelta(days=1)
    return end.astimezone(UTC)
