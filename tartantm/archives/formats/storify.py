"""Stories of Storify (closed in 2018), as its API and its own export wrote them in JSON.

A story lists elements: quotes of posts, and the curator's words, links and pictures. The shape is
that of dev.storify.com/api, and of what programs read of it: ``{"content": {"elements": [{"type":
"quote", "source": {"name": "twitter"}, "permalink", "posted_at", "attribution", "data": {"quote":
{"text", "username"}}}]}}``; before 2012 ``{"source": "twitter", "author", "description"}``. Of a
post on X only the words are kept there; its time is in its id.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tartantm.archives.formats import x_table
from tartantm.archives.shape import Context, JsonFormat
from tartantm.core.post import Author, Post, safe_url
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_fields import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Json,
    hashtags,
    hashtags_in,
    line,
    mapping,
    moment,
    raw,
    rows,
    text_of,
)
from tartantm.networks.mastodon.html import to_text
from tartantm.networks.x.status_links import STATUS_LINK

LEFT_OUT = "parts of the story that are no posts (the curator's words, links, pictures)"

_STORY = ("sid", "slug", "permalink", "author", "shortlink", "title")


def _read(value: Json, context: Context) -> Parsed | None:
    story = mapping(value, "content") or value
    elements = story.get("elements")
    if isinstance(elements, dict):  # numbered, as PHP writes a list
        elements = [*elements.values()]
    if isinstance(elements, list) and (not elements or any(key in story for key in _STORY)):
        return _all(rows({"": elements}, ""), context)
    return _element(value, context) if _is_element(value) else None


def _all(elements: list[Json], context: Context) -> Parsed:
    parsed = Parsed()
    for element in elements:
        try:
            found = _element(element, context)
        except Unreadable as problem:
            found = Parsed(problems=[str(problem)])
        parsed.heard += found.heard
        parsed.problems += found.problems
        parsed.doubts += found.doubts
    return parsed


def _is_element(value: Json) -> bool:
    has_source = isinstance(value.get("source"), dict | str)
    is_new = isinstance(value.get("data"), dict) and ("eid" in value or "posted_at" in value)
    return has_source and (is_new or ("elementClass" in value and "permalink" in value))


def _element(element: Json, context: Context) -> Parsed:
    """The post that an element quotes; a doubt where it is none."""
    data = mapping(element, "data")
    quote, said_by = mapping(data, "quote"), mapping(element, "attribution") or _of_old(element)
    address = raw(element, "permalink") or raw(quote, "href", "url")
    text = raw(quote, "text") or ("" if data else raw(element, "description", "title"))
    source = line(mapping(element, "source"), "name") or line(element, "source")
    on_x = STATUS_LINK.match(address)
    picture = mapping(data, "image") or mapping(data, "video")
    if on_x and not text and source.casefold() in ("", "twitter"):  # a post with a picture
        text = raw(picture, "caption", "title", "description")
    if (not quote and not on_x) or not text:
        return Parsed(doubts=[LEFT_OUT])
    handle = (
        line(quote, "username") or line(said_by, "username") or _in_address(raw(said_by, "href"))
    )
    written = (element.get("posted_at"), element.get("created_at"), quote.get("posted_at"))
    at = next(filter(None, map(_moment, written)), None)
    name = line(said_by, "name", most=LONGEST_NAME)
    if on_x or (source.casefold() == "twitter" and handle):
        cells = {"url": address, "text": _plain(text), "handle": handle, "name": name}
        cells["utc"] = at.isoformat() if at else ""
        return x_table.read_cells({key: cell for key, cell in cells.items() if cell}, context)
    return Parsed([_other(address, handle, name, text, at)])


def _of_old(element: Json) -> Json:
    return mapping(element, "author")


def _in_address(address: str) -> str:
    found = STATUS_LINK.match(address)
    if found and found["handle"]:
        return found["handle"]
    return address.rstrip("/").rpartition("/")[2] if "twitter.com/" in address else ""


def _moment(value: object) -> datetime | None:
    """A time in ISO 8601, or in seconds since 1970, as Storify wrote until 2012."""
    if found := moment(value):
        return found
    written = str(value) if isinstance(value, int | str) else ""
    if not written.isdecimal() or not 9 <= len(written) <= 10:
        return None
    return datetime.fromtimestamp(int(written), UTC)


def _plain(text: str) -> str:
    """Words without the HTML that Storify put around links and hashtags."""
    if "</" not in text and "<br" not in text:
        return text
    return to_text(text)[0]


def _other(address: str, handle: str, name: str, text: str, at: datetime | None) -> Post:
    """A post of another network, such as Facebook; it has to say who, when and what."""
    if at is None or not (handle or name):
        raise Unreadable("a quote does not say who wrote it, or when")
    words = text_of(_plain(text)[: 2 * LONGEST_TEXT])
    url = safe_url(address)
    made = f"{handle or name}|{at.isoformat()}|{words}".encode("utf-8", "replace")
    return Post(
        id=f"feed:{url or 'storify-' + hashlib.sha256(made).hexdigest()[:24]}",
        author=Author(handle.lstrip("@") or name, name),
        created_at=at,
        text=words,
        url=url,
        hashtags=hashtags(hashtags_in(words)),
    )


STORIFY = JsonFormat("storify", "Storify story", _read)
