"""Posts of X and Bluesky as Nitter and programs like it write them in feeds.

The title says what kind a post is ("RT by @ailsa: …", "R to @ailsa: …", "Pinned: …"), and a quoted
post stands in a block below the words. A repost is listed under the address of the original.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from tartantm.core.manual_reposts import repeated_id
from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, clean
from tartantm.networks.feed.authors import name_in
from tartantm.networks.feed.hubs import Block, Hubbed, take_apart, take_bridged_apart
from tartantm.networks.feed.origins import origin_of
from tartantm.networks.feed.words import Words, details, value, words_of
from tartantm.networks.json_fields import EPOCH
from tartantm.networks.mastodon.html import to_text

_PREFIX = re.compile(r"\s*(?:(RT by|R to) @(\w{1,30})|Pinned): ")
_ADDRESS = re.compile(r"""href=["']?(https?://[^\s"'<>]{1,300})""", re.I)
_NAMED = re.compile(r"<b>([^<>]{0,200})\(@(\w{1,30})\)\s*</b>", re.I)

_FIRST_TIMED = 29_700_859_247
"""The first id of X that holds a time (November 2010)."""
_BEGIN = timedelta(milliseconds=1_288_834_974_657)


class Quoted(Struct):
    """A post that stands in another's entry."""

    id: str
    author: Author
    text: str
    at: datetime | None
    """When it was written, by its id; None for ids that do not say."""


class Status(Struct):
    """What an entry says of a post of X."""

    words: Words
    kind: Literal["", "RT by", "R to"] = ""
    handle: str = ""
    """Who reposted it, or whom it answers."""
    quoted: Quoted | None = None
    original: Quoted | None = None
    """What it reposts, where the entry has the address of the repost itself."""
    quotes: str = ""
    """The id of what it quotes where it has no more than the address of that."""


def status_of(entry: Any) -> Status:
    """Returns what an entry with the address of a post of X says of it."""
    words = words_of(entry, ())
    kind: Literal["", "RT by", "R to"] = ""
    handle = ""
    if found := _PREFIX.match(words.title):
        words.title = words.title[found.end() :]
        kind = "RT by" if found[1] == "RT by" else "R to" if found[1] else ""
        handle = found[2] or ""
    html = next(filter(None, map(value, details(entry))), "")
    own, block = _apart(html)
    hub = take_apart(html)
    if hub.own != html:
        return _of_hub(words, hub)
    quoted = _quoted(block) if block else None
    if quoted is not None:
        words.body, links = to_text(own)
        words.links = links
    # The title repeats the words; it says more only of a picture without any.
    if words.body:
        words.title = ""
    return Status(words, kind, handle, quoted, quotes="" if quoted else _link_at_end(words))


def _link_at_end(words: Words) -> str:
    """Returns the id of the post of X whose address ends the words: X shows it as a quoted post."""
    link = words.links[-1] if words.links else None
    if link is None or not link.shown or not words.text.endswith(link.shown):
        return ""
    found = origin_of(link.url, "", "", "").id
    return found if found.startswith("x:") else ""


def bridged_status(entry: Any) -> Status:
    """Returns what an entry with the address of a post of Bluesky says of it."""
    words = words_of(entry, ())
    html = next(filter(None, map(value, details(entry))), "")
    hub = take_bridged_apart(html)
    return Status(words) if hub.own == html else _of_hub(words, hub)


def _of_hub(words: Words, hub: Hubbed) -> Status:
    words.title = ""
    words.body, words.links = to_text(hub.own)
    return Status(
        words,
        "R to" if hub.answers else "",
        hub.answers,
        _in_block(hub.quoted) if hub.quoted else None,
        _in_block(hub.reposted) if hub.reposted else None,
    )


def _in_block(block: Block) -> Quoted:
    """The post in a block; one without an address is known by what is had of it."""
    origin = origin_of(block.address, "", "", "")
    text = to_text(block.html)[0]
    handle = block.handle or origin.handle or block.name or UNKNOWN
    post_id = origin.id or repeated_id(handle, text)
    return Quoted(post_id, Author(handle, block.name), text, time_of(post_id))


def _apart(html: str) -> tuple[str, str]:
    """Returns the words of an entry, and the block of the post that it quotes, or ""."""
    begin = html.lower().rfind("<blockquote")
    if begin < 0:
        return html, ""
    return re.sub(r"(?i)<hr\s?/?>\s{0,20}$", "", html[:begin]), html[begin:]


def _quoted(block: str) -> Quoted | None:
    """Returns the post in a block, None where nothing names it."""
    for address in reversed(_ADDRESS.findall(block)):
        origin = origin_of(address, "", "", "")
        named = _NAMED.search(block)
        if not origin.is_status or not (origin.id or (named and named[2] == origin.handle)):
            continue
        number = address.partition("/status/")[2].partition("/")[0].partition("#")[0]
        said = re.sub(r"(?is)<footer\b.*", "", _NAMED.sub("", block, count=1))
        name = name_in(clean(named[1], lines=False)) if named else ""
        post_id = origin.id or f"x:{number}"
        author = Author(origin.handle or (named[2] if named else UNKNOWN), name)
        return Quoted(post_id, author, to_text(said)[0], time_of(post_id))
    return None


def time_of(post_id: str) -> datetime | None:
    """Returns when a post of X was written, by its id."""
    number = post_id.removeprefix("x:")
    if not number.isdecimal() or not _FIRST_TIMED <= int(number) < 1 << 63:
        return None
    at = EPOCH + _BEGIN + timedelta(milliseconds=int(number) >> 22)
    return at.astimezone(UTC)
