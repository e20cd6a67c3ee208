"""`Post`: what a network delivered, in one shape for every network.

A post's id is ``network:native id`` (``x:1367655854690820096``, ``mastodon:https://host/…`` by its
URI, ``bluesky:at://…``, ``room:…`` for a remark, ``irc:…`` and ``paste:…`` by a hash of content).
Everything here is plain text that went through `clean` once, at the edge; nothing after that point
may treat it as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

NETWORKS = {
    "x": "X",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "feed": "Feed",
    "irc": "IRC",
    "paste": "Pasted",
    "room": "Room",
}
"""Network ids and the names people know. ``room`` is what somebody said aloud at a venue, ``paste``
what was copied out of a window that has no network's ids: a meeting's chat, a group's page."""

NOT_LISTENED = frozenset({"irc", "paste", "room"})
"""Those that no source listens to: their posts are typed, pasted, or read from a file."""

Visibility = Literal["public", "unlisted", "restricted"]
MediaKind = Literal["image", "video", "gif", "audio", "other"]


class Author(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who wrote a post, as the network names them."""

    handle: str
    """Without the leading ``@``: ``ailsa``, ``ailsa@mastodon.example``, ``ailsa.example``."""
    name: str = ""
    """The display name, "" where the network gave none."""
    id: str = ""
    """The network's permanent id (X user number, Mastodon account URI, Bluesky DID)."""
    url: str | None = None
    bot: bool = False

    @property
    def shown(self) -> str:
        """The name to show: the display name, or the handle; neither is left of who is gone."""
        return self.name or self.handle or "(deleted at its network)"


class Link(Struct, frozen=True, omit_defaults=True, gc=False):
    """An address in a post. ``shown`` is the wording that stands for it in the text."""

    url: str
    shown: str = ""
    title: str = ""


class Media(Struct, frozen=True, omit_defaults=True, gc=False):
    """A picture, film or sound. ``alt`` is None where the author described nothing."""

    kind: MediaKind
    url: str | None = None
    alt: str | None = None


class Post(Struct, frozen=True, omit_defaults=True, gc=False):
    """One post. Times are aware and in UTC; references are post ids and may name posts not held."""

    id: str
    author: Author
    created_at: datetime
    """As the author's network claims it."""
    text: str
    url: str | None = None
    received_at: datetime | None = None
    """When a source first received it; None where a recording does not say."""
    aliases: tuple[str, ...] = ()
    """Other ids this post goes by: later edits on X, a server's own number on Mastodon."""
    reply_to: str | None = None
    reply_to_handle: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    thread: str | None = None
    """Id of the thread's first post, where the network names it."""
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    """Handles, without ``@``."""
    links: tuple[Link, ...] = ()
    media: tuple[Media, ...] = ()
    languages: tuple[str, ...] = ()
    """BCP 47 tags; empty where the network does not know."""
    content_warning: str | None = None
    sensitive: bool = False
    visibility: Visibility = "public"
    version: str | None = None
    """The network's id of this wording (X edit id, Bluesky cid, Mastodon edit time)."""
    edited_at: datetime | None = None
    found_by: str = ""
    """How it was found where not by the hashtag: ``reply``, ``quote``."""
    venue: str | None = None
    """Where a remark was made; None for anything but remarks."""
    undated: bool = False
    """Whether nothing says when it was written: `created_at` is then when it was found."""

    @property
    def network(self) -> str:
        """The network's id, the part of the post's id before the first colon."""
        return self.id.partition(":")[0]

    @property
    def sort_at(self) -> datetime:
        """The time to sort by: as claimed, but not later than it was received (clocks differ)."""
        if self.received_at is not None and self.received_at < self.created_at:
            return self.received_at
        return self.created_at

    def succeeding(self, old: Post) -> Post:
        """Returns this edit as it replaces `old`: with its id and times, and all aliases."""
        aliases = tuple(dict.fromkeys((*old.aliases, *self.aliases)))
        return replace(
            self, id=old.id, created_at=old.created_at, received_at=old.received_at, aliases=aliases
        )

    def emptied(self) -> Post:
        """Returns what is kept of a deleted post: who posted, when, and in which thread."""
        kept = ["id", "author", "created_at", "received_at", "aliases", "visibility"]
        kept += ["reply_to", "repost_of", "quote_of", "thread"]
        return Post(text="", **{name: getattr(self, name) for name in kept})

    @property
    def is_remark(self) -> bool:
        """Whether it is what somebody said aloud, typed in by the moderator."""
        return self.network == "room"


# Controls become their pictures so that a reader sees that something was there; U+2400 + n.
_TABLE: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20)}
_TABLE |= {0x7F: "␡"} | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_TABLE |= dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n") | {0x09: " "}
# Embeddings, overrides and isolates reorder what stands around them; marks (LRM, RLM) do not.
_TABLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x2060])
_ACTIVE = {chr(code): written or "" for code, written in _TABLE.items() if code != 0x0A}
# Noncharacters and lone surrogates crash a UTF-8 writer or an HTML checker further on.
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"\\U{p << 16 | 0xFFFE:08x}\\U{p << 16 | 0xFFFF:08x}" for p in range(17)
)
_BROKEN = re.compile(f"[{_NO_CHARACTERS}]")
_SUSPECT = re.compile(f"[{re.escape(''.join(_ACTIVE))}{_NO_CHARACTERS}\U000e0000-\U000e007f]")
_TAG_LETTERS = frozenset(map(chr, range(0xE0000, 0xE0080)))
_FLAGS_AND_OTHERS = re.compile(
    "\U0001f3f4[\U000e0030-\U000e007a]++\U000e007f(?![\U000e0000-\U000e007f])"
    "|\U0001f3f4|[^\U0001f3f4\U000e0000-\U000e007f]++"
)
"""Whatever stays where tag letters are: flags with theirs."""
_GAP = re.compile(r"\n{3,}")

_MOST_MARKS = 100
"""Marks on one letter: no language needs 30 (UAX #15, stream-safe text), and what people stack for
fun stays as it was written; ordering 6,000 letters of text with so many takes a millisecond."""
_SIGNS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
"""Where there may be more: no mark is a word character."""
_MARKS = re.compile(rf"\0{{{_MOST_MARKS + 1},}}")
"""More of them, once each is a NUL."""


def clean(text: str, *, lines: bool = True) -> str:
    r"""Returns `text` as safe plain text: nothing in it can act on a terminal or reorder a line.

    Control characters become visible pictures, direction overrides and invisible tag letters are
    removed (except in the flags of Scotland, Wales and England), lone surrogates become U+FFFD, the
    text is NFC, runs of white space become one blank, and between lines there is at most one empty
    line. With ``lines=False`` (names, titles) everything is on one line.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    signs = set(text)
    if _SUSPECT.search("".join(signs)):
        text = _without_active(text, signs)
    text = unicodedata.normalize("NFC", _SIGNS.sub(_few_marks, text) if _marks(signs) else text)
    if not lines or "\n" not in text:
        return " ".join(text.split())
    rows = [" ".join(row.split()) for row in text.split("\n")]
    return _GAP.sub("\n\n", "\n".join(rows)).strip("\n")


def with_few_marks(text: str) -> str:
    """Returns `text` without marks beyond 100 in a row: ordering them takes quadratic time."""
    return text if text.isascii() or not _marks(set(text)) else _SIGNS.sub(_few_marks, text)


def _marks(signs: Set[str]) -> dict[int, str]:
    """Returns a table that makes a NUL of each mark among these characters."""
    return {ord(each): "\0" for each in signs if each >= "\u0300" and unicodedata.combining(each)}


def _few_marks(signs: re.Match[str]) -> str:
    if not (marks := _marks(set(signs[0]))):
        return signs[0]
    kept, end = [], 0
    for run in _MARKS.finditer(signs[0].translate(marks)):
        kept.append(signs[0][end : run.start() + _MOST_MARKS])
        end = run.end()
    return "".join((*kept, signs[0][end:]))


def _without_active(text: str, signs: Set[str]) -> str:
    """Returns `text`, which has these characters, without those that act on what shows it.

    A few kinds of them are replaced one after the other: that is several times faster than a table
    that is asked about each character.
    """
    text = text.replace("\r\n", "\n")
    for active in _ACTIVE.keys() & signs:
        text = text.replace(active, _ACTIVE[active])
    text = _BROKEN.sub("\ufffd", text) if _BROKEN.search("".join(signs)) else text
    return text if signs.isdisjoint(_TAG_LETTERS) else "".join(_FLAGS_AND_OTHERS.findall(text))


_UNSAFE_IN_URL = re.compile(r'["<>\\^`{|}]')
_SAFE_URL = re.compile(r"https?://[\w.~!$&'()*+,;=:@%-][\w.~!$&'()*+,;=:@%/?#\[\]-]*", re.ASCII)
"""Nearly all addresses match this; they are returned unchanged."""
_LINK = re.compile(r"(?i)(https?://[^\s/?#]|mailto:[^\s])")


def safe_url(url: object) -> str | None:
    """Returns `url` if it is a web or mail address that may become a link, else None.

    Characters that no address may contain are percent-encoded; an address that `clean` would
    change is refused, since readers could not see where it leads.
    """
    if not isinstance(url, str) or len(url) > 4000:
        return None
    if _SAFE_URL.fullmatch(url):
        return url
    url = url.strip()
    if not _LINK.match(url) or re.search(r"\s", url) or _SUSPECT.search(url):
        return None
    return _UNSAFE_IN_URL.sub(lambda m: f"%{ord(m[0]):02X}", url)


HASH_SIGNS = "#＃﹟"
"""What stands before a hashtag: the sign, and its full-width and small forms of East Asian type."""


def bare_hashtag(tag: str) -> str:
    """Returns a hashtag without its sign, in whatever form somebody or a program wrote that."""
    return tag.strip().lstrip(HASH_SIGNS)


def is_hashtag(tag: str) -> bool:
    """Whether a word without its ``#`` can be a hashtag: letters, marks, digits and ``_``."""
    return (
        bool(tag)
        and not tag.isdigit()
        and all(
            character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"
            for character in tag
        )
    )


EARLIEST, LATEST = 1900, 2200
"""The years that a chat's times lie in: every time zone, and whatever is added, can be shown."""


def possible(time: datetime) -> bool:
    """Whether a time has an offset from UTC and lies within the years that a chat's times may."""
    return time.tzinfo is not None and EARLIEST <= time.year <= LATEST


def utc(value: datetime) -> datetime | None:
    """Returns `value` in UTC, None where it is out of the calendar's range; naive counts as UTC."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
