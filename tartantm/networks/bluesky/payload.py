"""Makes posts of Bluesky's JSON: Jetstream's messages, and the AppView's post views.

It reads commits of ``app.bsky.feed.post`` in the first version of Jetstream's protocol (``kind``,
``time_us``) and the second (``$type``, ``payload``), and post views as in searchPosts, getPosts,
getPostThread and getAuthorFeed.

``identity`` events say how an account is called. Ignored in a stream: likes, follows, profiles and
other records; ``account`` events without a handle (to delete the posts of a closed account one has
to know them, so `stream_filter` does that); and repost records, which carry no text that would show
which chat they belong to. Reposts in a feed view do carry the post, and are read; so are
those in an account's own repository.

It is longer than others: a record of Bluesky comes in four envelopes, and each is a page of code.

This file is longer than others because whatever an answer or a message of Bluesky is, what comes of
it is the same: a post, with what came along, made in one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from tartantm.core.events import Deleted
from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, Post, safe_url
from tartantm.networks.bluesky.record import LONGEST_POST, body_of
from tartantm.networks.heard import Heard, Named, Parsed, Unreadable, carried
from tartantm.networks.json_fields import (
    EPOCH,
    LONGEST_NAME,
    Json,
    identifier,
    languages,
    line,
    mapping,
    microseconds,
    moment,
    parts,
    raw,
    rows,
    words,
)

POSTS = "app.bsky.feed.post"
REPOSTS = "app.bsky.feed.repost"
PROFILE = "app.bsky.actor.profile/self"

GONE = frozenset({"deleted", "takendown"})
"""States of an account whose posts are gone for everybody."""

_TID = "234567abcdefghijklmnopqrstuvwxyz"
"""The digits of records' keys, in the order of their values (atproto.com/specs/tid)."""

_ACCOUNT_EVENTS = ("identity", "account", "handle")
_ACCOUNT_TYPES = tuple(f"#{kind}" for kind in _ACCOUNT_EVENTS)


def read(value: Json) -> Parsed | None:
    """Parse one JSON object; None where it does not come from Bluesky."""
    if (named := named_in(value)) is not None:
        return Parsed([named])
    if (frame := _frame(value)) is not None:
        return _commit(frame)
    found = _views(value)
    if found is None:
        return None
    parsed = Parsed()
    own = {raw(view, "uri") for view, row in found if not _is_repost(row)}
    for view, row in found:
        try:
            post = _reposted(view, mapping(row, "reason"))
        except Unreadable as problem:
            parsed.problems.append(str(problem))
            continue
        parsed.heard += [*_brought(view, row, post, own), post]
    return parsed


def _brought(view: Json, row: Json, post: Post, own: set[str]) -> list[Heard]:
    """What came along with a post view that stands in a row of an answer, and is not in `own`.

    What it quotes and, in a feed, what it reposts and replies to. Where the author or the service
    does not show that, there is no view of it, but one that says why.
    """
    reposted = [view] if _is_repost(row) else []
    answered = [mapping(row, "reply", end) for end in ("root", "parent")]
    quoted = filter(None, [_quoted_view(view)])
    brought = {raw(each, "uri"): each for each in (*answered, *quoted, *reposted)}
    found: list[Heard] = []
    for uri, each in brought.items():
        if uri not in own and _is_view(each):
            with suppress(Unreadable):
                found += carried(_viewed(each), post)
    return found


def _quoted_view(view: Json) -> Json:
    """The view of the post that a view quotes, in the form of other views; {} for none.

    A quote with pictures has it one level deeper. Blocked, detached and missing posts, lists and
    feeds have no text.
    """
    shown = mapping(view, "embed", "record")
    record = shown if mapping(shown, "value") else mapping(shown, "record")
    if f"/{POSTS}/" not in raw(record, "uri"):
        return {}
    embeds = rows(record, "embeds")
    return {**record, "record": record.get("value"), "embed": embeds[0] if embeds else {}}


def _is_repost(row: Json) -> bool:
    reason = mapping(row, "reason")
    did = identifier(mapping(reason, "by").get("did"))
    return raw(reason, "$type").endswith("#reasonRepost") and bool(did)


def _frame(value: Json) -> Json | None:
    """A commit as {did, at, collection, rkey, operation, record, cid}, {} for other messages.

    None where the object is no message of Jetstream.
    """
    if isinstance(value.get("did"), str) and "time_us" in value and "kind" in value:
        commit = mapping(value, "commit") if value["kind"] == "commit" else {}
        return {**commit, "did": value["did"], "at": microseconds(value["time_us"])}
    payload = mapping(value, "payload")
    kind = raw(payload, "$type")
    if raw(value, "$type") == "message" and "#" in kind:
        return {**payload, "at": moment(payload.get("time"))} if kind.endswith("#commit") else {}
    return {} if raw(value, "$type") == "error" and raw(value, "error") else None


def named_in(value: Json) -> Named | None:
    """How an account is called now, by an event about it; None for anything else.

    Old relays told of a new handle under ``handle``; what says only that something changed names
    nobody.
    """
    event, at = _about_account(value)
    did, handle = identifier(event.get("did")), _handle(event)
    if not did or not handle or at is None:
        return None
    return Named("bluesky", Author(handle, id=did, url=_profile(did)), at)


def _about_account(value: Json) -> tuple[Json, datetime | None]:
    """An event about an account, in either version of the protocol, with its time."""
    kind = value.get("kind")
    if isinstance(kind, str) and kind in _ACCOUNT_EVENTS and "time_us" in value:
        return {"did": value.get("did"), **mapping(value, kind)}, microseconds(value["time_us"])
    payload = mapping(value, "payload")
    if raw(value, "$type") == "message" and raw(payload, "$type").endswith(_ACCOUNT_TYPES):
        return payload, moment(payload.get("time"))
    return {}, None


def _handle(holder: Json) -> str:
    """A handle; "" where it names nobody: a domain that no longer does is written so."""
    handle = line(holder, "handle").lstrip("@")
    return "" if handle == "handle.invalid" else handle


def _commit(frame: Json) -> Parsed:
    if frame.get("collection") != POSTS:
        return Parsed()
    did, key = identifier(frame.get("did")), identifier(frame.get("rkey"))
    operation = frame.get("operation")
    if not did or not key:
        return Parsed(problems=["a post has no address"])
    at, uri = frame.get("at"), f"at://{did}/{POSTS}/{key}"
    if operation == "delete":
        return Parsed([Deleted((f"bluesky:{uri}",), at or EPOCH)])
    edited_at = at if operation == "update" else None
    try:
        author = Author(handle=did, id=did, url=_profile(did))
        record, cid = mapping(frame, "record"), line(frame, "cid")
        return Parsed([_post(uri, record, author, at, cid=cid, edited_at=edited_at)])
    except Unreadable as problem:
        return Parsed(problems=[str(problem)])


def stored(author: Author, path: str, record: Json, cid: str) -> Post | None:
    """The post or repost that a record of the author's repository is; None for any other record.

    `path` is the record's collection and key, ``app.bsky.feed.post/3k…``. Raises Unreadable.
    """
    collection, _, key = path.partition("/")
    uri, keyed = f"at://{author.id}/{path}", _keyed(key)
    if collection == POSTS:
        return _post(uri, record, author, None, cid=cid, keyed=keyed)
    if collection != REPOSTS:
        return None
    original = _reference(mapping(record, "subject"))
    created_at = moment(record.get("createdAt")) or keyed
    if original is None or created_at is None:
        raise Unreadable(f"the repost bluesky:{uri} has no time, or does not say of what")
    return Post(
        id=f"bluesky:{uri}",
        author=author,
        created_at=created_at,
        text="",
        repost_of=original,
        version=cid or None,
    )


def owner(did: str, profile: Json, handle: str = "") -> Author:
    """The author whose repository has a profile record, {} for none."""
    name = line(profile, "displayName", most=LONGEST_NAME)
    return Author(handle=handle or did, name=name, id=did, url=_profile(did))


def _keyed(key: str) -> datetime | None:
    """When a record was made, by a key that is a clock's reading; None for another key."""
    if len(key) != 13 or not set(key) <= set(_TID):
        return None
    number = 0
    for digit in key:
        number = number * 32 + _TID.index(digit)
    return microseconds(number >> 10)


def _views(value: Json) -> list[tuple[Json, Json]] | None:
    """Post views in an answer, each with its row in a feed, in their order.

    None where the object is neither a view nor an answer with views.
    """
    if isinstance(value.get("thread"), dict):
        return [(view, {}) for view in _thread(value["thread"])]
    for key in ("posts", "feed"):
        listed = value.get(key)
        if isinstance(listed, list) and (listed or "cursor" in value or "hitsTotal" in value):
            found = [pair for row in rows(value, key) if (pair := _view(row))]
            return found if found or not listed else None
    return [pair] if (pair := _view(value)) else None


def _view(value: Json) -> tuple[Json, Json] | None:
    """A post view, by itself or under ``post``, with the row of a feed that it is in."""
    if _is_view(value):
        return value, {}
    return (value["post"], value) if _is_view(value.get("post")) else None


def _is_view(value: object) -> bool:
    return (
        isinstance(value, dict)
        and raw(value, "uri").startswith("at://")
        and isinstance(value.get("record"), dict)
        and isinstance(value.get("author"), dict)
    )


def _thread(top: Json) -> Iterator[Json]:
    """The posts of a thread: those above from the root down, the post itself, those below."""
    above = [top]
    while isinstance(parent := above[-1].get("parent"), dict):
        above.append(parent)
    for node in reversed(above[1:]):
        if _is_view(node.get("post")):
            yield node["post"]
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if _is_view(node.get("post")):
            yield node["post"]
        waiting += reversed(rows(node, "replies"))


def _viewed(view: Json) -> Post:
    """The post that a view shows."""
    return _post(
        identifier(view.get("uri")),
        mapping(view, "record"),
        author_of(mapping(view, "author")),
        moment(view.get("indexedAt")),
        cid=line(view, "cid"),
        view=view,
    )


def _reposted(view: Json, reason: Json) -> Post:
    """A post in a feed: itself, or somebody's repost of it with its text."""
    post, by = _viewed(view), mapping(reason, "by")
    did = identifier(by.get("did"))
    if not raw(reason, "$type").endswith("#reasonRepost") or not did:
        return post
    at = moment(reason.get("indexedAt")) or post.received_at or post.created_at
    # Older servers do not give the address of the repost; one for each post and person will do.
    uri = (
        identifier(reason.get("uri"))
        or f"at://{did}/app.bsky.feed.repost/{post.id.rpartition('/')[2]}"
    )
    return Post(
        id=f"bluesky:{uri}",
        author=author_of(by),
        created_at=at,
        received_at=at,
        text=post.text,
        url=post.url,
        repost_of=post.id,
        quote_of=post.quote_of,
        hashtags=post.hashtags,
        mentions=post.mentions,
        links=post.links,
        media=post.media,
        languages=post.languages,
        content_warning=post.content_warning,
        sensitive=post.sensitive,
        version=line(reason, "cid") or None,
    )


def _post(
    uri: str,
    record: Json,
    author: Author,
    heard_at: datetime | None,
    *,
    cid: str,
    edited_at: datetime | None = None,
    view: Json | None = None,
    keyed: datetime | None = None,
) -> Post:
    # createdAt is declared by people's programs, and some declare nonsense.
    created_at = moment(record.get("createdAt")) or heard_at or keyed
    if created_at is None:
        raise Unreadable(f"the post bluesky:{uri} has no time")
    body = body_of(record, view or {})
    repo, _, key = uri.removeprefix("at://").partition(f"/{POSTS}/")
    return Post(
        id=f"bluesky:{uri}",
        author=author,
        created_at=created_at,
        received_at=heard_at,
        text=words(record, "text", most=LONGEST_POST),
        url=safe_url(f"{_profile(repo)}/post/{key}") if key else None,
        reply_to=_reference(mapping(record, "reply", "parent")),
        quote_of=_reference(body.quoted),
        thread=_reference(mapping(record, "reply", "root")),
        hashtags=body.hashtags,
        mentions=body.mentions,
        links=body.links,
        media=body.media,
        languages=languages(record.get("langs")),
        content_warning=", ".join(body.warnings) or None,
        sensitive=body.sensitive,
        version=cid or None,
        edited_at=edited_at,
    )


def _profile(did: str) -> str | None:
    return safe_url(f"https://bsky.app/profile/{did}")


def _reference(strong: Json) -> str | None:
    uri = identifier(strong.get("uri"))
    return f"bluesky:{uri}" if uri.startswith("at://") else None


def author_of(profile: Json) -> Author:
    """The author that a profile view shows."""
    did, handle = identifier(profile.get("did")), _handle(profile)
    return Author(
        handle=handle or did or UNKNOWN,
        name=line(profile, "displayName", most=LONGEST_NAME),
        id=did,
        url=_profile(did or handle),
        bot=any(raw(label, "val") == "bot" for label in parts(profile, "labels")),
    )
