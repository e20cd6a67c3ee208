"""X's archive of one account: since 2019 ``tweet.js`` or ``tweets.js``, before that "Grailbird".

The shapes are those that X's own README in the archive and the readers of it describe: an
assignment to ``window.YTD.tweets.part0``, posts of v1.1 under ``tweet`` (in 2019 without it) that
do not name their author, who stands in ``account.js``; long posts whole in ``note-tweet.js`` under
other ids. Grailbird's months (``Grailbird.data.tweets_2012_06``) name the author in each post.
What was deleted, said to few, or sent to one is in files of their own, which `refusals` refuses.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import PurePath
from typing import IO, Any, cast

from msgspec import Struct

from tartantm.archives import json_stream
from tartantm.archives.encodings import utf8_of
from tartantm.archives.shape import Context, Glance, JsonFormat, says_whose
from tartantm.core.post import Author
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_fields import Json, mapping, parts, raw
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x import v1
from tartantm.networks.x.status_links import with_quoted

ONLY_A_DAY = "of posts before November 2010 the archive has the day only"

_NO_AUTHOR = (
    "the archive does not say whose it is: import the whole folder or zip, or say it with"
    " --author @name"
)
_MIDNIGHT = "00:00:00 +0000"
_SAME_TEXT = 40
"""Characters that a post and its long form begin with alike."""


class _Note(Struct):
    """The whole words of a long post."""

    at: datetime
    form: Json
    """Text and entities as API v2 has them under ``note_tweet``."""


class _Beside(Struct):
    """What stands in the files beside the posts."""

    account: Json | None
    notes: dict[datetime, list[_Note]]
    """By whole seconds."""


def read(value: Json, context: Context) -> Parsed | None:
    """Parse an item of an archive's file: a post, or what belongs to posts of other files."""
    if len(value) == 1 and _account(value):
        return says_whose(context)
    if len(value) == 1 and isinstance(value.get("noteTweet"), dict):
        return Parsed()
    tweet = mapping(value, "tweet") or value
    if not _is_tweet(tweet):
        return None
    if "deleted_at" in tweet:
        return Parsed()
    beside = _beside(context)
    user = mapping(tweet, "user") or beside.account or _given(context.account)
    if user is None:
        raise Unreadable(_NO_AUTHOR)
    return _read(tweet | {"user": user}, beside)


def _is_tweet(tweet: Json) -> bool:
    """Whether it is a post of v1.1 that does not name its author, or one of Grailbird."""
    if "from_user" in tweet:  # a result of the old search
        return False
    if "user" not in tweet:
        is_status = v1.is_status(tweet | {"user": {}}) and v1.id_of(tweet, "id").isdecimal()
        return is_status and isinstance(tweet.get("created_at"), str)
    # Only Grailbird writes times in this way.
    return v1.is_status(tweet) and raw(tweet, "created_at")[4:5] == "-" and "id_str" in tweet


def _read(tweet: Json, beside: _Beside) -> Parsed:
    doubts = []
    if raw(tweet, "created_at").endswith(_MIDNIGHT):
        # Grailbird knew the day only of what was posted before 2011 or so; ids know the time.
        if x_payload.posted_at(v1.id_of(tweet, "id")) is not None:
            tweet = tweet | {"created_at": None}
        else:
            doubts.append(ONLY_A_DAY)
    page = v1.page_of(tweet)
    post = with_quoted(page["data"])
    if note := _note_of(post, beside):
        post = post | {"note_tweet": note.form}
    parsed = x_payload.read(page | {"data": post}) or Parsed()
    parsed.doubts += doubts
    return parsed


def _account(value: Json) -> Json:
    """Whoever `account.js` names, as a user of v1.1; {} for what is none."""
    account = mapping(value, "account")
    if not raw(account, "accountId"):
        return {}
    return {
        "id_str": raw(account, "accountId"),
        "screen_name": raw(account, "username"),
        "name": raw(account, "accountDisplayName"),
    }


def _given(account: Author | None) -> Json | None:
    if account is None:
        return None
    return {"id_str": account.id, "screen_name": account.handle, "name": account.name}


def _beside(context: Context) -> _Beside:
    """What the files beside the posts say, read once a folder."""
    key = f"x-archive:{_folder(context.name)}"
    if not isinstance(found := context.memory.get(key), _Beside):
        account = next(filter(None, map(_account, _values(context, "account.js"))), None)
        found = _Beside(account, {})
        for value in _values(context, "note-tweet.js"):
            if note := _note(mapping(value, "noteTweet")):
                found.notes.setdefault(note.at.replace(microsecond=0), []).append(note)
        context.memory[key] = found
    return found


@lru_cache(maxsize=16)
def _folder(name: str) -> str:
    """Each post of a file asks for it again."""
    return str(PurePath(name).parent)


def _values(context: Context, name: str) -> Iterator[Json]:
    held = context.beside(name)
    if held is None:
        return
    file, decoder = utf8_of(cast("IO[bytes]", io.BufferedReader(io.BytesIO(held))))
    for _, value in json_stream.values(file, decoder):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item


def _note(value: Json) -> _Note | None:
    # The words stood under the second name in archives of 2023.
    core = mapping(value, "core") or mapping(value, "noteTweetResults")
    text, at = raw(core, "text"), v1.time_of(value.get("createdAt"))
    if not text or at is None:
        return None
    entities = mapping(core, "entitySet") or core
    return _Note(
        at,
        {
            "text": text,
            "entities": {
                "urls": [_link(row) for row in parts(entities, "urls")],
                "hashtags": [{"tag": raw(row, "text")} for row in parts(entities, "hashtags")],
                "mentions": [
                    {"username": raw(row, "screenName")}
                    for row in parts(entities, "mentions", "userMentions")
                ],
            },
        },
    )


def _link(row: Json) -> dict[str, Any]:
    return {
        "url": raw(row, "shortUrl"),
        "expanded_url": raw(row, "expandedUrl"),
        "display_url": raw(row, "displayUrl"),
    }


def _note_of(post: Json, beside: _Beside) -> _Note | None:
    """The long form of a post: written within a second of it, and with the same beginning."""
    at = v1.time_of(post["created_at"]) if beside.notes else None
    if at is None:
        return None
    second = at.replace(microsecond=0)
    begins = _plain(raw(post, "text"))[:_SAME_TEXT]
    for offset in (0, -1, 1):
        for note in beside.notes.get(second + timedelta(seconds=offset), ()):
            if _plain(note.form["text"]).startswith(begins.rstrip("…").rstrip()):
                return note
    return None


def _plain(text: str) -> str:
    """A text as both forms of a post have it: one escapes signs, and either may break lines."""
    return " ".join(text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").split())


def _glance(value: Json) -> Glance | None:
    tweet = mapping(value, "tweet") or value
    at = x_payload.posted_at(raw(tweet, "id_str"))
    text = tweet.get("full_text", tweet.get("text"))
    if (
        at is None
        or not isinstance(text, str)
        or "deleted_at" in tweet
        or "created_at" not in tweet
    ):
        return None
    return Glance(at, text)


X_ARCHIVE = JsonFormat(
    "x-archive", "X archive of one account", read, one_account=True, glance=_glance
)
