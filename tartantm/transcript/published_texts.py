"""Every text that readers of a transcript can read, with the place where it stands.

The transcript is walked as a whole, so that a field that is added to it is looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct

from tartantm.core.texts import Place
from tartantm.transcript.model import Item, Transcript

SOURCE = "a source"

_PLACES = {
    "text": Place.TEXT,
    "content_warning": Place.WARNING,
    "links": Place.LINK,
    "media": Place.MEDIA,
    "hashtags": Place.HASHTAG,
    "mentions": Place.MENTION,
    "reply_to_handle": Place.MENTION,
    "venue": Place.VENUE,
    "venues": Place.VENUE,
    "note": Place.NOTE,
    "placement": Place.REASON,
    "summary": Place.SUMMARY,
    "people": Place.PERSON,
    "parts": Place.QUESTION,
    "title": Place.TITLE,
    **dict.fromkeys(("speaker", "author", "reply", "quote", "folds"), Place.NAME),
    **dict.fromkeys(("id", "aliases", "url", "reply_to", "repost_of", "quote_of"), Place.LINK),
    **dict.fromkeys(("thread", "folded_into", "address"), Place.LINK),
}
"""By the name of a field, which place it is, for what is within it too."""

_NOT_WORDS = frozenset(
    {
        *(
            "anchor",
            "id_anchor",
            "stamp",
            "created",
            "network",
            "by",
            "kind",
            "answered_while",
            "answers",
        ),
        *("marks", "role", "languages", "visibility", "found_by", "version", "question"),
        *("first", "pseudonyms", "timezone", "when", "zone", "state"),
    }
)
"""Fields that hold names of kinds, ids of questions, times or numbers."""

_REPEATED = frozenset(
    {"posts", "highlights", "marked", "links", "statistics", "participants", "corrections"}
)
"""Fields of the transcript that hold posts, or what is in them."""


_OF_PARTS = frozenset({"id", "items", "also"})
"""Fields of parts that are no words, or hold posts."""


_IN_WORDS: dict[Place | None, str] = {None: Place.TEXT.value} | {each: each.value for each in Place}

_HOLDING = (str, Struct, tuple, dict)
"""Kinds of values that words may be in."""


class PublishedText(NamedTuple):
    """A text of a transcript."""

    words: str
    place: str
    """In words for people, as in `traces.Place`."""
    item: Item | None = None
    """The post in which it stands."""


def published_texts(transcript: Transcript) -> Iterator[PublishedText]:
    """Yields every text of a transcript; names of authors once for each account."""
    for name in transcript.__struct_fields__:
        if name == "coverage":
            for state in transcript.coverage.sources:
                for words in (state.source, state.detail):
                    yield PublishedText(words, SOURCE)
            facts = transcript.coverage
            told = chain(
                *((gap.source, gap.why, gap.why_lost) for gap in facts.gaps),
                *((*each.missing, *each.filled, each.why) for each in facts.silences),
                (heard.source for heard in facts.listening),
                *((s.why, s.why_lost) for heard in facts.listening for s in heard.stretches),
                *((u.what,) for heard in facts.listening for u in heard.unanswered),
            )
            for words in dict.fromkeys(told):
                yield PublishedText(words, SOURCE)
        elif name not in _REPEATED:
            yield from _texts(name, getattr(transcript, name), None, None)
    named: set[Any] = set()
    for item in transcript.posts:
        for name in _fields(type(item)):
            value = getattr(item, name)
            if not value or not isinstance(value, _HOLDING):
                continue
            if name == "post":
                for inner in _fields(type(value)):
                    own = getattr(value, inner)
                    if type(own) is str:
                        if own:
                            yield _text(inner, own, None, item)
                    elif own and (inner != "author" or _first(own, named)):
                        yield from _texts(inner, own, None, item)
            elif type(value) is str:
                yield _text(name, value, None, item)
            elif name != "speaker" or _first(value, named):
                yield from _texts(name, value, None, item)


@cache
def _fields(kind: type[Struct]) -> tuple[str, ...]:
    """Returns the fields of a struct that may hold words."""
    return tuple(name for name in kind.__struct_fields__ if name not in _NOT_WORDS)


def _first(value: Any, seen: set[Any]) -> bool:
    if value in seen:
        return False
    seen.add(value)
    return True


def _texts(
    name: str, value: Any, place: Place | None, item: Item | None
) -> Iterator[PublishedText]:
    if not value or name in _NOT_WORDS or not isinstance(value, _HOLDING):
        return
    if isinstance(value, str):
        yield _text(name, value, place, item)
        return
    place = _place(name, place)
    if isinstance(value, Struct):
        for inner in _fields(type(value)):
            within = getattr(value, inner)
            if within and (place is not Place.QUESTION or inner not in _OF_PARTS):
                yield from _texts(inner, within, place, item)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(name, each, place, item)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(name, each, place, item)


def _place(name: str, place: Place | None) -> Place | None:
    if place is None or (place is Place.QUESTION and name == "summary"):
        return _PLACES.get(name)
    return place


def _text(name: str, words: str, place: Place | None, item: Item | None) -> PublishedText:
    place = _place(name, place)
    sign = "#" if place is Place.HASHTAG else "@" if place is Place.MENTION else ""
    if name in ("handle", "handles"):
        sign = "@"
    if not words.startswith(sign):
        words = sign + words
    return PublishedText(words, _IN_WORDS[place], item)
