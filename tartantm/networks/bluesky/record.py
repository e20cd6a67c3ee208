"""Parses what a Bluesky post record holds besides its text: tags, links, media, warnings.

The record is app.bsky.feed.post of the lexicons. Facets mark stretches of the text by offsets in
its UTF-8 bytes, and servers accept offsets beyond its end.
"""

from __future__ import annotations

from msgspec import Struct

from tartantm.core.post import Link, Media, clean, safe_url
from tartantm.networks.json_fields import (
    MOST_MEDIA,
    MOST_PARTS,
    Json,
    descriptions,
    hashtags,
    hashtags_in,
    line,
    mapping,
    parts,
    raw,
    unique,
)

LONGEST_POST = 3_000
"""Characters of a post that are kept: the lexicon allows so many bytes."""

LONGEST_MARKED = 300
"""Bytes of the text that a facet marks: a link's or an account's wording."""

_ADULT = {"porn", "sexual", "nudity", "sexual-figurative", "graphic-media", "gore", "nsfl"}


class Body(Struct):
    """What a record holds in and beside its text."""

    hashtags: tuple[str, ...]
    mentions: tuple[str, ...]
    links: tuple[Link, ...]
    media: tuple[Media, ...]
    quoted: Json
    """The strong reference of a quoted post, {} where nothing is quoted."""
    warnings: tuple[str, ...]
    """Labels that the author put on the post."""
    sensitive: bool


def body_of(record: Json, view: Json) -> Body:
    """Parse a record; `view` is the AppView's view of the post, {} for one of the stream."""
    text = raw(record, "text")[:LONGEST_POST]
    features = _features(record, text)
    embed, seen = mapping(record, "embed"), mapping(view, "embed")
    attached, shown = _attached(embed), _attached(seen)
    labels = [line(row, "val") for row in parts(mapping(record, "labels"), "values")]
    warnings = unique(label for label in labels if not label.startswith("!"))
    moderated = {raw(row, "val") for row in parts(view, "labels")}
    return Body(
        hashtags=tags_of(record),
        mentions=unique(words.lstrip("@") for f, words in features if _is(f, "mention")),
        links=_links(features, mapping(attached, "external")),
        media=_media(attached, shown),
        quoted=_quoted(embed),
        warnings=warnings,
        sensitive=bool(warnings) or bool(moderated & _ADULT),
    )


def tags_of(record: Json) -> tuple[str, ...]:
    """Hashtags of a record: marked by facets, listed beside the text, or only written in it."""
    marked = [
        raw(feature, "tag")
        for facet in parts(record, "facets")
        for feature in parts(facet, "features", most=MOST_MEDIA)
        if _is(feature, "tag")
    ]
    listed = record.get("tags")
    beside = (
        [tag for tag in listed[:MOST_PARTS] if isinstance(tag, str)]
        if isinstance(listed, list)
        else []
    )
    return hashtags(marked + beside + hashtags_in(raw(record, "text")[:LONGEST_POST]))


def _is(feature: Json, kind: str) -> bool:
    return raw(feature, "$type") == f"app.bsky.richtext.facet#{kind}"


def _features(record: Json, text: str) -> list[tuple[Json, str]]:
    """Each feature of each facet with the text it marks, "" for impossible offsets."""
    data = text.encode("utf-8", "surrogatepass")
    found = []
    for facet in parts(record, "facets"):
        start, end = facet_span(mapping(facet, "index"), len(data))
        # An offset within a character would leave a part of it.
        end = min(end, start + LONGEST_MARKED)
        marked = data[start:end].decode("utf-8", "ignore")
        words = clean(marked, lines=False)
        found += [(feature, words) for feature in parts(facet, "features")]
        if len(found) >= MOST_PARTS:
            break
    return found[:MOST_PARTS]


def facet_span(index: Json, length: int) -> tuple[int, int]:
    """The bytes that a facet marks in a text of `length` bytes; (0, 0) where it marks none."""
    start, end = index.get("byteStart"), index.get("byteEnd")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < min(end, length):
        return 0, 0
    return start, min(end, length)


def _links(features: list[tuple[Json, str]], external: Json) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for feature, words in features:
        if _is(feature, "link") and (url := safe_url(feature.get("uri"))):
            links.setdefault(url, Link(url, words))
    url, title = safe_url(external.get("uri")), line(external, "title")
    if url:
        links[url] = Link(url, links[url].shown if url in links else "", title)
    return tuple(links.values())


def _attached(embed: Json) -> Json:
    """The media part of an embed, which is one level deeper in a quote with pictures."""
    return mapping(embed, "media") or embed


def _quoted(embed: Json) -> Json:
    """The post that an embed quotes; lists, feeds and starter packs are embedded likewise."""
    reference = mapping(embed, "record")
    reference = mapping(reference, "record") or reference
    return reference if "/app.bsky.feed.post/" in raw(reference, "uri") else {}


def _media(attached: Json, shown: Json) -> tuple[Media, ...]:
    """Pictures and videos with the author's descriptions; their addresses are in views only."""
    pictures = parts(attached, "images", "items", most=MOST_MEDIA)
    seen = parts(shown, "images", "items")
    media = [
        Media("image", safe_url(seen[n].get("fullsize") if n < len(seen) else None), alt)
        for n, alt in enumerate(descriptions(pictures, "alt"))
    ]
    if mapping(attached, "video"):
        media.append(Media("video", safe_url(shown.get("playlist")), line(attached, "alt") or None))
    return tuple(media)
