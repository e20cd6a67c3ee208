"""Rewrites posts of X API v1.1 as API v2 has them: `payload` makes one and the same of both.

The fields are those of Twitter's data dictionary for v1.1 (developer.twitter.com, 2013 to 2023) as
twarc 1, tweepy 3 and the hydrators kept them: with 140 characters in ``text``, whole in
``full_text`` (``tweet_mode=extended``), or whole in ``extended_tweet`` (the streams). X's personal
archives and TAGS sheets hold the same entities.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tartantm.networks.json_fields import (
    MOST_MEDIA,
    MOST_PARTS,
    Json,
    identifier,
    mapping,
    moment,
    parts,
    raw,
    rows,
)
from tartantm.networks.x import status_links

CUT = "the recording has only the first 140 characters of some posts"
"""The doubt about posts that X cut for programs that knew no longer ones."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_WRITTEN = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r" (?P<zone>[+-]\d{4}) (?P<year>\d{4})"
)
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})"
    r" (?P<time>\d\d:\d\d:\d\d) (?P<zone>[+-]\d{4})"
)
_EDITED = frozenset(("edit_info", "edit_history", "edit_controls"))
_BLANK_BEFORE_ZONE = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")


def time_of(written: object) -> datetime | None:
    """Returns a time as v1.1 and the archives write it, in UTC.

    "Wed Jun 17 17:05:00 +0000 2020", "Wed, 17 Jun 2020 17:05:00 +0000", "2020-06-17 17:05:00
    +0000", or ISO 8601.
    """
    if not isinstance(written, str) or len(written) > 100:
        return None
    found = _WRITTEN.fullmatch(written) or _MAIL.fullmatch(written)
    if found is None:
        return moment(_BLANK_BEFORE_ZONE.sub("", written.strip()))
    month, zone = _MONTHS.get(found["month"]), found["zone"]
    if month is None:
        return None
    return moment(
        f"{found['year']}-{month:02}-{found['day']:0>2}T{found['time']}{zone[:3]}:{zone[3:]}"
    )


def as_moment(time: datetime | None) -> str:
    """Returns a time as API v2 writes it, "" for none."""
    return time.isoformat() if time else ""


def id_of(status: Json, *names: str) -> str:
    """Returns an id under the first of the names that has one, as text where both are there.

    JavaScript rounds the numbers, so that ``id`` may be another one than ``id_str``.
    """
    for name in names:
        if found := identifier(status.get(f"{name}_str")) or identifier(status.get(name)):
            return found
    return ""


def is_status(value: Json) -> bool:
    """Whether an object is a post of v1.1: neither one of Weibo nor of another scraper."""
    return (
        isinstance(value.get("user"), dict)
        and isinstance(value.get("full_text", value.get("text")), str)
        and bool(id_of(value, "id"))
        and not any(key in value for key in ("_type", "idstr", "mid", "account", "uri"))
    )


def page_of(status: Json) -> Json:
    """Returns an answer of API v2 with a post of v1.1, and those that stand in it beside it."""
    reposted, quoted = mapping(status, "retweeted_status"), mapping(status, "quoted_status")
    # What a reposted post quotes stands in both of them; the repost itself quotes nothing.
    nested = reposted or quoted
    included = [as_v2(nested)] if nested and is_status(nested) else []
    return {"data": as_v2(status), "includes": {"tweets": included}}


def is_cut(status: Json) -> bool:
    """Whether X cut the words of a post, and the rest is nowhere in it."""
    inner = mapping(status, "retweeted_status") or status
    return inner.get("truncated") is True and not (
        raw(inner, "full_text") or raw(mapping(inner, "extended_tweet"), "full_text")
    )


def as_v2(status: Json) -> Json:
    """Returns a post of v1.1 in the form of API v2."""
    long = mapping(status, "extended_tweet")
    whole = long if raw(long, "full_text") else status
    text = raw(whole, "full_text", "text")
    media = _media(whole) or (_media(status) if whole is not status else [])
    author = author_of(mapping(status, "user"))
    post: Json = {
        "id": id_of(status, "id"),
        "text": text,
        "created_at": as_moment(time_of(status.get("created_at"))),
        "author_id": author["id"],
        "author": author,
        "referenced_tweets": _referenced(status),
        "possibly_sensitive": status.get("possibly_sensitive"),
        "lang": status.get("lang"),
        "edit_history_tweet_ids": _history(status),
    }
    if entities := mapping(whole, "entities"):
        post["entities"] = entities_of(entities, text, _quote_link(status, post, text))
    if media:
        post["attachments"] = {"media": media}
    if (user_id := id_of(status, "in_reply_to_user_id")) or status.get("in_reply_to_screen_name"):
        post["in_reply_to_user_id"] = user_id
        post["in_reply_to_user"] = {"username": raw(status, "in_reply_to_screen_name")}
    return post


def author_of(user: Json) -> Json:
    """Returns a user of v1.1 in the form of API v2."""
    return {
        "id": id_of(user, "id"),
        "username": raw(user, "screen_name"),
        "name": raw(user, "name"),
        "protected": user.get("protected"),
    }


def entities_of(entities: Json, text: str, quoted: Json | None = None) -> Json:
    """Returns entities of v1.1 in the form of API v2: pictures are links there.

    `quoted` is the link to a quoted post where it stands apart from the other links.
    """
    urls = [_link(row) for row in parts(entities, "urls")]
    urls += [_link(row) | {"media_key": id_of(row, "id") or "?"} for row in _pictures(entities)]
    link = raw(quoted, "url")
    if quoted and link and link in text and all(row["url"] != link for row in urls):
        shown = {"display_url": quoted.get("display"), "expanded_url": quoted.get("expanded")}
        urls.append({"url": link} | shown)
    return {
        "urls": urls,
        "hashtags": [{"tag": row.get("text")} for row in parts(entities, "hashtags")],
        "mentions": [
            {"username": raw(row, "screen_name"), "id": id_of(row, "id")}
            for row in parts(entities, "user_mentions")
        ],
    }


def _quote_link(status: Json, post: Json, text: str) -> Json:
    """The link to the quoted post, in streams named apart; archives have it at the end only."""
    if link := mapping(status, "quoted_status_permalink"):
        return link
    quoted = [row["id"] for row in post["referenced_tweets"] if row["type"] == "quoted"]
    if not quoted or (written := status_links.SHORT_AT_END.search(text)) is None:
        return {}
    handle = raw(mapping(status, "quoted_status", "user"), "screen_name") or "i"
    address = f"twitter.com/{handle}/status/{quoted[0]}"
    return {
        "url": written[0],
        "expanded": f"https://{address}",
        "display": f"{address[: status_links.LONGEST_SHOWN]}…",
    }


def _pictures(entities: Json) -> list[Json]:
    return parts(entities, "media", most=MOST_MEDIA)


def _link(row: Json) -> Json:
    start, end = indices_of(row)
    return {
        "start": start,
        "end": end,
        "url": raw(row, "url"),
        "expanded_url": row.get("expanded_url"),
        "display_url": row.get("display_url"),
    }


def indices_of(row: Json) -> tuple[Any, Any]:
    """Returns where an entity begins and ends; X's archives have texts in place of numbers."""
    found = row.get("indices")
    if not isinstance(found, list) or len(found) != 2:
        return None, None
    start, end = (
        int(each) if isinstance(each, str) and each.isdecimal() and len(each) < 6 else each
        for each in found
    )
    return start, end


def _referenced(status: Json) -> list[Json]:
    if reposted := id_of(mapping(status, "retweeted_status"), "id"):
        return [{"type": "retweeted", "id": reposted}]
    found = {
        "replied_to": id_of(status, "in_reply_to_status_id"),
        "quoted": id_of(status, "quoted_status_id")
        or id_of(mapping(status, "quoted_status"), "id"),
    }
    return [{"type": kind, "id": post_id} for kind, post_id in found.items() if post_id]


def _media(holder: Json) -> list[Json]:
    found = parts(mapping(holder, "extended_entities"), "media", most=MOST_MEDIA)
    return [media_of(row) for row in found or _pictures(mapping(holder, "entities"))]


def media_of(row: Json) -> Json:
    """Returns a picture or film of v1.1 in the form of API v2."""
    kind, variants = raw(row, "type"), rows(mapping(row, "video_info"), "variants")
    return {
        "type": kind,
        "url": raw(row, "media_url_https", "media_url") if kind == "photo" else None,
        "alt_text": raw(row, "ext_alt_text"),
        "variants": [
            {"bit_rate": _number(each.get("bitrate")), "url": each.get("url")}
            for each in variants[:MOST_PARTS]
        ],
    }


def _number(value: object) -> object:
    is_written = isinstance(value, str) and value.isdecimal() and len(value) < 10
    return int(value) if is_written else value  # type: ignore[call-overload]


def _history(status: Json) -> list[Any]:
    """The ids of all wordings of a post, of those that were edited from 2022 on."""
    if _EDITED.isdisjoint(status):
        return []
    info = mapping(status, "edit_info")
    for holder in (
        mapping(info, "initial"),
        mapping(info, "edit", "editControlInitial"),
        mapping(status, "edit_history"),
        mapping(status, "edit_controls"),
    ):
        for key in ("editTweetIds", "edit_tweet_ids", "tweet_ids"):
            found = holder.get(key)
            if isinstance(found, list) and found:
                return found
    return []


def near(first: datetime, second: datetime, seconds: float = 2) -> bool:
    """Whether two times are the same, but for what was rounded off."""
    return abs(first - second) <= timedelta(seconds=seconds)


def milliseconds(written: object) -> datetime | None:
    """Returns a time in milliseconds since 1970, written as a number or as text."""
    try:
        return datetime.fromtimestamp(int(str(written)[:14]) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
