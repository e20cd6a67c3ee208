"""Where a post stands in a server's timeline: by its id, which no stranger chooses.

A server lists posts by their ids. Mastodon and GoToSocial make the id of the post's own date, and
Pleroma and Akkoma of the time at which the post arrived: there a post that says that it was
written in 2001 lies on top of those of today.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tartantm.networks.json_fields import EPOCH, Json, identifier, moment

_SNOWFLAKE = re.compile("[1-9][0-9]{16,18}")
"""Mastodon: milliseconds since 1970, and 16 bits more."""

_FLAKE = re.compile("[0-9A-Za-z]{18}")
"""Pleroma and Akkoma: milliseconds since 1970, and 64 bits more, in base 62."""

_ULID = re.compile("0[0-9A-HJKMNP-TV-Z]{25}")
"""GoToSocial: milliseconds since 1970 in the first ten of these digits."""

_BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BASE_32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_FIRST = datetime(2016, 1, 1, tzinfo=UTC)
"""No server of these kinds is older; what looks earlier is an id of another kind."""

CLOSE = timedelta(days=1)
"""A date that differs from the id's time by more than this says nothing about the place."""

LAST_ROWS = 10
"""So many posts at the end of a page say how far back it goes."""


def listed_at(post_id: str) -> datetime | None:
    """The time by which a server lists the post with this id; None where the id does not say."""
    if _SNOWFLAKE.fullmatch(post_id):
        milliseconds = int(post_id) >> 16
    elif _FLAKE.fullmatch(post_id):
        milliseconds = _number(post_id, _BASE_62) >> 64
    elif _ULID.fullmatch(post_id):
        milliseconds = _number(post_id[:10], _BASE_32)
    else:
        return None
    try:
        time = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return time if time >= _FIRST and time.year <= 2200 else None


def _number(digits: str, alphabet: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(alphabet) + alphabet.index(digit)
    return number


class Place:
    """What a row says about where it stands: the date that its author gave, and its id."""

    def __init__(self, row: Json, date: datetime) -> None:
        self.date, self.listed = date, listed_at(identifier(row.get("id")))

    def is_before(self, time: datetime) -> bool:
        """Whether nothing speaks against its standing before `time`."""
        return self.latest < time

    @property
    def latest(self) -> datetime:
        """The latest time at which it may stand."""
        return self.date if self.listed is None else max(self.date, self.listed)

    @property
    def is_sure(self) -> bool:
        """Whether date and id agree."""
        return self.listed is not None and abs(self.listed - self.date) <= CLOSE


def places(rows: Sequence[Json]) -> list[Place]:
    """The places of the rows that have a date."""
    dated = ((row, moment(row.get("created_at"))) for row in rows)
    return [Place(row, date) for row, date in dated if date]


def is_past(rows: Sequence[Json], time: datetime) -> bool:
    """Whether all that a page leaves out below it stands before `time`.

    It is where most of its posts do by their date and their id. A date alone is anybody's word: of
    a server whose ids say nothing, every post of the page has to be that old.
    """
    found = places(rows)
    sure = sum(place.is_sure and place.is_before(time) for place in found)
    return bool(found) and (2 * sure > len(found) or all(p.is_before(time) for p in found))


def reaches(rows: Sequence[Json]) -> datetime | None:
    """How far back a page goes for sure: nearly all of its last posts stand before that.

    Never by its oldest post, which may have any date; one that is dated ahead means nothing, too.
    """
    last = sorted((place.latest for place in places(rows[-LAST_ROWS:])), reverse=True)
    return last[min(1, len(last) - 1)] if last else None
