"""Makes posts of RSS and Atom, by feedparser, which also reads feeds that break the rules.

feedparser mixes the descriptions of pictures (``media:description``) with the text of the entry, so
these are read from the XML separately. Nothing is ever fetched: only bytes are parsed. What an
entry says of its time, author and words is read in modules of their own.

This file is longer than others because an entry and what it carries are put together in one place.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.core.post import Author, Media, MediaKind, Post, clean, safe_url
from tartantm.networks.feed.authors import author_of, author_of_feed, creator, page_of_feed
from tartantm.networks.feed.dates import Written, day_ends, read_date
from tartantm.networks.feed.origins import Origin, handle_of_page, origin_of, without_archive
from tartantm.networks.feed.periods import seconds_of
from tartantm.networks.feed.same import same_name
from tartantm.networks.feed.statuses import Quoted, Status, bridged_status, status_of
from tartantm.networks.feed.words import body_of, tags_of, words_of
from tartantm.networks.heard import Carried, Unreadable
from tartantm.networks.json_fields import (
    LONGEST_LINE,
    MOST_MEDIA,
    hashtags,
    host,
    identifier,
    languages,
    shortened,
)

LARGEST_DAMAGED = 2**18
"""Bytes of a feed that is no valid XML. Parsing that takes ten microseconds a byte."""

_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")

_MEDIA = "{http://search.yahoo.com/mrss/}"


class Entry(Struct):
    """An entry of a feed."""

    post: Post
    """Its time is that of the reading where the entry has none."""
    dated: bool
    """Whether the entry has a time of its own."""
    until: datetime | None = None
    """When it was written at the latest, where it says the day and no time."""
    tags: list[str] = field(default_factory=list)
    """Every hashtag in it, also of words that are not kept."""
    carried: list[Carried] = field(default_factory=list)
    """What it quotes or reposts."""


class Feed(Struct):
    """A feed as it stands now."""

    title: str
    seconds: float
    """Seconds that it asks to wait between polls, 0 where it does not say."""
    entries: list[Entry] = field(default_factory=list)
    damaged: int = 0


def read_feed(data: bytes, url: str, now: datetime, tz: tzinfo = UTC) -> Feed:
    """Parse a feed that came from an address; raises Unreadable for what is none.

    `tz` is the chat's zone, in which times without one are taken. `url` is "" where the address of
    a file is not known. That takes up to minutes for hostile input, so of what comes from a network
    only the child of `apart` calls it.
    """
    # A feed has no use for entities of its own; they only serve to harm its readers.
    if re.search(rb"(?i)<!doctype[^<>\[]*+\[", data[:100_000]):
        raise Unreadable("it declares entities of its own")
    described = _descriptions(data)
    if described is None and len(data) > LARGEST_DAMAGED:
        raise Unreadable("it is damaged, and too large to guess at")
    import feedparser

    # From bytes alone feedparser would take an address to fetch, or a file's name.
    try:
        found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception:
        # It promises to raise nothing, but sufficiently broken bytes make it.
        raise Unreadable("it is damaged beyond guessing") from None
    if not found.get("version"):
        raise Unreadable("it is neither RSS nor Atom")
    reader = _Reader(without_archive(_without_password(url)), now, tz, described or {}, found)
    feed = Feed(clean(str(found.feed.get("title") or ""), lines=False), seconds_of(found.feed))
    for entry in found.entries:
        try:
            feed.entries.append(reader.entry(entry))
        except Unreadable:
            feed.damaged += 1
    _tell_apart(feed.entries)
    return feed


def _tell_apart(entries: list[Entry]) -> None:
    """Take the names away by which entries that stand side by side would be one."""
    named = Counter(alias for entry in entries for alias in entry.post.aliases)
    for entry in entries:
        own = tuple(alias for alias in entry.post.aliases if named[alias] == 1)
        if own != entry.post.aliases:
            entry.post = replace(entry.post, aliases=own)


def alternate(html: str, url: str) -> str | None:
    """The address of the feed that a web page names, None where it names none."""
    for tag in re.findall(r"(?i)<link\s[^<>]{1,2000}>", html[:500_000]):
        given = {key.lower(): value.strip("\"'") for key, value in _ATTRIBUTE.findall(tag)}
        if given.get("type", "").lower() in ("application/rss+xml", "application/atom+xml"):
            return safe_url(_joined(url, given.get("href", "").replace("&amp;", "&")))
    return None


class _Reader:
    def __init__(
        self, url: str, now: datetime, tz: tzinfo, descriptions: dict[str, str], found: Any
    ) -> None:
        # A file does not say where it came from, but the feed in it mostly does.
        self._url = url or safe_url(without_archive(str(found.feed.get("link") or ""))) or ""
        self._now, self._tz, self._descriptions = now, tz, descriptions
        self._language = found.feed.get("language")
        self._author = author_of_feed(found.feed, str(found.get("version")))
        self._author_page = self._address(page_of_feed(found.feed)) if self._author else None

    def entry(self, entry: Any) -> Entry:
        link = self._link(entry)
        guid = without_archive(identifier(str(entry.get("id") or "")))
        named = guid or link
        if not named:
            raise Unreadable("an entry has neither an id nor a link")
        # A bare "77" is an id in its own feed only.
        shown = self._url.partition("?")[0]
        own_id = f"feed:{named}" if ":" in named else f"feed:{shown}#{named}"
        origin = origin_of(link, guid, creator(entry), host(self._url))
        written = self._date(entry, "published", "created", "updated")
        updated = self._date(entry, "updated").at
        edited = updated if written.at and updated and updated > written.at else None
        status = _status(entry, origin)
        words = status.words if status else words_of(entry, self._descriptions.values())
        tags, links = tags_of(entry), words.links
        post = Post(
            id=origin.id or own_id,
            author=author_of(entry, origin, self._page(entry), self._author),
            created_at=written.at or self._now,
            text=words.text,
            url=link,
            received_at=self._now,
            aliases=(*origin.aliases, *([own_id] if origin.id else [])),
            hashtags=hashtags(tags),
            links=tuple(found for found in links if found.url != link),
            media=self._media(entry),
            languages=languages(_language(entry) or self._language),
            sensitive=str(entry.get("rating") or "").lower() == "adult",
            version=edited.isoformat() if edited else None,
            edited_at=edited,
            undated=written.at is None,
        )
        if not origin.id and written.at and (same := same_name(post)):
            post = replace(post, aliases=(same,))
        until = day_ends(written.day, self._tz) if written.day else None
        read = Entry(post, written.at is not None, until, tags)
        if str(entry.get("activity_verb") or "").endswith("/share"):
            return self._shared(read, entry, origin)
        return _with_others(read, origin, status) if status else read

    def _shared(self, read: Entry, entry: Any, origin: Origin) -> Entry:
        """The entry of a repost, as servers of the Fediverse have it in Atom.

        What it is of stands within it, and feedparser has that's author and words come last.
        """
        authors = [each for each in entry.get("authors", ()) if isinstance(each, dict)]
        pages = [self._address(each.get("href")) for each in authors]
        by = origin.handle or handle_of_page(pages[0] if len(pages) > 1 else self._author_page)
        whose = handle_of_page(pages[-1]) if pages else ""
        words = next(iter(reversed(entry.get("content", ()))), None)
        if not by or not whose or words is None:
            return read
        text = body_of(words)
        original = Quoted(f"{read.post.id}#original", Author(whose, url=pages[-1]), text, None)
        read.post = replace(read.post, author=Author(by), text=text, repost_of=original.id)
        carried = _carried_post(original, read.post)
        read.carried.append(Carried(carried, read.post.id, self._now))
        return read

    def _date(self, entry: Any, *keys: str) -> Written:
        """What the first of the dates says that can be read."""
        # feedparser's own look-up returns one time for the other, with a warning.
        read = [read_date(dict.get(entry, key), self._tz) for key in keys]
        return next((each for each in read if each.at), next((e for e in read if e.day), Written()))

    def _link(self, entry: Any) -> str | None:
        link = str(entry.get("link") or "")
        # Where there is no link feedparser returns the id, which need not be an address.
        return None if link == entry.get("id") and not host(link) else self._address(link)

    def _address(self, found: object) -> str | None:
        return safe_url(_joined(self._url, without_archive(str(found)))) if found else None

    def _page(self, entry: Any) -> str | None:
        if not creator(entry):
            return self._author_page
        found = entry.get("author_detail")
        return self._address(found.get("href")) if isinstance(found, dict) else None

    def _media(self, entry: Any) -> tuple[Media, ...]:
        enclosed = [row for row in entry.get("links", ()) if row.get("rel") == "enclosure"]
        media: dict[str, Media] = {}
        for row in (*entry.get("media_content", ()), *enclosed):
            address = self._address(row.get("url") or row.get("href"))
            if address and address not in media:
                kind = _kind(str(row.get("medium") or row.get("type") or ""))
                media[address] = Media(kind, address, self._descriptions.get(address))
        return tuple(media.values())[:MOST_MEDIA]


def _status(entry: Any, origin: Origin) -> Status | None:
    """What an entry says of a post that others' programs wrote, None where it is no such entry."""
    if origin.is_status:
        return status_of(entry)
    return bridged_status(entry) if origin.id.startswith("bluesky:") else None


def _with_others(read: Entry, origin: Origin, status: Status) -> Entry:
    """The entry of a post of X or Bluesky, with what it quotes, reposts or answers."""
    post, heard = read.post, read.post.received_at or read.post.created_at
    if status.kind == "R to":
        post = replace(post, reply_to_handle=status.handle)
    if status.original:
        post = replace(post, repost_of=status.original.id)
    elif status.quoted:
        post = replace(post, quote_of=status.quoted.id)
    elif status.quotes and status.quotes != post.id:
        post = replace(post, quote_of=status.quotes)
    read.post = post
    if status.kind == "RT by":
        read.post = Post(
            id=f"feed:{origin.id or post.id}#reposted-by-{status.handle.lower()}",
            author=Author(status.handle),
            created_at=post.created_at,
            text=post.text,
            url=post.url,
            received_at=post.received_at,
            repost_of=post.id,
            hashtags=post.hashtags,
            languages=post.languages,
            undated=post.undated,
        )
        read.carried.append(Carried(replace(post, received_at=None), read.post.id, heard))
    for each in filter(None, (status.original, status.quoted)):
        other = _carried_post(each, post)
        if each is status.original and status.quoted:
            other = replace(other, quote_of=status.quoted.id)
        read.carried.append(Carried(other, read.post.id, heard))
    return read


def _carried_post(found: Quoted, post: Post) -> Post:
    at = found.at if found.at and found.at <= post.created_at else None
    return Post(
        id=found.id,
        author=found.author,
        created_at=at or post.created_at,
        text=found.text,
        undated=at is None,
    )


def _descriptions(data: bytes) -> dict[str, str] | None:
    """``media:description`` by the addresses of the files; None for what is no XML."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    found = {}
    for content in root.iter(f"{_MEDIA}content"):
        described = content.find(f"{_MEDIA}description")
        address = safe_url(content.get("url"))
        if (
            described is not None
            and address
            and (words := clean(shortened(described.text or "", LONGEST_LINE), lines=False))
        ):
            found[address] = words
    return found


def _language(entry: Any) -> object:
    details = (entry.get("title_detail"), *entry.get("content", ()))
    return next((each.get("language") for each in details if each and each.get("language")), None)


def _kind(written: str) -> MediaKind:
    kinds: tuple[MediaKind, ...] = ("image", "video", "audio")
    return next((kind for kind in kinds if written.lower().startswith(kind)), "other")


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def tagged(entries: Iterable[Entry], wanted: Iterable[str]) -> list[Entry]:
    """The entries that name one of the hashtags, anywhere in their words."""
    names = {tag.casefold() for tag in wanted}
    return [e for e in entries if any(clean(tag).casefold() in names for tag in e.tags)]
