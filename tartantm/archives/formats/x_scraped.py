"""What scrapers of X's pages wrote as JSON: snscrape (and twscrape, which kept its form), twint.

The fields are those of snscrape's ``Tweet`` (``content`` until 2022, ``rawContent`` since; links
in ``outlinks`` and ``tcooutlinks``, later in ``links``) and of twint's ``Json`` output, of which a
line is a row of its CSV.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tartantm.archives.formats import x_table
from tartantm.archives.shape import Context, JsonFormat
from tartantm.archives.tables import heading_of
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import (
    MOST_MEDIA,
    MOST_PARTS,
    Json,
    identifier,
    mapping,
    raw,
    rows,
)
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x import v1
from tartantm.networks.x.status_links import LONGEST_SHOWN, SHORT_AT_END, STATUS_LINK, with_quoted

_OWN = ("snscrape.modules.twitter.", "twscrape.")
_KINDS = (("photos", "photo"), ("videos", "video"), ("animated", "animated_gif"))
_TYPES = {"photo": "photo", "video": "video", "gif": "animated_gif", "animatedgif": "animated_gif"}


def _snscrape(value: Json, _: Context) -> Parsed | None:
    if not _is_snscrape(value):
        return None
    nested = (mapping(value, "retweetedTweet") or mapping(value, "quotedTweet"),)
    included = [_as_v2(each) for each in nested if _is_snscrape(each)]
    page = {"data": with_quoted(_as_v2(value)), "includes": {"tweets": included}}
    return x_payload.read(page) or Parsed()


def _is_snscrape(value: Json) -> bool:
    """Whether it is a post on X: snscrape has modules for other networks, with like fields."""
    # Until the end of 2020 it kept no more of a person than the handle.
    handle = raw(mapping(value, "user"), "username") or raw(value, "username")
    if not raw(value, "rawContent", "content") or not handle:
        return False
    kind = raw(value, "_type")
    is_own = kind.startswith(_OWN) if kind else bool(STATUS_LINK.match(raw(value, "url")))
    return is_own and bool(identifier(value.get("id")))


def _as_v2(tweet: Json) -> Json:
    """A post of snscrape in the form of API v2."""
    text, user = raw(tweet, "rawContent", "content"), mapping(tweet, "user")
    media = _media(tweet)
    references = {
        "retweeted": mapping(tweet, "retweetedTweet").get("id"),
        "replied_to": tweet.get("inReplyToTweetId"),
        "quoted": mapping(tweet, "quotedTweet").get("id"),
    }
    if references["retweeted"]:
        references = {"retweeted": references["retweeted"]}
    return {
        "id": identifier(tweet.get("id")),
        "text": text,
        "created_at": v1.as_moment(v1.time_of(tweet.get("date"))),
        "author_id": identifier(user.get("id")),
        "author": {
            "id": identifier(user.get("id")),
            "username": raw(user, "username") or raw(tweet, "username"),
            "name": raw(user, "displayname"),
            "protected": user.get("protected"),
        },
        "referenced_tweets": [
            {"type": kind, "id": identifier(post_id)}
            for kind, post_id in references.items()
            if identifier(post_id)
        ],
        "conversation_id": identifier(tweet.get("conversationId")),
        "lang": tweet.get("lang"),
        "in_reply_to_user": {"username": raw(mapping(tweet, "inReplyToUser"), "username")},
        "attachments": {"media": media},
        "entities": {
            "urls": _links(tweet, text, has_media=bool(media)),
            "hashtags": [{"tag": tag} for tag in _texts(tweet, "hashtags")]
            or x_table.hashtags_of(text),
            "mentions": [
                {"username": raw(row, "username"), "id": identifier(row.get("id"))}
                for row in rows(tweet, "mentionedUsers")[:MOST_PARTS]
            ],
        },
    }


def _texts(tweet: Json, key: str) -> list[str]:
    found = tweet.get(key)
    if not isinstance(found, list):
        return []
    return [each for each in found[:MOST_PARTS] if isinstance(each, str)]


def _links(tweet: Json, text: str, *, has_media: bool) -> list[Json]:
    found = [
        {
            "url": raw(row, "tcourl"),
            "expanded_url": row.get("url"),
            "display_url": raw(row, "text"),
        }
        for row in rows(tweet, "links")[:MOST_PARTS]
    ]
    if not found:
        pairs = zip(_texts(tweet, "tcooutlinks"), _texts(tweet, "outlinks"), strict=False)
        found = [
            {"url": short, "expanded_url": url, "display_url": _display(url)}
            for short, url in pairs
        ]
    last = SHORT_AT_END.search(text)
    if has_media and last and all(row["url"] != last[0] for row in found):
        found.append({"url": last[0], "display_url": "pic.twitter.com/", "media_key": "?"})
    return found


def _display(url: str) -> str:
    """An address as X shows it: without its protocol, and cut as it cuts."""
    shown = re.sub(r"^https?://(www\.)?", "", url).removesuffix("/")
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def _media(tweet: Json) -> list[Json]:
    if holder := mapping(tweet, "media"):
        return [
            _one_media(row, kind) for key, kind in _KINDS for row in rows(holder, key)[:MOST_MEDIA]
        ]
    return [
        _one_media(row, _TYPES.get(raw(row, "_type", "type").rpartition(".")[2].lower(), ""))
        for row in rows(tweet, "media")[:MOST_MEDIA]
    ]


def _one_media(row: Json, kind: str) -> Json:
    variants = rows(row, "variants")[:MOST_PARTS]
    return {
        "type": kind,
        "url": raw(row, "fullUrl", "url") if kind == "photo" else None,
        "alt_text": raw(row, "altText"),
        "variants": [{"bit_rate": each.get("bitrate"), "url": each.get("url")} for each in variants]
        or [{"url": raw(row, "videoUrl")}],
    }


def _twint(value: Json, context: Context) -> Parsed | None:
    if not ({"tweet", "conversation_id", "username", "link"} <= value.keys()):
        return None
    keys = tuple(value)[:100]
    names = _names(keys)
    cells = {
        name: written
        for name, key in zip(names, keys, strict=True)
        if (written := _cell(value[key])).strip()
    }
    return x_table.read(cells, context)


@lru_cache(maxsize=8)
def _names(keys: tuple[str, ...]) -> list[str]:
    """The canonical names of a line's keys, which are the same in each."""
    return heading_of(keys)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else identifier(value)


SNSCRAPE = JsonFormat("snscrape", "snscrape's posts on X", _snscrape)
TWINT = JsonFormat("twint", "twint", _twint)
