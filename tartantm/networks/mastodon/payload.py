"""Makes posts of the JSON of Mastodon's API, which GoToSocial and Pleroma speak too.

It reads statuses (docs.joinmastodon.org/entities/Status), the answers to ``context`` and
``search``, and events of the streaming API: ``update``, ``status.update`` and ``delete``.

A status has two ids. Its ``uri`` is the same on every server and becomes the post's id. Its ``id``
belongs to the one server that was asked, and is all that replies and deletions refer to; it becomes
an alias, ``mastodon:SERVER/ID``. Statuses do not say which server was asked: a live source knows,
and for recordings `server_of` infers it from the accounts that are local to it.
This file is longer than others because a status and those that it quotes or reposts are read alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from tartantm.core.events import Deleted
from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, Link, Media, MediaKind, Post, Visibility, safe_url
from tartantm.networks.heard import Heard, Parsed, Unreadable, carried
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import (
    EPOCH,
    LONGEST_NAME,
    LONGEST_TAG,
    MOST_MEDIA,
    Json,
    descriptions,
    hashtags,
    host,
    identifier,
    languages,
    line,
    mapping,
    moment,
    parts,
    raw,
    rows,
    unique,
    with_poll,
)
from tartantm.networks.mastodon.html import to_text

_EVENTS = {
    "update",
    "status.update",
    "delete",
    "notification",
    "filters_changed",
    "conversation",
    "announcement",
    "announcement.reaction",
    "announcement.delete",
    "notifications_merged",
    "encrypted_message",
}


def read(value: Json, server: str = "", now: datetime | None = None) -> Parsed | None:
    """Parse one JSON object; None where it does not come from Mastodon.

    `server` is the server that was asked, ``host`` or ``host:port``; "unknown" stands in where that
    is not known. `now` is the time of deletions, which carry none themselves.
    """
    if not is_mastodon(value):
        return None
    if _is_event(value):
        return _event(value["event"], value, server, now)
    parsed = Parsed()
    for status in _statuses(value) or ():
        try:
            parsed.heard += heard_of(status, server_of(status) or server or "unknown")
        except Unreadable as problem:
            parsed.problems.append(str(problem))
    return parsed


def is_mastodon(value: Json) -> bool:
    """Whether `read` knows the form of an object."""
    return _is_event(value) or _statuses(value) is not None


def _is_event(value: Json) -> bool:
    event = value.get("event")
    return isinstance(event, str) and event in _EVENTS


def server_of(value: Json) -> str:
    """The server that was asked for an object, where something in it is local there, else ""."""
    held = [*_payload(value)] if _is_event(value) else _statuses(value) or []
    for status in (*held, *(mapping(status, "reblog") for status in held)):
        local = [mapping(status, "account"), *parts(status, "mentions")]
        addresses = [raw(row, "url", "uri") for row in local if _is_local(row)]
        # Hashtags link to pages of the server that was asked, wherever the status is from.
        for address in (*addresses, *(row.get("url") for row in parts(status, "tags"))):
            if found := host(address):
                return found
    return ""


def _is_local(account: Json) -> bool:
    return bool(raw(account, "acct")) and "@" not in raw(account, "acct").lstrip("@")


def _is_status(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("account"), dict)
        and isinstance(value.get("content"), str)
        and ("uri" in value or "id" in value)
    )


def _statuses(value: Json) -> list[Json] | None:
    """The statuses in an object; None where it is neither one nor an answer with some."""
    if _is_status(value):
        return [value]
    if isinstance(value.get("ancestors"), list) and isinstance(value.get("descendants"), list):
        return [*filter(_is_status, rows(value, "ancestors") + rows(value, "descendants"))]
    if isinstance(value.get("statuses"), list) and isinstance(value.get("accounts"), list):
        return [*filter(_is_status, rows(value, "statuses"))]
    return None


def _payload(event: Json) -> Iterator[Json]:
    """The status that an event carries: as an object, or as JSON in a text, as servers send it."""
    payload = event.get("payload", event.get("data"))
    if isinstance(payload, str):
        try:
            payload = decode(payload.encode("utf-8", "replace"))
        except Undecodable:
            return
    if isinstance(payload, dict) and _is_status(payload):
        yield payload


def _event(event: str, value: Json, server: str, now: datetime | None) -> Parsed:
    if event == "delete":
        gone = identifier(value.get("payload", value.get("data")))
        named = f"mastodon:{server or 'unknown'}/{gone}"
        return Parsed([Deleted((named,), now or EPOCH)]) if gone else Parsed()
    if event not in ("update", "status.update"):
        return Parsed()
    for status in _payload(value):
        return read(status, server, now) or Parsed()
    return Parsed(problems=["the event carries no post"])


def heard_of(status: Json, server: str) -> list[Heard]:
    """The post of a status, after what it brought: a reposted and a quoted one; see `post_of`."""
    post = post_of(status, server)
    return [*brought(status, server, post), post]


def brought(status: Json, server: str, post: Post) -> list[Heard]:
    """What came along with the post of a status, as far as everybody may read it."""
    if post.visibility == "restricted":
        return []
    reblog = mapping(status, "reblog")
    found: list[Heard] = []
    for other in (*_quotes(reblog), *_quotes(status), reblog):
        if _is_status(other):
            with suppress(Unreadable):
                found += carried(post_of(other, server), post)
    return found


def _quotes(status: Json) -> list[Json]:
    """The quoted status in full, where there is one."""
    return [quoted] if (quoted := _quoted_status(status)) else []


def _quoted_status(status: Json) -> Json:
    """What a status quotes: Mastodon's ``quote.quoted_status``, others' ``quote`` itself.

    Mastodon says with ``state`` whether the quoted author agreed, and has none where not. Pleroma
    and Akkoma have the status under ``quote`` or ``pleroma.quote``, Fedibird under ``quote``.
    """
    quote = mapping(status, "quote")
    if "state" in quote or "quoted_status" in quote:
        allowed = quote.get("state", "accepted") == "accepted"
        return mapping(quote, "quoted_status") if allowed else {}
    return next(filter(_is_status, (quote, mapping(status, "pleroma", "quote"))), {})


def post_of(status: Json, server: str) -> Post:
    """The post of a status that `server` was asked for; raises Unreadable."""
    post_id = _id(status, server)
    created_at = moment(status.get("created_at"))
    if not post_id:
        raise Unreadable("a post has no id")
    if created_at is None:
        raise Unreadable(f"the post {post_id} has no time")
    reblog = mapping(status, "reblog")
    source = reblog if _is_status(reblog) else status
    repost_of = _id(source, server) if source is status.get("reblog") else None
    quote_of = _quoted(source, server)
    text, links = to_text(raw(source, "content"), hide_quote=quote_of is not None)
    account = mapping(status, "account")
    alias = local_id(status.get("id"), server)
    edited_at = moment(source.get("edited_at"))
    reply_to = local_id(status.get("in_reply_to_id"), server)
    return Post(
        id=post_id,
        author=_author(account),
        created_at=created_at,
        text=with_poll(text, _poll(source)),
        url=safe_url(status.get("url")) or safe_url(status.get("uri")),
        aliases=unique([alias or ""]) if alias != post_id else (),
        reply_to=reply_to,
        reply_to_handle=_replied_to(status, account) if reply_to else None,
        repost_of=repost_of,
        quote_of=quote_of,
        hashtags=hashtags(raw(row, "name") for row in parts(source, "tags")),
        mentions=unique(map(_handle, parts(source, "mentions"))),
        links=_with_card(links, mapping(source, "card")),
        media=_media(source),
        languages=languages(source.get("language")),
        content_warning=line(source, "spoiler_text") or None,
        sensitive=source.get("sensitive") is True,
        visibility=max(visibility_of(status), visibility_of(source), key=_STRICTNESS.index),
        version=edited_at.isoformat() if edited_at else None,
        edited_at=edited_at,
    )


def is_readable(status: object) -> bool:
    """Whether `post_of` can make a post of a value that should be a status."""
    if not isinstance(status, dict) or moment(status.get("created_at")) is None:
        return False
    return _id(status, "unknown") is not None


def is_status(value: object) -> bool:
    """Whether a value is a status, if one that cannot be read: other things have ids as well."""
    if isinstance(value, dict) and {"content", "account"} <= value.keys():
        return _id(value, "unknown") is not None
    return is_readable(value)


def _id(status: Json, server: str) -> str | None:
    uri = identifier(raw(status, "uri", "url"))
    return f"mastodon:{uri}" if uri else local_id(status.get("id"), server)


def local_id(found: object, server: str) -> str | None:
    """The alias of the post that has this id on `server`."""
    known = identifier(found)
    return f"mastodon:{server}/{known}" if known else None


def _handle(account: Json) -> str:
    """``name@server``; servers leave out their own name, which is added here."""
    name = line(account, "acct", "username", most=LONGEST_NAME).lstrip("@").replace(" ", "")
    home = host(raw(account, "url", "uri"))
    return name if "@" in name or not home or not name else f"{name}@{home}"


def _author(account: Json) -> Author:
    return Author(
        handle=_handle(account) or UNKNOWN,
        name=line(account, "display_name", most=LONGEST_NAME),
        id=identifier(raw(account, "uri", "url")),
        url=safe_url(account.get("url")) or safe_url(account.get("uri")),
        bot=account.get("bot") is True,
    )


def _replied_to(status: Json, account: Json) -> str | None:
    replied_to = identifier(status.get("in_reply_to_account_id"))
    for known in (account, *parts(status, "mentions")):
        if replied_to and identifier(known.get("id")) == replied_to:
            return _handle(known) or None
    return None


def _quoted(status: Json, server: str) -> str | None:
    """The id of the quoted post, where its author allowed the quote."""
    quote = mapping(status, "quote")
    quoted = mapping(quote, "quoted_status") or _quoted_status(status)
    # Mastodon, then Pleroma and Akkoma, then Fedibird.
    numbers = (quote.get("quoted_status_id"), mapping(status, "pleroma").get("quote_id"))
    named = (local_id(each, server) for each in (*numbers, status.get("quote_id")))
    return _id(quoted, server) or next(filter(None, named), None)


def _poll(status: Json) -> list[str]:
    offered = parts(mapping(status, "poll"), "options", most=MOST_MEDIA)
    return [line(row, "title", most=LONGEST_TAG) for row in offered]


def _with_card(links: tuple[Link, ...], card: Json) -> tuple[Link, ...]:
    """The links, with the title that the server found behind one of them."""
    url, title = safe_url(card.get("url")), line(card, "title")
    if not url or not title:
        return links
    alike = [link for link in links if link.url.rstrip("/") == url.rstrip("/")]
    # Servers follow redirects; with a single link there is no doubt whose title it is.
    titled = alike or (links if len(links) == 1 else ())
    if not titled:
        return (*links, Link(url, "", title))
    return tuple(Link(o.url, o.shown, title) if o in titled else o for o in links)


_KINDS: dict[str, MediaKind] = {
    "image": "image",
    "gifv": "gif",
    "video": "video",
    "audio": "audio",
}


def _media(status: Json) -> tuple[Media, ...]:
    pictures = parts(status, "media_attachments", most=MOST_MEDIA)
    return tuple(
        Media(
            kind=_KINDS.get(raw(row, "type"), "other"),
            url=safe_url(row.get("url")) or safe_url(row.get("remote_url")),
            alt=alt,
        )
        for row, alt in zip(pictures, descriptions(pictures, "description"), strict=True)
    )


_STRICTNESS: list[Visibility] = ["public", "unlisted", "restricted"]


def visibility_of(status: Json) -> Visibility:
    """Who may read a status; anything but public and unlisted is for chosen people.

    GoToSocial and others have posts that are not to leave their server, whatever else they say.
    """
    if status.get("local_only") is True:
        return "restricted"
    match status.get("visibility"):
        case "public":
            return "public"
        case "unlisted":
            return "unlisted"
    return "restricted"
