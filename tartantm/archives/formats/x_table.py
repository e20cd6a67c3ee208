"""Sheets of posts on X: TAGS, twarc-csv, snscrape, twint, NodeXL, X's analytics, and others.

Which columns mean what is in `tables.SYNONYMS`. Headings were taken from TAGS 5 and 6, the columns
of twarc-csv, twint's and snscrape's output, Social Feed Manager's data dictionary, rtweet, NodeXL
and X's own analytics. Spreadsheets keep 15 digits of a number, so that ids are rounded and times
are shown in anybody's zone: the post's link has the id whole, and the id has the time.

It is longer than others, since all that one row says is read here, whichever tool wrote it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from tartantm.archives import tables, times
from tartantm.archives.rounded_ids import agrees, id_of, is_figure
from tartantm.archives.shape import Context, Row, TableFormat
from tartantm.core.post import Post
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import LONGEST_TEXT, MOST_PARTS, Json, hashtags_in, raw, rows
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x import v1
from tartantm.networks.x.status_links import STATUS_LINK, link_within, with_quoted

ROUNDED = "ids that a spreadsheet rounded, with no link that has them whole"
LOOSE = "what they answer or repeat has an id that a spreadsheet rounded"
NO_ZONE = "times without a zone, taken for the chat's"
NO_CLOCK = "rows with a date only"
CONTRADICTED = "times that contradict the ids, which hold"

_NO_AUTHOR = "a row does not say who wrote it: say it with --author @name where all are of one"
_NOTHING = frozenset(("nan", "none", "null", "[]", "{}", "n/a", "na", "undefined", "<na>", "#n/a"))
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]{4,2000}")
_AFTER = ".,;:!?)…]'"
_MENTION = re.compile(r"(?<![\w@/.])@(\w{1,50})")
_HANDLE = re.compile(r"@?\w{1,50}")
_IN_USER = re.compile(r"(?:'username': |\"username\": ?)['\"](\w{1,50})['\"]")
_PROFILE = re.compile(r"(?i)https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,50})/?")
_OF_X = ("tweet", "from user", "screen name", "retweet", "status id", "id str", "author.username")
"""What headings begin with, or have within, that only sheets of posts on X have."""
_WITHOUT_ID = re.compile(
    r"(?i)(?:https?://)?(?:(?:www|mobile|m|pic)\.)?(?:t\.co|twitter\.com|x\.com)/|[\w #-]{0,30}$"
)
"""What stands in a column of links that says no post: X's short form, or the link's label only."""
_GUARD = re.compile(r"^'(?=[=+@-])(?!.*'(?!\w))", re.S)
"""An apostrophe that keeps a spreadsheet from taking words for a formula, and quotes nothing."""


def fits(headings: Sequence[str]) -> bool:
    """Whether a table has words, and an id or a link, or author and time, of posts on X."""
    names = set(tables.heading_of(headings))
    if tables.lacking(headings):
        return False
    shown = " ".join(tables.plain(each) for each in headings)
    return bool(names & {"id", "url"}) or any(each in shown for each in _OF_X)


def read(row: Row, context: Context) -> Parsed:
    """Parse a row; raises Unreadable for one without words, author or time."""
    cells = {
        name: cell
        for name, cell in row.items()
        if len(cell) > 9 or name == "text" or cell.casefold() not in _NOTHING
    }
    return Parsed() if _is_told_better(cells, context) else read_cells(cells, context)


def _is_told_better(cells: Row, context: Context) -> bool:
    """Whether it is the table in a Grailbird archive: its months beside it have the same posts."""
    if "handle" in cells or PurePath(context.name).name != "tweets.csv":
        return False
    key = f"x-table:{context.name}"
    if key not in context.memory:
        context.memory[key] = context.beside("index.html") is not None
    return context.memory[key] is True


def read_cells(cells: Row, context: Context) -> Parsed:
    """Parse the cells of a row that say something."""
    text = _GUARD.sub("", cells.get("text", ""))
    if not text:
        raise Unreadable("a row without words")
    doubts: list[str] = []
    link = _link(cells)
    is_whole = _has_whole_ids(cells, context)
    post_id = link["id"] if link else id_of(cells.get("id", ""), others_are_whole=is_whole)
    author = _author(cells, link, context)
    cells = times.with_day(cells, context, doubts)
    at = _time(cells, x_payload.posted_at(post_id), context, doubts)
    if not post_id:
        if cells.get("id"):
            doubts.append(ROUNDED)
        if at is None:
            raise Unreadable(_no_time(cells))
        post_id = _made_id(author, at, text)
    post = {
        "id": post_id,
        "text": text[: 2 * LONGEST_TEXT],
        "created_at": v1.as_moment(at),
        "author_id": author["id"],
        "author": author,
        "referenced_tweets": _referenced(cells, post_id, is_whole, doubts),
        "conversation_id": id_of(cells.get("thread", ""), others_are_whole=is_whole),
        "lang": cells.get("language"),
        "entities": _entities(cells, text),
        "attachments": {"media": _listed(cells.get("attachments.media", ""))},
        "in_reply_to_user": {"username": cells.get("reply_to_handle", "")},
    }
    parsed = x_payload.read({"data": with_quoted(post)}) or Parsed()
    parsed.doubts += doubts
    if not post_id.isdecimal():
        parsed.heard = [
            replace(item, url=None) if isinstance(item, Post) else item for item in parsed.heard
        ]
    return parsed


def _has_whole_ids(cells: Row, context: Context) -> bool:
    """Whether this row, or one before it in the file, has an id that nothing rounded."""
    key = f"x-table-whole:{context.name}"
    if not context.memory.get(key):
        context.memory[key] = bool(id_of(cells.get("id", "")))
    return context.memory[key] is True


def _link(cells: Row) -> re.Match[str] | None:
    """The address of the post itself: by its column, or by any that fits its author and its id."""
    written = cells.get("id", "")
    if (url := cells.get("url", "")) and (found := link_within(url)):
        if agrees(found["id"], written):
            return found
    elif url and not written and not _WITHOUT_ID.match(url):
        raise Unreadable("a row of another network than X")
    handle = cells.get("handle", "").lstrip("@").casefold()
    for name, cell in cells.items():
        if name != "text" and "/status" in cell and (found := link_within(cell)):
            is_own = bool(handle) and (found["handle"] or "").casefold() == handle
            if is_own and written and agrees(found["id"], written):
                return found
    return None


def _no_time(cells: Row) -> str:
    """Why a row without an id has no time."""
    if written := cells.get("created_at") or cells.get("date") or cells.get("time"):
        return f"a row without an id, whose time cannot be read: {written[:40]}"
    return "a row without an id and a time"


def _made_id(author: Json, at: datetime, text: str) -> str:
    """An id for a post whose own is lost: no number, so that it is nobody else's."""
    written = f"{author['username'].casefold()}|{at.isoformat()}|{' '.join(text.split())}"
    return f"sheet-{hashlib.sha256(written.encode('utf-8', 'replace')).hexdigest()[:24]}"


def _author(cells: Row, link: re.Match[str] | None, context: Context) -> Json:
    handle = cells.get("handle", "")
    if found := _IN_USER.search(handle) or _PROFILE.match(handle):
        handle = found[1]
    linked = (link["handle"] or "") if link else ""
    # "Ailsa Example (@ailsa)" and names with blanks stand under "user", too.
    if not _HANDLE.fullmatch(handle):
        named = _MENTION.search(handle)
        handle = linked or (named[1] if named else "")
    account = context.account
    author_id = id_of(cells.get("account_id", ""))
    if not handle and not author_id and not cells.get("name"):
        if account is None and not linked:
            raise Unreadable(_NO_AUTHOR)
        handle = linked or (account.handle if account else "")
        if account and account.handle.casefold() == handle.casefold():
            author_id = account.id
    return {
        "id": author_id,
        "username": (handle or linked).lstrip("@"),
        "name": cells.get("name", ""),
        "protected": cells.get("author.protected", "").casefold() == "true",
    }


def _time(
    cells: Row, by_id: datetime | None, context: Context, doubts: list[str]
) -> datetime | None:
    """When a post was written, to the second."""
    when = times.of_row(cells)
    options = when.in_utc(context.zone) if when else []
    if by_id is not None:
        exact = by_id.replace(microsecond=0)
        if when is None or not options:
            return exact
        # An edited post has the time of its last wording, and a zone shifts by hours at most.
        if all(abs(each - exact) > timedelta(hours=26) for each in options):
            doubts.append(CONTRADICTED)
        elif len(options) > 1:
            nearest = min(options, key=lambda each: abs(each - exact))
            context.memory[times.ORDER] = options.index(nearest)
        is_exact = when.zone and when.has_seconds
        near = [each for each in options if v1.near(each, by_id)]
        return near[0] if is_exact and near else exact
    if when is None or not options:
        return None
    if not when.has_clock:
        doubts.append(NO_CLOCK)
    if not when.zone:
        doubts.append(NO_ZONE)
    return times.ordered(options, context, doubts)


def _referenced(cells: Row, post_id: str, is_whole: bool, doubts: list[str]) -> list[Json]:
    columns = {"retweeted": "repost_of", "replied_to": "reply_to", "quoted": "quote_of"}
    found = {
        kind: id_of(cells.get(column, ""), others_are_whole=is_whole)
        for kind, column in columns.items()
    }
    if any(not found[kind] and is_figure(cells.get(columns[kind], "")) for kind in columns):
        doubts.append(LOOSE)
    for kind, written in _of_either(cells).items():
        found[kind] = found[kind] or id_of(written, others_are_whole=is_whole)
    quoted = STATUS_LINK.match(cells.get("quote url", ""))
    if quoted and not found["quoted"]:
        found["quoted"] = quoted["id"]
    return [{"type": kind, "id": each} for kind, each in found.items() if each and each != post_id]


def _of_either(cells: Row) -> dict[str, str]:
    """What is reposted or quoted by columns that mean it in the sheets of some tools only.

    twarc 1 has one column for both; twint calls a repost's own id what Hydrator calls that of the
    reposted post.
    """
    found = {"retweeted": cells.get("retweet id", "") if "user rt" not in cells else ""}
    if either := cells.get("retweet or quote id", ""):
        kind = cells.get("tweet type", "").casefold() or cells.get("text", "")[:2].casefold()
        found["retweeted" if kind in ("retweet", "rt") else "quoted"] = either
    return found


def _entities(cells: Row, text: str) -> Json:
    """Links, hashtags and mentions: as X told them, where a column has that; else by the words."""
    if told := cells.get("entities str"):
        given = _decoded(told)
        if isinstance(given, dict) and given.keys() & {"urls", "hashtags", "user_mentions"}:
            return v1.entities_of(given, text)
    urls = [row for row in _listed(cells.get("entities.urls", "")) if raw(row, "url")]
    tags = [row for row in _listed(cells.get("entities.hashtags", "")) if raw(row, "tag")]
    mentions = _listed(cells.get("entities.mentions", ""))
    return {
        "urls": urls or links_in(text),
        "hashtags": tags or hashtags_of(text),
        "mentions": [row for row in mentions if raw(row, "username")]
        or [{"username": handle} for handle in _MENTION.findall(text)[:MOST_PARTS]],
    }


def links_in(text: str) -> list[Json]:
    """Returns the addresses that stand in a text, as links that are shown as they are written."""
    found = (each.rstrip(_AFTER) for each in _ADDRESS.findall(text)[:MOST_PARTS])
    return [{"url": each, "expanded_url": each.replace("&amp;", "&")} for each in found]


def hashtags_of(text: str) -> list[Json]:
    """Returns the hashtags that stand in a text, as API v2 has them."""
    return [{"tag": tag} for tag in hashtags_in(text)[:MOST_PARTS]]


def _listed(written: str) -> list[Json]:
    return rows({"": _decoded(written)}, "")


def _decoded(written: str) -> Any:
    if not written.startswith(("[", "{")):
        return None
    try:
        return decode(written.encode("utf-8", "replace"))
    except (Undecodable, json.JSONDecodeError):
        return None


X_TABLE = TableFormat("x-table", "Table of posts on X", fits, read)
