"""Makes posts of X API v2 JSON: response pages, stream lines, twarc2's lines, webhook events.

It reads the forms that X describes in its OpenAPI file and in docs.x.com, in both spellings that
are in use (``referenced_tweets`` and ``referenced_posts``, ``note_tweet`` and ``note_post``, …),
and what ``twarc2 flatten`` makes of them: one post a line, with its author and media inside.
This file is longer than others because a post and what it refers to are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

from tartantm.core.events import Deleted
from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, Media, MediaKind, Post, safe_url
from tartantm.networks.heard import Carried, Heard, Named, Parsed, Unreadable, carried
from tartantm.networks.json_fields import (
    EPOCH,
    LONGEST_NAME,
    LONGEST_TAG,
    MOST_MEDIA,
    MOST_PARTS,
    Json,
    descriptions,
    hashtags,
    hashtags_in,
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
from tartantm.networks.x.manual_repeats import with_manual_repeat
from tartantm.networks.x.text import Rendered, render

_SNOWFLAKE = re.compile("[0-9]{11,19}")
_FIRST_SNOWFLAKE = 29_700_859_247
_SNOWFLAKE_EPOCH = EPOCH + timedelta(milliseconds=1_288_834_974_657)

_HISTORY = ("edit_history_tweet_ids", "edit_history_post_ids")
_REFERENCED = ("referenced_tweets", "referenced_posts")
_CARRYING = ("retweeted", "quoted", "replied_to")
_PREFIX = re.compile(r"^RT @(\w+): ")
_ONLY_POSTS_HAVE = ("author_id", "conversation_id", "public_metrics", *_HISTORY, *_REFERENCED)

_PLAIN = re.compile(r"\w{1,50}", re.ASCII)

_WHY: dict[str, Literal["author", "account", "protected"]] = {
    "deactivated": "account",
    "suspended": "account",
    "protected": "protected",
}


def read(value: Json) -> Parsed | None:
    """Parse one JSON object; None where it does not come from X.

    Posts that are only under ``includes`` are `Carried`, where a post of the page refers to them.
    Entries under ``errors`` about posts that X did not find are ignored. A line of a compliance
    file is a deletion.
    """
    if value.get("data"):
        return _page(value)
    if is_post(value) and (
        any(key in value for key in _ONLY_POSTS_HAVE) or raw(value.get("author"), "username")
    ):
        return _posts([value], value)
    if raw(value, "action") == "delete" and "id" in value:
        return _compliance(value)
    found_nothing = mapping(value, "meta").get("result_count") == 0
    if found_nothing or any(raw(row, "title") for row in rows(value, "errors")):
        return Parsed()
    return None


def posted_at(post_id: str) -> datetime | None:
    """When the post with an id was posted, by the id itself; None for ids before November 2010."""
    if not _SNOWFLAKE.fullmatch(post_id) or (number := int(post_id)) < _FIRST_SNOWFLAKE:
        return None
    return _SNOWFLAKE_EPOCH + timedelta(milliseconds=number >> 22)


def is_post(value: Json) -> bool:
    """Whether an object is a post of API v2: not a direct message, nor of an older version."""
    other = ("event_type", "dm_conversation_id", "id_str", "account", "uri")
    return (
        bool(identifier(value.get("id")))
        and isinstance(value.get("text"), str)
        and not any(key in value for key in other)
    )


def _page(value: Json) -> Parsed | None:
    data = value["data"]
    if isinstance(data, dict) and isinstance(data.get("payload"), dict):
        return _webhook(data)
    items = data if isinstance(data, list) else [data]
    posts = [row for row in items if isinstance(row, dict) and is_post(row)]
    if not posts:
        return None
    parsed = _posts(posts, value)
    parsed.problems += ["something among the posts is no post"] * (len(items) - len(posts))
    return parsed


def _webhook(data: Json) -> Parsed | None:
    """An event of X's Activity API, as it comes by webhook."""
    kind, payload = raw(data, "event_type"), mapping(data, "payload")
    if kind == "post.delete" and (post_id := identifier(payload.get("id"))):
        at = moment(payload.get("created_at")) or posted_at(post_id) or EPOCH
        return Parsed([Deleted((f"x:{post_id}",), at)])
    return _posts([payload], data) if kind.startswith("post.") and is_post(payload) else None


def _compliance(value: Json) -> Parsed | None:
    """A line of a compliance job's result. One about an account differs by its id alone."""
    post_id, created_at = identifier(value.get("id")), moment(value.get("created_at"))
    if not post_id or created_at is None:
        return None
    by_id = posted_at(post_id)
    fits_id = abs(by_id - created_at) < timedelta(seconds=2) if by_id else created_at.year < 2011
    if post_id.isdigit() and not fits_id:
        return None
    # Where the time of the deletion is missing, the post's own is at least not too late.
    at = moment(value.get("redacted_at")) or created_at
    return Parsed([Deleted((f"x:{post_id}",), at, _WHY.get(raw(value, "reason"), "author"))])


def _posts(posts: list[Json], holder: Json) -> Parsed:
    includes, parsed = _Includes(mapping(holder, "includes")), Parsed()
    own = {identifier(post.get("id")) for post in posts}
    for post in posts:
        try:
            made = _post(post, includes)
        except Unreadable as problem:
            parsed.problems.append(str(problem))
            continue
        parsed.heard += _brought(post, made, includes, own)
        parsed.heard += with_manual_repeat(made)
    parsed.heard += _named(includes, parsed.heard)
    return parsed


def _brought(post: Json, made: Post, includes: _Includes, own: set[str]) -> list[Heard]:
    """The posts that a post refers to and that came with it, except those of the page itself."""
    found: list[Heard] = []
    for kind, reference in _references(post).items():
        if kind not in _CARRYING or identifier(reference.get("id")) in own:
            continue
        row = _original(reference, includes)
        if row is not None:
            with suppress(Unreadable):
                found += carried(_post(row, includes), made)
        elif kind == "retweeted" and (original := _cut_original(post, made)):
            found += carried(original, made)
    return found


def _cut_original(post: Json, made: Post) -> Post | None:
    """The original of a repost as far as the repost's own text has it: "RT @name: words…"."""
    body = render(post, media_attached=False)
    prefix = _PREFIX.match(body.text)
    if prefix is None or made.repost_of is None:
        return None
    handle, number = prefix[1], made.repost_of.removeprefix("x:")
    at = posted_at(number)
    return Post(
        id=made.repost_of,
        author=Author(handle, url=safe_url(f"https://x.com/{handle}")),
        created_at=at or made.created_at,
        undated=at is None,
        text=made.text,
        url=safe_url(f"https://x.com/{handle}/status/{quote(number, safe='')}"),
        hashtags=made.hashtags,
        mentions=tuple(each for each in made.mentions if each.casefold() != handle.casefold()),
        links=made.links,
        languages=made.languages,
        sensitive=made.sensitive,
    )


def _named(includes: _Includes, heard: Sequence[Heard]) -> list[Heard]:
    """How the users of a page are called who wrote none of its posts: they may have others."""
    if not includes.users:
        return []
    posts = [item for item in heard if isinstance(item, Post)]
    posts += [item.post for item in heard if isinstance(item, Carried)]
    authors = {post.author.id for post in posts}
    # Nobody says when it was asked for; as of the latest post they were called so.
    at = max((post.created_at for post in posts), default=EPOCH)
    users = ((key, row) for key, row in includes.users.items() if key and key not in authors)
    found = (_user(key, row) for key, row in users)
    return [Named("x", author, at) for author in found if author.url]


class _Includes:
    """What a response page holds beside its posts, by id."""

    def __init__(self, includes: Json) -> None:
        self.users = {identifier(row.get("id")): row for row in rows(includes, "users")}
        self.posts = {identifier(row.get("id")): row for row in rows(includes, "tweets", "posts")}
        self.polls = {identifier(row.get("id")): row for row in rows(includes, "polls")}
        self.media = {raw(row, "media_key"): row for row in rows(includes, "media")}
        self._authors: dict[str, tuple[Author, bool]] = {}

    def author(self, user_id: str) -> tuple[Author, bool]:
        """A user of the page as the author of posts, and whether only followers may read these."""
        known = self._authors.get(user_id)
        if known is None:
            user = self.users[user_id]
            known = self._authors[user_id] = _user(user_id, user), user.get("protected") is True
        return known


def _post(post: Json, includes: _Includes) -> Post:
    post_id = identifier(post.get("id"))
    history = _history(post) or [post_id]
    first, edited = history[0], len(history) > 1 and post_id != history[0]
    written_at = moment(post.get("created_at")) or posted_at(post_id)
    if written_at is None:
        raise Unreadable(f"the post x:{post_id} has no time")
    created_at = _first_posted(first, includes) if edited else None
    references = _references(post)
    repost_of = identifier(references.get("retweeted", {}).get("id"))
    source = _original(references.get("retweeted", {}), includes) or post
    media = _media(source, includes)
    body = render(source, media_attached=bool(media))
    reply_to = references.get("replied_to", {}).get("id") or post.get("in_reply_to_tweet_id")
    author, protected = _author(post, includes)
    if source is not post:
        protected = protected or _author(source, includes)[1]  # whose words they are
    return Post(
        id=f"x:{first}",
        author=author,
        created_at=min(created_at or written_at, written_at),
        text=with_poll(
            _without_prefix(body) if repost_of and source is post else body.text,
            _poll(source, includes),
        ),
        url=_address(author, post_id),
        aliases=tuple(f"x:{other}" for other in unique([*history[1:], post_id]) if other != first),
        reply_to=_reference(reply_to),
        reply_to_handle=_replied_to(post, includes) if reply_to else None,
        repost_of=_reference(repost_of),
        quote_of=_reference(references.get("quoted", {}).get("id")),
        thread=_reference(post.get("conversation_id")),
        hashtags=hashtags(
            body.hashtags or ([] if "entities" in source else hashtags_in(body.text))
        ),
        mentions=body.mentions,
        links=body.links,
        media=media,
        languages=languages(source.get("lang") or post.get("lang")),
        sensitive=any(given.get("possibly_sensitive") is True for given in (post, source)),
        visibility="restricted" if protected else "public",
        version=post_id,
        edited_at=written_at if edited else None,
    )


def _history(post: Json) -> list[str]:
    """The ids of every wording of a post, the first wording's first."""
    for key in _HISTORY:
        if isinstance(ids := post.get(key), list):
            return [*unique(map(identifier, ids[:MOST_PARTS]))]
    return []


def _first_posted(first: str, includes: _Includes) -> datetime | None:
    """When an edited post's first wording was posted, in whole seconds as X writes it."""
    by_id = posted_at(first)
    return moment(includes.posts.get(first, {}).get("created_at")) or (
        by_id.replace(microsecond=0) if by_id else None
    )


def _references(post: Json) -> dict[str, Json]:
    return {raw(row, "type"): row for row in parts(post, *_REFERENCED) if "id" in row}


def _reference(post_id: Any) -> str | None:
    known = identifier(post_id)
    return f"x:{known}" if known else None


def _original(reference: Json, includes: _Includes) -> Json | None:
    """The reposted post in full, where it was delivered too."""
    included = includes.posts.get(identifier(reference.get("id")), reference)
    return included if raw(included, "text") else None


def _without_prefix(body: Rendered) -> str:
    """A repost's text without the handle it begins with; ``repost_of`` says that better."""
    return _PREFIX.sub("", body.text)


def _author(post: Json, includes: _Includes) -> tuple[Author, bool]:
    """Who wrote a post, and whether they let only their followers read it."""
    user_id = identifier(post.get("author_id"))
    inside = mapping(post, "author")
    if not inside and user_id in includes.users and "username" not in post:
        return includes.author(user_id)
    user = inside or includes.users.get(user_id, {})
    handle = line(user, "username") or line(post, "username")
    author = _user(user_id or identifier(user.get("id")), {**user, "username": handle})
    return author, user.get("protected") is True


def _user(user_id: str, user: Json) -> Author:
    return _named_user(user_id, raw(user, "username"), raw(user, "name"))


@lru_cache(maxsize=4096)
def _named_user(user_id: str, username: str, name: str) -> Author:
    """The same people write again and again, also on other pages."""
    handle = line({"username": username}, "username").lstrip("@")
    return Author(
        handle=handle or user_id or UNKNOWN,
        name=line({"name": name}, "name", most=LONGEST_NAME),
        id=user_id,
        url=safe_url(f"https://x.com/{quote(handle)}") if handle else None,
    )


def _address(author: Author, post_id: str) -> str | None:
    """A post's address; with ``i`` for the author where the handle is not known."""
    handle = author.handle if author.url else "i"
    if _PLAIN.fullmatch(handle) and _PLAIN.fullmatch(post_id):
        return f"https://x.com/{handle}/status/{post_id}"
    return safe_url(f"https://x.com/{quote(handle, safe='')}/status/{quote(post_id, safe='')}")


def _replied_to(post: Json, includes: _Includes) -> str | None:
    user_id = identifier(post.get("in_reply_to_user_id"))
    user = mapping(post, "in_reply_to_user") or includes.users.get(user_id, {})
    mentioned = parts(mapping(post, "entities"), "mentions")
    named = next((row for row in mentioned if user_id and row.get("id") == user_id), {})
    return line(user, "username") or line(named, "username") or None


def _poll(post: Json, includes: _Includes) -> list[str]:
    if not (attachments := mapping(post, "attachments")):
        return []
    named = attachments.get("poll_ids")
    ids = map(identifier, named[:MOST_PARTS]) if isinstance(named, list) else ()
    polls = [includes.polls[poll] for poll in ids if poll in includes.polls]
    polls = polls or [mapping(attachments, "poll")]
    return [
        line(option, "label", most=LONGEST_TAG)
        for poll in polls[:1]
        for option in parts(poll, "options", most=MOST_MEDIA)
    ]


_KINDS: dict[str, MediaKind] = {"photo": "image", "video": "video", "animated_gif": "gif"}


def _media(post: Json, includes: _Includes) -> tuple[Media, ...]:
    if not (attachments := mapping(post, "attachments")):
        return ()
    keys = attachments.get("media_keys")
    named = (
        [key for key in keys[:MOST_MEDIA] if isinstance(key, str)] if isinstance(keys, list) else []
    )
    included = [includes.media[key] for key in dict.fromkeys(named) if key in includes.media]
    found = included or parts(attachments, "media", most=MOST_MEDIA)
    return tuple(
        Media(
            kind=_KINDS.get(raw(row, "type"), "other"),
            url=safe_url(row.get("url")) or _film(row),
            alt=alt,
        )
        for row, alt in zip(found, descriptions(found, "alt_text"), strict=True)
    )


def _film(media: Json) -> str | None:
    """The address of a video's best version."""

    def rate(row: Json) -> int:
        found = row.get("bit_rate")
        return found if isinstance(found, int) else -1

    return safe_url(max(parts(media, "variants"), key=rate, default={}).get("url"))
