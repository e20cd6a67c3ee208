"""Makes posts of ActivityPub, the form in which Mastodon, Pleroma and others hand over an account.

An outbox (w3.org/TR/activitypub, section 5.1) lists activities: ``Create`` with the post in it, and
``Announce`` with the address of what was reposted. How Mastodon fills them in is described in
docs.joinmastodon.org/spec/activitypub. A post's ``id`` is the ``uri`` of the API, so both make the
same post; where it has Mastodon's form, the post's number on its own server is read from it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, Media, MediaKind, Post, Visibility, safe_url
from tartantm.networks.heard import Unreadable
from tartantm.networks.json_fields import (
    LONGEST_NAME,
    LONGEST_TAG,
    MOST_MEDIA,
    MOST_PARTS,
    Json,
    descriptions,
    hashtags,
    host,
    identifier,
    languages,
    line,
    moment,
    parts,
    raw,
    text_of,
    unique,
    with_poll,
)
from tartantm.networks.mastodon.html import to_text

POSTS = ("Note", "Question", "Article", "Page", "Event", "Image", "Audio", "Video")
"""Types of objects that are posts."""

PERSONS = ("Person", "Service", "Application", "Group", "Organization")
"""Types of actors."""

_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_NUMBERED = re.compile(r"(https?://[^/]+)/(?:ap/)?users/[^/]+/statuses/(\d+)(?:/activity)?")
_PAGE = re.compile(r"(https?://[^/]+/@([^/@]+))(?:/|$)")
_host = lru_cache(1000)(host)
"""The host of an address of a server or an account: there are few of them."""


def actor_of(value: Json) -> Author | None:
    """The account that an actor is; None for what is no actor."""
    name = line(value, "preferredUsername", most=LONGEST_NAME).lstrip("@").replace(" ", "")
    uri = identifier(value.get("id"))
    if value.get("type") not in PERSONS or not name or not uri:
        return None
    url = _address(value.get("url"))
    home = host(url) or host(uri)
    return Author(
        handle=f"{name}@{home}" if home else name,
        name=line(value, "name", most=LONGEST_NAME),
        id=uri,
        url=url or safe_url(uri),
        bot=value["type"] in ("Service", "Application"),
    )


def created(activity: Json, known: dict[str, Author]) -> Post:
    """The post that was created, by an activity or the bare object; raises Unreadable.

    `known` has accounts by their address.
    """
    note = activity["object"] if isinstance(activity.get("object"), dict) else activity
    uri = identifier(note.get("id"))
    created_at = moment(note.get("published")) or moment(activity.get("published"))
    if not uri:
        raise Unreadable("a post has no id")
    if created_at is None:
        raise Unreadable(f"the post mastodon:{uri} has no time")
    url = _address(note.get("url"))
    author = _author(_named(note.get("attributedTo")) or _named(activity.get("actor")), url, known)
    quoted = next(filter(None, (_named(note.get(key)) for key in _QUOTES)), "")
    text, links = to_text(_content(note), hide_quote=bool(quoted))
    if note.get("type") not in ("Note", "Question") and (title := line(note, "name")):
        text = text_of(f"{title}\n\n{text}")
    reply_to = _named(note.get("inReplyTo"))
    tags = parts(_listed(note, "tag"), "tag")
    mentioned = [row for row in tags if row.get("type") == "Mention"]
    edited_at = moment(note.get("updated"))
    return Post(
        id=f"mastodon:{uri}",
        author=author,
        created_at=created_at,
        text=with_poll(text, _poll(note)),
        url=url or safe_url(uri),
        aliases=_aliases(uri),
        reply_to=f"mastodon:{reply_to}" if reply_to else None,
        reply_to_handle=_replied_to(reply_to, author, mentioned) if reply_to else None,
        quote_of=f"mastodon:{quoted}" if quoted else None,
        hashtags=hashtags(raw(row, "name") for row in tags if row.get("type") == "Hashtag"),
        mentions=unique(map(_mention, mentioned)),
        links=links,
        media=_media(note),
        languages=languages(_language(note)),
        content_warning=line(note, "summary") or None,
        sensitive=note.get("sensitive") is True,
        visibility=_visibility(note, activity),
        version=edited_at.isoformat() if edited_at else None,
        edited_at=edited_at,
    )


def announced(activity: Json, known: dict[str, Author]) -> Post:
    """The repost that an activity is, without the words that it repeats; raises Unreadable."""
    uri, original = identifier(activity.get("id")), _named(activity.get("object"))
    created_at = moment(activity.get("published"))
    if not uri or not original:
        raise Unreadable("a repost has no id, or does not say of what")
    if created_at is None:
        raise Unreadable(f"the post mastodon:{uri} has no time")
    return Post(
        id=f"mastodon:{uri}",
        author=_author(_named(activity.get("actor")), None, known),
        created_at=created_at,
        text="",
        url=safe_url(uri),
        aliases=_aliases(uri),
        repost_of=f"mastodon:{original}",
        visibility=_visibility(activity, activity),
    )


def _named(value: Any) -> str:
    """The address of what is named by its address, by an object, or as the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    return identifier(value.get("id") if isinstance(value, dict) else value)


def _address(value: Any) -> str | None:
    """The first web address of a ``url``, which may be a list of links."""
    for each in value[:MOST_MEDIA] if isinstance(value, list) else [value]:
        if found := safe_url(each.get("href") if isinstance(each, dict) else each):
            return found
    return None


def _listed(value: Json, key: str) -> Json:
    """The value with a list under a key: a list of one item may be written as the item."""
    found = value.get(key)
    return {key: [found]} if isinstance(found, dict) else value


def _aliases(uri: str) -> tuple[str, ...]:
    """What Mastodon's API calls the post on the server that it is from."""
    found = _NUMBERED.fullmatch(uri)
    home = _host(found[1]) if found else ""
    return (f"mastodon:{home}/{found[2]}",) if found and home else ()


def _author(uri: str, page: str | None, known: dict[str, Author]) -> Author:
    """The account with an address; where nothing names it, by the address of it or of a post."""
    if uri in known:
        return known[uri]
    shown = _PAGE.match(page or "")
    url = safe_url(shown[1]) if shown else safe_url(uri)
    name = shown[2] if shown else _last_part(uri)
    home = _host(url or "") or _host(uri)
    handle = f"{name}@{home}" if name and home else name
    written = line({"handle": handle}, "handle", most=LONGEST_NAME).replace(" ", "")
    return Author(handle=written or UNKNOWN, id=uri, url=url)


def _last_part(uri: str) -> str:
    try:
        return urlsplit(uri).path.rstrip("/").rpartition("/")[2].lstrip("@")
    except ValueError:
        return ""


def _content(note: Json) -> str:
    given = note.get("contentMap")
    in_languages = given.values() if isinstance(given, dict) else ()
    return raw(note, "content") or next((each for each in in_languages if _is_text(each)), "")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _language(note: Json) -> str | None:
    """The language of the words, "" where they are given in several."""
    given = note.get("contentMap")
    if not isinstance(given, dict):
        return None
    content = _content(note)
    return next((tag for tag, written in given.items() if written == content), None)


def _poll(note: Json) -> list[str]:
    offered = parts(note, "oneOf", "anyOf", most=MOST_MEDIA)
    return [line(row, "name", most=LONGEST_TAG) for row in offered]


def _mention(tag: Json) -> str:
    """``name@server``; servers leave out their own name, which is added here."""
    name = line(tag, "name", most=LONGEST_NAME).lstrip("@").replace(" ", "")
    home = host(raw(tag, "href"))
    return name if "@" in name or not home or not name else f"{name}@{home}"


def _replied_to(reply_to: str, author: Author, mentioned: list[Json]) -> str | None:
    """Who wrote what was replied to: the account that its address begins with."""
    if author.id and reply_to.startswith(f"{author.id}/"):
        return author.handle
    for tag in mentioned:
        if (href := raw(tag, "href")) and reply_to.startswith(f"{href.rstrip('/')}/"):
            return _mention(tag) or None
    return None


def _media(note: Json) -> tuple[Media, ...]:
    listed = parts(_listed(note, "attachment"), "attachment", most=MOST_PARTS)
    kinds = ("Document", "Image", "Video", "Audio")
    attached = [row for row in listed if row.get("type") in kinds][:MOST_MEDIA]
    return tuple(
        Media(_kind(row), _address(row.get("url")), alt)
        for row, alt in zip(attached, descriptions(attached, "name"), strict=True)
    )


def _kind(attachment: Json) -> MediaKind:
    declared = raw(attachment, "mediaType") or raw(attachment, "type").lower()
    kinds: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
    return kinds.get(declared.partition("/")[0], "other")


def _visibility(note: Json, activity: Json) -> Visibility:
    """Who may read a post: whoever is not everybody is somebody that was chosen."""
    addressed = note if "to" in note or "cc" in note else activity
    if is_for_everybody(addressed.get("to")):
        visibility: Visibility = "public"
    elif is_for_everybody(addressed.get("cc")):
        visibility = "unlisted"
    else:
        visibility = "restricted"
    return "restricted" if note.get("directMessage") is True else visibility


def is_for_everybody(addressed: object) -> bool:
    """Whether what is addressed so is public or unlisted: `to`, or `cc`, of a post."""
    listed = addressed if isinstance(addressed, list) else [addressed]
    return any(each in _PUBLIC for each in listed)
