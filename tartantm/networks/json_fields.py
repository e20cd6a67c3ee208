"""Careful access to JSON that strangers wrote; shared by all payload parsers.

Nothing here raises for a wrong type or a missing key: a value of a wrong type counts as absent.
Whatever of a post is read has a limit, several times what any network allows, so that no post
costs the thread that draws more than some milliseconds, here or wherever it goes from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from tartantm.core.hosts import host_of
from tartantm.core.post import bare_hashtag, clean, utc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Json = dict[str, Any]
"""A JSON object."""

LONGEST_TEXT = 5_200
"""Characters of a post's text that are kept: the rest is behind its link. Networks that hashtag
chats are held on allow 280 to 5,000; only X's long posts and a few servers of blogs have more."""

MOST_LINES = 120
"""Lines of a post's text: those after them are run together, for each costs as much as a word."""

LONGEST_LINE = 2_000
"""Characters of a name, a title, a warning or the description of a picture."""

LONGEST_ID = 2_000
"""Characters of an id. A longer one is none: cut, it would be the id of several posts."""

LONGEST_TAG = 200
"""Characters of a hashtag, and of what a poll offers; networks allow half of that."""

LONGEST_NAME = 300
"""Characters of somebody's name: networks allow 30 to 64, and it is drawn with every post."""

MOST_PARTS = 60
"""Links, hashtags, mentions or facets of a post that are kept: 5,000 characters have room for more
only where they are nothing else."""

MOST_MEDIA = 20
"""Pictures and films of a post; networks allow four to twenty. Also the options of a poll."""

ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """Returns a text, or its beginning with "…" where it has more than `most` characters."""
    if len(text) <= most:
        return text
    begun = text[: most - 2]
    blank = begun.rfind(" ", most - 100)
    return f"{(begun[:blank] if blank > 0 else begun).rstrip()} {ELLIPSIS}"


def words(value: object, *keys: str, most: int = LONGEST_TEXT) -> str:
    """The text of a post under the first of the keys, cleaned and not too long."""
    return text_of(shortened(raw(value, *keys), most))


def text_of(written: str) -> str:
    """A post's text as it is kept: cleaned, and within the limits of its length and its lines."""
    # What is left out by `clean` must not make room for more: cleaning costs, too.
    lines = clean(shortened(written, LONGEST_TEXT)).split("\n", MOST_LINES)
    lines[MOST_LINES:] = [line.replace("\n", " ") for line in lines[MOST_LINES:]]
    return "\n".join(lines)


def mapping(value: object, *path: str) -> Json:
    """The object at the end of a path of keys, {} where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def rows(value: object, *keys: str) -> list[Json]:
    """The objects in the list under the first of the keys that holds a list."""
    for key in keys:
        found = value.get(key) if isinstance(value, dict) else None
        if isinstance(found, list):
            return [row for row in found if isinstance(row, dict)]
    return []


def parts(value: object, *keys: str, most: int = MOST_PARTS) -> list[Json]:
    """The first objects in the list under the first of the keys that holds a list."""
    for key in keys:
        found = value.get(key) if isinstance(value, dict) else None
        if isinstance(found, list):
            return [row for row in found[:most] if isinstance(row, dict)]
    return []


def raw(value: object, *keys: str) -> str:
    """The first text under the keys, as received; "" where there is none."""
    for key in keys:
        found = value.get(key) if isinstance(value, dict) else None
        if isinstance(found, str) and found:
            return found
    return ""


def line(value: object, *keys: str, most: int = LONGEST_LINE) -> str:
    """The first text under the keys, cleaned and on one line; "" where there is none."""
    return clean(shortened(raw(value, *keys), most), lines=False)


def descriptions(pictures: Iterable[Json], key: str) -> list[str | None]:
    """What each picture shows in its author's words, None for those without; so much of all."""
    found: list[str | None] = []
    left = LONGEST_TEXT
    for picture in pictures:
        written = line(picture, key, most=min(left, LONGEST_LINE)) if left > 2 else ""
        left -= len(written)
        found.append(written or None)
    return found


def identifier(value: object) -> str:
    """An id as text, since some networks send numbers; "" for what cannot be an id."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 128:
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST_ID:
        return ""
    # Nearly all ids are digits, which nothing has to be done to.
    return value if value.isascii() and value.isalnum() else clean(value, lines=False)


_FINER = re.compile(r"([.,]\d{6})\d+")
"""Fractions of a second beyond what Python knows."""


def moment(value: object) -> datetime | None:
    """A time in ISO 8601 as UTC, also without an offset; None for what no network can have meant.

    Times before 1990 or after 2200 come from broken clocks and jokers.
    """
    if not isinstance(value, str):
        return None
    try:
        time = utc(datetime.fromisoformat(value if len(value) < 27 else _as_known(value)))
    except ValueError:
        try:
            time = utc(datetime.fromisoformat(_as_known(value)))
        except ValueError:
            return None
    return time if time and 1990 <= time.year <= 2200 else None


def _as_known(value: str) -> str:
    """A time as Python reads it: fractions of a second and leap seconds as far as it knows them."""
    return _FINER.sub(r"\1", value[:200].strip().upper()).replace(":60", ":59")


def microseconds(value: object) -> datetime | None:
    """A time in microseconds since 1970 as UTC, within the limits of `moment`."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 1 << 60:
        return None
    try:
        time = EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return None
    return time if 1990 <= time.year <= 2200 else None


def host(url: object) -> str:
    """The host of a web address as `host_of` writes all its spellings; "" where there is none."""
    try:
        split = urlsplit(url) if isinstance(url, str) and len(url) <= LONGEST_ID else None
    except ValueError:
        return ""
    if split is None or split.scheme not in ("http", "https"):
        return ""
    return clean(host_of(url), lines=False) if isinstance(url, str) else ""


# X says "in", "iw" and "ji"; BCP 47 withdrew them in 1989.
_RENAMED = {"in": "id", "iw": "he", "ji": "yi"}


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}")
# qaa to qtz are for private use: X's qme "only media", qht "only hashtags".
_NO_LANGUAGE = re.compile(r"(?i)und|zxx|mis|mul|art|q[a-t][a-z]")


def languages(found: object) -> tuple[str, ...]:
    """BCP 47 tags from one tag or a list, without those that mean "unknown" or "none"."""
    tags = found[:MOST_MEDIA] if isinstance(found, list) else [found]
    return unique(
        _RENAMED.get(tag, tag)
        for tag in tags
        if isinstance(tag, str) and _LANGUAGE.fullmatch(tag) and not _NO_LANGUAGE.fullmatch(tag)
    )


# Vowel signs and joiners belong to words, but are not \w.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u1000-\u109f\u1780-\u17d3\u200c\u200d"
)
_HASHTAG = re.compile(rf"(?<![\w&/{_MARKS}])[#＃]([\w{_MARKS}]+)")


def hashtags_in(text: str) -> list[str]:
    """Hashtags written in plain text, without ``#``; a number alone is not one."""
    return [tag for tag in _HASHTAG.findall(text) if not tag.isdigit()]


def hashtags(found: Iterable[str]) -> tuple[str, ...]:
    """The first hashtags, cleaned, each once whatever its case, as first written."""
    first: dict[str, str] = {}
    for tag in islice(found, MOST_PARTS):
        tag = bare_hashtag(clean(tag[:LONGEST_TAG], lines=False))
        first.setdefault(tag.casefold(), tag)
    return unique(first.values())


def with_poll(text: str, options: Iterable[str]) -> str:
    """A post's text with the options of its poll, one a line.

    `Post` has no field for polls, and words that people answer to must not get lost. The numbers
    of votes are left out, since they keep changing.
    """
    listed = "\n".join(f"▢ {option}" for option in islice(options, MOST_MEDIA) if option)
    return "\n\n".join(filter(None, [text, listed]))


def unique(found: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in order, without ""."""
    return tuple(dict.fromkeys(value for value in found if value))
