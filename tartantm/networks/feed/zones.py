"""What the names of time zones in dates mean: by this table, and never by a guess.

Feeds write ``BST`` or ``CEST`` behind their times, and readers that do not know the name take the
time for UTC without a word. A name that means one thing only stands in `OFFSETS`; one that several
countries use for different times (``IST``) counts where the chat's own zone goes by that name then.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from tartantm.core.agenda import zone_named

OFFSETS: dict[str, int] = {
    # RFC 822, 5.1, where the American names are laid down.
    **{"Z": 0, "UT": 0, "UTC": 0, "GMT": 0},
    **{"EST": -300, "EDT": -240, "CST": -360, "CDT": -300},
    **{"MST": -420, "MDT": -360, "PST": -480, "PDT": -420},
    # Europe and Africa
    **{"BST": 60, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120},
    **{"MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "TRT": 180},
    **{"WAT": 60, "CAT": 120, "SAST": 120, "EAT": 180},
    # Asia and Oceania
    **{"PKT": 300, "NPT": 345, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540},
    **{"HKT": 480, "SGT": 480, "PHT": 480, "MYT": 480, "JST": 540, "KST": 540},
    **{"AWST": 480, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780},
    # The rest of America
    **{"NST": -210, "NDT": -150, "ADT": -180, "AKST": -540, "AKDT": -480, "HST": -600},
    **{"BRT": -180, "ART": -180, "UYT": -180, "CLT": -240, "CLST": -180, "VET": -240},
    **{"PET": -300, "COT": -300},
}
"""Minutes east of UTC by the name of the zone."""

_OFFSET = re.compile(r"(?:(?:UTC|GMT|UT)\s?)?([+-])(\d{1,2}):?(\d{2})?")
_MOST_MINUTES = 14 * 60
"""No place is further from UTC."""


def placed(local: datetime, written: str, chat: tzinfo) -> datetime | None:
    """Returns a time without an offset in UTC, as the zone that is `written` behind it says.

    Without any it is in the chat's zone. None for a name that is not known, and for an hour that a
    zone skips or has twice: nothing says which is meant.
    """
    zone = written.strip()
    if not zone:
        return _in_zone(local, chat)
    if found := _OFFSET.fullmatch(zone.upper()):
        sign, hours, minutes = found.groups()
        if len(hours) == 1 and minutes and ":" not in zone:
            return None  # "+100" may be one hour or ten minutes with a figure left out
        east = int(hours) * 60 + int(minutes or 0)
        return _moved(local, east if sign == "+" else -east)
    # CST is another time in Shanghai than in Chicago: a chat's own zone goes before the table.
    if at := _called(local, zone.upper(), chat):
        return at
    if (east_of := OFFSETS.get(zone.upper())) is not None:
        return _moved(local, east_of)
    if "/" in zone:
        named = zone_named(zone)
        return _in_zone(local, named) if named else None
    return None


def _called(local: datetime, name: str, chat: tzinfo) -> datetime | None:
    """Returns a local time in UTC where the chat's zone goes by a name then, else None.

    Of an hour that comes twice the name says which is meant; one that does not come has none.
    """
    for fold in (0, 1):
        try:
            at = local.replace(tzinfo=chat, fold=fold)
            named, utc = at.tzname(), at.astimezone(UTC)
            comes = utc.astimezone(chat).replace(tzinfo=None) == local
        except (OverflowError, ValueError):
            return None
        if named and named.isalpha() and named.upper() == name and comes:
            return utc
    return None


def _moved(local: datetime, east: int) -> datetime | None:
    if abs(east) > _MOST_MINUTES:
        return None
    try:
        return (local - timedelta(minutes=east)).replace(tzinfo=UTC)
    except OverflowError:
        return None


def _in_zone(local: datetime, zone: tzinfo) -> datetime | None:
    """Returns a local time in UTC, None where the zone has it twice or not at all."""
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if first == second else None
    except (OverflowError, ValueError):
        return None


def zone_text(zone: tzinfo) -> str:
    """Returns a zone as text for another process: ``Europe/London``, or minutes east of UTC."""
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    offset = zone.utcoffset(None) or timedelta()
    return str(round(offset.total_seconds() / 60))


def zone_of(text: str) -> tzinfo:
    """Returns the zone that `zone_text` wrote."""
    if re.fullmatch(r"-?\d{1,4}", text):
        return timezone(timedelta(minutes=int(text)))
    return zone_named(text) or UTC
