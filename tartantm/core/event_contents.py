"""What each field of each event holds: words, a name, a post's or person's id, or nothing personal.

Erasing follows the post ids from here; a test fails for a field that has no entry, so that whoever
adds one decides what it means for privacy.
"""

from __future__ import annotations

from enum import Flag, auto

from msgspec import Struct

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.post import Author, Link, Media, Post


class Holds(Flag):
    """What may stand in a field; several where the field's meaning depends on another."""

    NOTHING_PERSONAL = 0
    """Times, counts, states, question ids, what the program itself says."""
    WORDS = auto()
    """What somebody wrote or said, or an address in it."""
    NAME = auto()
    """A person's name for people to read, perhaps within a sentence."""
    POST_ID = auto()
    """Ids of posts, or an address that leads to one; in a mapping, its keys."""
    PERSON_ID = auto()
    """A handle, a network's permanent account id, an `author_key`, or a profile's address."""
    STRUCTS = auto()
    """Structs with entries of their own; in a mapping, its values."""


_NOTHING = Holds.NOTHING_PERSONAL
_WORDS, _NAME, _STRUCTS = Holds.WORDS, Holds.NAME, Holds.STRUCTS
_POST_ID, _PERSON_ID = Holds.POST_ID, Holds.PERSON_ID

CONTENTS: dict[type[Struct], dict[str, Holds]] = {
    ev.Begun: {"agenda": _STRUCTS, "digest": _NOTHING, "salt": _NOTHING},
    ev.AgendaChanged: {"agenda": _STRUCTS, "digest": _NOTHING, "renamed": _NOTHING},
    ev.Captured: {
        "post": _STRUCTS,
        "placement": _STRUCTS,
        "source": _PERSON_ID,
        "carried_by": _POST_ID,
    },
    ev.Identified: {"network": _NOTHING, "author": _STRUCTS},
    ev.Edited: {"post": _STRUCTS, "source": _PERSON_ID},
    ev.Deleted: {
        "posts": _POST_ID,
        "at": _NOTHING,
        "why": _NOTHING,
        "folds": _POST_ID,
        "names": _NOTHING,  # salted hashes, as in `Erased`
        "addresses": _NOTHING,
        "words": _NOTHING,
        "hidden": _POST_ID,
        "redacted": _PERSON_ID,
        "rewritten": _NOTHING,
    },
    ev.Grouped: {"placements": _POST_ID | _STRUCTS},
    ev.ReaderSaid: {
        "about": _POST_ID,
        "places": _POST_ID,
        "seen": _POST_ID,
        "offered": _NOTHING,
        "asked": _NOTHING,  # a salted hash
        "model": _NOTHING,
    },
    ev.Opened: {"question": _NOTHING, "at": _NOTHING, "by": _NOTHING, "post": _POST_ID},
    ev.Closed: {"question": _NOTHING, "at": _NOTHING},
    ev.Placed: {"moves": _POST_ID, "carried": _POST_ID | _STRUCTS, "late": _NOTHING},
    ev.Starred: {"posts": _POST_ID, "on": _NOTHING},
    ev.Hidden: {"posts": _POST_ID, "on": _NOTHING},
    ev.Marked: {"posts": _POST_ID, "mark": _NOTHING, "on": _NOTHING},
    ev.Noted: {"post": _POST_ID, "note": _WORDS},
    ev.Summarised: {"question": _NOTHING, "summary": _WORDS},
    ev.Remarked: {"post": _STRUCTS, "question": _NOTHING},
    ev.RemarkCorrected: {"post": _STRUCTS},
    ev.AgendaEdited: {"agenda": _STRUCTS, "renamed": _NOTHING, "words": _NOTHING},
    ev.Muted: {
        "kind": _NOTHING,
        "value": _PERSON_ID | _WORDS,
        "on": _NOTHING,
        "joined": _NOTHING,
    },
    ev.Redacted: {
        "kind": _NOTHING,
        "value": _POST_ID | _PERSON_ID | _WORDS,
        "on": _NOTHING,
        "reason": _NOTHING,
        "joined": _NOTHING,
    },
    ev.Undone: {"act": _NOTHING},
    ev.Redone: {"act": _NOTHING},
    ev.SourceChanged: {
        "source": _PERSON_ID,  # the address of a feed may be somebody's
        "state": _NOTHING,
        "detail": _PERSON_ID,
        "damaged": _NOTHING,
        "at": _NOTHING,
        "heard": _NOTHING,
        "duplicates": _NOTHING,
        "how": _NOTHING,
        "since": _NOTHING,
    },
    ev.Filled: {
        "source": _PERSON_ID,
        "since": _NOTHING,
        "until": _NOTHING,
        "by": _NOTHING,
        "posts": _NOTHING,
        "why": _PERSON_ID,
    },
    ev.Rechecked: {
        "asked": _NOTHING,
        "gone": _NOTHING,
        "edited": _NOTHING,
        "unanswered": _NOTHING,
    },
    # Salted hashes: who has only the file and no guess learns nothing from them.
    ev.Erased: {
        **dict.fromkeys(("count", "blocked", "accounts", "rewritten", "names"), _NOTHING),
        "hidden": _POST_ID,
        "redacted": _PERSON_ID,
        "folds": _POST_ID,
    },
    ev.Exported: dict.fromkeys(
        ("folder", "name", "formats", "options", "shows", "digests"), _NOTHING
    ),
    ev.Corrected: {"changes": _NOTHING},
    ev.LeaksAccepted: {"keys": _NOTHING, "on": _NOTHING},
    ev.InboxSet: {"budget": _NOTHING},
    ev.Placement: {
        "question": _NOTHING,
        "by": _NOTHING,
        "reason": _NAME,
        "confidence": _NOTHING,
        "inbox": _NOTHING,
        "alternatives": _NOTHING,
    },
    Agenda: {
        "title": _WORDS,
        "hashtags": _NOTHING,
        "starts": _NOTHING,
        "ends": _NOTHING,
        "timezone": _NOTHING,
        "labels": _NOTHING,
        "people": _STRUCTS,
        "venues": _STRUCTS,
        "questions": _STRUCTS,
    },
    Person: {"name": _NAME, "handles": _PERSON_ID, "role": _NOTHING, "organisation": _NAME},
    Venue: {"name": _NOTHING},
    Question: {
        "id": _NOTHING,
        "text": _WORDS,
        "parent": _NOTHING,
        "minutes": _NOTHING,
        "opens_at": _NOTHING,
        "asked_by": _POST_ID,
    },
    Post: {
        "id": _POST_ID,
        "author": _STRUCTS,
        "created_at": _NOTHING,
        "text": _WORDS,
        "url": _POST_ID,
        "received_at": _NOTHING,
        "aliases": _POST_ID,
        "reply_to": _POST_ID,
        "reply_to_handle": _PERSON_ID,
        "repost_of": _POST_ID,
        "quote_of": _POST_ID,
        "thread": _POST_ID,
        "hashtags": _WORDS,
        "mentions": _PERSON_ID,
        "links": _STRUCTS,
        "media": _STRUCTS,
        "languages": _NOTHING,
        "content_warning": _WORDS,
        "sensitive": _NOTHING,
        "visibility": _NOTHING,
        "version": _NOTHING,
        "edited_at": _NOTHING,
        "found_by": _NOTHING,
        "venue": _NOTHING,
        "undated": _NOTHING,
    },
    Author: {
        "handle": _PERSON_ID,
        "name": _NAME,
        "id": _PERSON_ID,
        "url": _PERSON_ID,
        "bot": _NOTHING,
    },
    Link: {"url": _WORDS, "shown": _WORDS, "title": _WORDS},
    Media: {"kind": _NOTHING, "url": _WORDS, "alt": _WORDS},
}
"""For every event, and every struct inside one, what each field holds."""


def fields_holding(kind: type[Struct], wanted: Holds) -> tuple[str, ...]:
    """Returns the names of the fields of an event or struct that may hold any of `wanted`."""
    return tuple(name for name, holds in CONTENTS[kind].items() if holds & wanted)
