"""Makes posts of RSS and Atom, by feedparser, which also reads feeds that break the rules.

feedparser mixes the descriptions of pictures (``media:description``) with the text of the entry, so
these are read from the XML separately. Nothing is ever fetched: only bytes are parsed.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from msgspec import Struct, field

from tartantm.core.post import Author, Media, MediaKind, Post, clean, safe_url
from tartantm.networks.heard import Unreadable
from tartantm.networks.json_fields import (
    LONGEST_LINE,
    LONGEST_NAME,
    MOST_MEDIA,
    hashtags,
    hashtags_in,
    host,
    identifier,
    languages,
    shortened,
    unique,
)
from tartantm.networks.mastodon.html import to_text

LONGEST_TEXT = 1500
"""Characters of a post's text; the rest of an article is behind its link."""

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


class Feed(Struct):
    """A feed as it stands now."""

    title: str
    seconds: float
    """Seconds that it asks to wait between polls, 0 where it does not say."""
    entries: list[Entry] = field(default_factory=list)
    damaged: int = 0


def read_feed(data: bytes, url: str, now: datetime) -> Feed:
    """Parse a feed that came from an address; raises Unreadable for what is none.

    That takes up to minutes for hostile input, so only the child of `apart` calls it.
    """
    # A feed has no use for entities of its own; they only serve to harm its readers.
    if re.search(rb"(?i)<!doctype[^>\[]*\[", data[:100_000]):
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
    reader = _Reader(_without_password(url), now, described or {}, found.feed)
    feed = Feed(clean(str(found.feed.get("title") or ""), lines=False), _seconds(found.feed))
    for entry in found.entries:
        try:
            feed.entries.append(reader.entry(entry))
        except Unreadable:
            feed.damaged += 1
    return feed


def alternate(html: str, url: str) -> str | None:
    """The address of the feed that a web page names, None where it names none."""
    for tag in re.findall(r"(?i)<link\s[^<>]{1,2000}>", html[:500_000]):
        given = {key.lower(): value.strip("\"'") for key, value in _ATTRIBUTE.findall(tag)}
        if given.get("type", "").lower() in ("application/rss+xml", "application/atom+xml"):
            return safe_url(_joined(url, given.get("href", "").replace("&amp;", "&")))
    return None


class _Reader:
    def __init__(self, url: str, now: datetime, descriptions: dict[str, str], feed: Any) -> None:
        self._url, self._now, self._descriptions = url, now, descriptions
        self._language = feed.get("language")
        self._author = _name(str(feed.get("author") or "")) or clean(
            str(feed.get("title") or ""), lines=False
        )

    def entry(self, entry: Any) -> Entry:
        link = self._link(entry)
        named = identifier(str(entry.get("id") or "")) or link
        if not named:
            raise Unreadable("an entry has neither an id nor a link")
        # A bare "77" is an id in its own feed only.
        shown = self._url.partition("?")[0]
        post_id = f"feed:{named}" if ":" in named else f"feed:{shown}#{named}"
        text, links = self._text(entry)
        written = _time(entry, "published_parsed") or _time(entry, "updated_parsed")
        updated = _time(entry, "updated_parsed")
        edited = updated if written and updated and updated > written else None
        tags = [str(tag.get("term") or "") for tag in entry.get("tags", ())]
        post = Post(
            id=post_id,
            author=self._by(entry),
            created_at=written or self._now,
            text=text,
            url=link,
            received_at=self._now,
            hashtags=hashtags((*hashtags_in(text), *(tag for tag in tags if tag))),
            links=tuple(found for found in links if found.url != link),
            media=self._media(entry),
            languages=languages(_language(entry) or self._language),
            sensitive=str(entry.get("rating") or "").lower() == "adult",
            version=edited.isoformat() if edited else None,
            edited_at=edited,
        )
        return Entry(post, written is not None)

    def _link(self, entry: Any) -> str | None:
        link = str(entry.get("link") or "")
        # Where there is no link feedparser returns the id, which need not be an address.
        return None if link == entry.get("id") and not host(link) else self._address(link)

    def _address(self, found: object) -> str | None:
        return safe_url(_joined(self._url, str(found))) if found else None

    def _by(self, entry: Any) -> Author:
        written = str(entry.get("author") or "")
        name = _name(written) or self._author or host(self._url)
        handle = written.strip().lstrip("@") if re.fullmatch(r"\s*@\S+@\S+", written) else name
        found = entry.get("author_detail")
        page = self._address(found.get("href")) if isinstance(found, dict) else None
        return Author(clean(handle, lines=False), name, page or "", page)

    def _text(self, entry: Any) -> tuple[str, tuple[Any, ...]]:
        title, links = _plain(entry.get("title_detail") or {})
        title = shortened(" ".join(title.split()), LONGEST_LINE)
        alts = set(self._descriptions.values())
        details = [entry.get("summary_detail") or {}, *entry.get("content", ())]
        words = [each for each in details if clean(str(each.get("value") or "")) not in alts]
        body, found = next(filter(lambda read: read[0], map(_plain, words)), ("", ()))
        body = shortened(body, LONGEST_TEXT)
        # Programs often make a title of the first words of an entry without one.
        begin = title.rstrip(" .…")
        if begin and " ".join(body.split()).startswith(begin):
            title = ""
        return "\n\n".join(filter(None, [title, body])), (*links, *found)

    def _media(self, entry: Any) -> tuple[Media, ...]:
        enclosed = [row for row in entry.get("links", ()) if row.get("rel") == "enclosure"]
        media: dict[str, Media] = {}
        for row in (*entry.get("media_content", ()), *enclosed):
            address = self._address(row.get("url") or row.get("href"))
            if address and address not in media:
                kind = _kind(str(row.get("medium") or row.get("type") or ""))
                media[address] = Media(kind, address, self._descriptions.get(address))
        return tuple(media.values())[:MOST_MEDIA]


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


def _plain(detail: Any) -> tuple[str, tuple[Any, ...]]:
    value = str(detail.get("value") or "")
    if detail.get("type") == "text/plain":
        return clean(shortened(value, 2 * LONGEST_TEXT)), ()
    return to_text(value)


def _time(entry: Any, key: str) -> datetime | None:
    # feedparser's own look-up returns one time for the other, with a warning.
    found = dict.get(entry, key)
    try:
        time = datetime.fromtimestamp(timegm(found), UTC) if found else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return time if time and 1990 <= time.year <= 2200 else None


def _language(entry: Any) -> object:
    details = (entry.get("title_detail"), *entry.get("content", ()))
    return next((each.get("language") for each in details if each and each.get("language")), None)


def _name(written: str) -> str:
    """A name without the mail address beside it; of an address alone the part before the @."""
    written = written[:LONGEST_NAME]
    name = clean(re.sub(r"(?<!\S)\S+@\S+", "", written), lines=False).strip(" ()<>,")
    return name or clean(written, lines=False).strip(" ()<>@").partition("@")[0]


def _kind(written: str) -> MediaKind:
    kinds: tuple[MediaKind, ...] = ("image", "video", "audio")
    return next((kind for kind in kinds if written.lower().startswith(kind)), "other")


_PERIODS = {
    "hourly": 3600,
    "daily": 86400,
    "weekly": 604800,
    "monthly": 2592000,
    "yearly": 31536000,
}


def _seconds(feed: Any) -> float:
    """``ttl`` (minutes), or ``sy:updatePeriod`` by ``sy:updateFrequency``."""
    times = [60.0 * _number(feed.get("ttl"))]
    if period := _PERIODS.get(str(feed.get("sy_updateperiod") or "").lower()):
        times.append(period / max(1, _number(feed.get("sy_updatefrequency"))))
    return max(times)


def _number(found: object) -> int:
    written = str(found or "")
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else 0


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def tagged(posts: Iterable[Entry], wanted: Iterable[str]) -> list[Entry]:
    """The entries that name one of the hashtags."""
    names = {tag.casefold() for tag in wanted}
    return [e for e in posts if names & {tag.casefold() for tag in unique(e.post.hashtags)}]
