"""Reads tables with a heading: CSV, TSV, semicolons, and XLSX; each row by canonical names.

Spreadsheets rename, reorder and add columns, and tools never agreed on names; `SYNONYMS` says which
of them mean the same. `times` reads the times in them, and ids that a spreadsheet rounded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import IO

from tartantm.archives.encodings import Decoder
from tartantm.archives.shape import Row

LONGEST_CELL = 1 << 20
"""Characters of a cell; Excel allows 32,767."""

MOST_COLUMNS = 500

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("id_str", "id", "tweet_id", "tweetid", "status_id", "statusid", "post id", "message id"),
    "url": (
        *("status_url", "url", "link", "tweet_url", "permalink", "tweet link", "tweet_permalink"),
        *("tweeturl", "permanent link", "post url", "tweet permalink"),
    ),
    "text": (
        *("text", "full_text", "tweet", "content", "rawcontent", "tweet_text", "message", "words"),
        *("renderedcontent", "status", "post", "body", "tweet text", "tweet content", "comment"),
    ),
    "handle": (
        *("from_user", "author.username", "username", "screen_name", "user_screen_name"),
        *("user.username", "handle", "user.screen_name", "twitter_handle", "from", "author_handle"),
        *("account", "user_name", "tweet_user", "user", "sender"),
    ),
    "name": (
        *("author.name", "name", "user.name", "user.displayname", "display_name", "full name"),
        *("from_user_name", "fullname", "author", "real name", "user_real_name"),
    ),
    "account_id": (
        "from_user_id_str",
        "author_id",
        "user_id",
        "user.id",
        "user_id_str",
        "author.id",
    ),
    "created_at": (
        *(
            "created_at",
            "createdat",
            "created at",
            "timestamp",
            "datetime",
            "date_time",
            "posted at",
        ),
        *("tweet_created_at", "created", "published", "date created", "utc"),
    ),
    "date": ("date", "day", "tweet_date"),
    "time": ("time", "hour", "tweet_time"),
    "zone": ("timezone", "time zone", "tz", "utc_offset"),
    "reply_to": (
        *("in_reply_to_status_id_str", "in_reply_to_status_id", "inreplytotweetid", "in_reply_to"),
        *("referenced_tweets.replied_to.id", "reply_to_status_id", "in_reply_to_tweet_id"),
    ),
    "reply_to_handle": (
        *("in_reply_to_screen_name", "in_reply_to_username", "inreplytouser.username"),
        "reply_to_screen_name",
    ),
    "repost_of": (
        *(
            "retweeted_status_id",
            "retweet_id",
            "referenced_tweets.retweeted.id",
            "retweetedtweet.id",
        ),
        *("retweeted_status.id_str", "retweeted_status_id_str", "retweeted_id"),
    ),
    "quote_of": (
        *(
            "quoted_status_id",
            "quoted_status_id_str",
            "referenced_tweets.quoted.id",
            "quotedtweet.id",
        ),
        "quote_status_id",
    ),
    "thread": ("conversation_id", "conversationid", "thread_id", "conversation_id_str"),
    "language": ("lang", "language", "user_lang"),
    "hashtags": ("hashtags", "entities.hashtags", "tags"),
}
"""By canonical name, the headings that mean it, in lower case; of several the first."""

_DELIMITERS = ",;\t|"
_SPACES = re.compile(r"[\s_]+")


def heading_of(rows: Sequence[str]) -> list[str]:
    """Returns the canonical names of columns, by their headings; others in lower case."""
    plain = [_SPACES.sub(" ", heading).strip().casefold() for heading in rows]
    names = list(plain)
    for canonical, synonyms in SYNONYMS.items():
        wanted = (_SPACES.sub(" ", each) for each in synonyms)
        if found := next((each for each in wanted if each in plain), None):
            names[plain.index(found)] = canonical
    return names


def delimiter_of(line: str) -> str:
    """Returns what separates the cells of a heading."""
    return max(_DELIMITERS, key=line.count)


def csv_rows(file: IO[bytes], decoder: Decoder) -> Iterator[tuple[int, list[str]]]:
    """Yields the rows of a table as text, each with the number of its first line.

    Raises `csv.Error` for what is none.
    """
    first = decoder.text(file.readline(LONGEST_CELL))
    if first.lower().startswith("sep="):  # Excel's own way to say it
        delimiter, lines, before = first.strip()[4:5] or ",", _text_lines(file, decoder), 1
    else:
        delimiter, before = delimiter_of(first), 0
        lines = _with(first, _text_lines(file, decoder))
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    number = before
    for row in reader:
        yield number + 1, row[:MOST_COLUMNS]
        number = before + reader.line_num


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _text_lines(file: IO[bytes], decoder: Decoder) -> Iterator[str]:
    while line := file.readline(LONGEST_CELL):
        yield decoder.text(line).replace("\0", "")


def named(names: Sequence[str], row: Sequence[str]) -> Row:
    """Returns a row by the names of its columns, without empty cells."""
    found: dict[str, str] = {}
    for name, cell in zip(names, row, strict=False):
        if (value := cell.strip()) and name not in found:
            found[name] = value
    return found
