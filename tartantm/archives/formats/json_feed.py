"""Reads JSON Feed (jsonfeed.org/version/1.1) by making it the Atom feed that says the same.

So an entry is the same post whichever of a site's feeds was saved, and what is known of authors,
days and words in feeds holds here, too. Version 1 has ``author``, 1.1 a list ``authors``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from tartantm.archives.formats.feeds import FEED
from tartantm.archives.shape import Context, Line, WholeFormat
from tartantm.core.post import clean
from tartantm.networks.heard import Unreadable
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, mapping, parts, raw, rows

_VERSION = re.compile(rb"\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version")
_ATOM = "http://www.w3.org/2005/Atom"

LONGEST = 1 << 20
"""Characters of one entry: the hashtag may stand far down in it."""


def _fits(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{") and bool(
        _VERSION.search(head)
    )


def _read(data: bytes, context: Context) -> Iterator[Line]:
    try:
        value = decode(data.removeprefix(codecs.BOM_UTF8), largest=None)
    except Undecodable as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(value, dict):
        raise Unreadable("it is no JSON Feed")
    yield from FEED.read(_atom(value), context)


def _atom(value: Json) -> bytes:
    """The same feed as Atom."""
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "title", raw(value, "title"))
    _link(feed, raw(value, "home_page_url"))
    _authors(feed, value)
    for item in rows(value, "items"):
        entry = ElementTree.SubElement(feed, "entry")
        given = item.get("id")
        _add(entry, "id", str(given) if isinstance(given, int | str) else "")
        _add(entry, "title", raw(item, "title"))
        _link(entry, raw(item, "url") or raw(item, "external_url"))
        _authors(entry, item)
        _add(entry, "published", raw(item, "date_published"))
        _add(entry, "updated", raw(item, "date_modified"))
        _add(entry, "summary", raw(item, "summary"))
        html, text = raw(item, "content_html"), raw(item, "content_text")
        _add(entry, "content", html or text, type="html" if html else "text")
        _add(entry, "link", "", rel="enclosure", **_picture(item))
        tags = item.get("tags")
        for tag in tags[:100] if isinstance(tags, list) else ():
            if isinstance(tag, str):
                ElementTree.SubElement(entry, "category", term=_xml(tag))
    return ElementTree.tostring(feed, "unicode").encode()


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    if text or attributes.get("href"):
        ElementTree.SubElement(parent, name, attributes).text = _xml(text) or None


def _link(parent: ElementTree.Element, address: str) -> None:
    if address:
        _add(parent, "link", "", rel="alternate", href=_xml(address))


def _authors(parent: ElementTree.Element, value: Json) -> None:
    for author in [*parts(value, "authors"), mapping(value, "author")][:1]:
        if raw(author, "name") or raw(author, "url"):
            person = ElementTree.SubElement(parent, "author")
            _add(person, "name", raw(author, "name"))
            _add(person, "uri", raw(author, "url"))


def _picture(item: Json) -> dict[str, str]:
    """The first of what is attached: its address and its kind."""
    for each in parts(item, "attachments"):
        return {"href": _xml(raw(each, "url")), "type": _xml(raw(each, "mime_type"))}
    return {}


def _xml(text: str) -> str:
    """A text without what XML cannot hold."""
    return clean(text[:LONGEST])


JSON_FEED = WholeFormat("json-feed", "JSON Feed", _fits, _read)
