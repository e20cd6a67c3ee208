"""Writes one made-up chat in each form that posts on X are kept in, as its tools would.

What a form has no room for is left out, and `HOLDS` says what each of them has room for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Json = dict[str, Any]
_EPOCH = 1_288_834_974_657


def snowflake(at: datetime, number: int) -> str:
    """An id of X of a post written at a time; ids from before November 2010 only count up."""
    since = round(at.timestamp() * 1000) - _EPOCH
    return str(
        since << 22 | number if since >= 0 else 29_000_000_000 + since // 1000 * 100 + number
    )


@dataclass(frozen=True)
class Said:
    """A post, as whoever wrote it knows it."""

    id: str
    handle: str
    at: datetime
    words: str
    reply_to: Said | None = None
    quotes: Said | None = None
    reposts: Said | None = None
    link: str = ""
    """An address that stands at the end of the words."""

    @property
    def account(self) -> str:
        return str(100 + sum(map(ord, self.handle)))

    @property
    def name(self) -> str:
        return f"{self.handle.title()} Example"

    @property
    def address(self) -> str:
        return f"https://twitter.com/{self.handle}/status/{self.id}"

    @property
    def thread(self) -> str:
        return self.reply_to.thread if self.reply_to else self.id

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """Each as X shortened it, whole, and shown."""
        found = []
        if self.link:
            found.append((f"https://t.co/l{self.id[-8:]}", self.link, "site.example/page"))
        if self.quotes:
            shown = self.quotes.address.removeprefix("https://")[:26] + "…"
            found.append((f"https://t.co/q{self.id[-8:]}", self.quotes.address, shown))
        return found

    @property
    def text(self) -> str:
        """As X delivers it: with short links, and its own signs escaped."""
        if self.reposts:
            return f"RT @{self.reposts.handle}: {self.reposts.text}"
        words = self.words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return " ".join([words, *(short for short, _, _ in self.links)])

    @property
    def hashtags(self) -> list[str]:
        return [word[1:] for word in self.words.split() if word.startswith("#")]


def _urls(said: Said, text: str) -> Iterable[tuple[int, int, tuple[str, str, str]]]:
    for link in said.links:
        start = text.find(link[0])
        yield start, start + len(link[0]), link


def _v2_post(said: Said) -> Json:
    holder = said.reposts or said
    references = {"retweeted": said.reposts, "replied_to": said.reply_to, "quoted": said.quotes}
    post: Json = {
        "id": said.id,
        "text": said.text,
        "author_id": said.account,
        "created_at": said.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": said.thread,
        "referenced_tweets": [
            {"type": kind, "id": other.id} for kind, other in references.items() if other
        ],
        "entities": {
            "urls": [
                {
                    **{"start": start, "end": end, "url": short},
                    **{"expanded_url": whole, "display_url": shown},
                }
                for start, end, (short, whole, shown) in _urls(holder, said.text)
            ],
            "hashtags": [{"tag": tag} for tag in holder.hashtags],
        },
    }
    if said.reply_to:
        post["in_reply_to_user_id"] = said.reply_to.account
    return post


def v2(chat: Sequence[Said]) -> bytes:
    """Answers of X API v2, a line each, as twarc2 keeps them."""
    return _lines(_v2_page(said) for said in chat)


def _v2_page(said: Said) -> Json:
    other = [each for each in (said.reposts, said.quotes) if each]
    people = [said, *other, *([said.reply_to] if said.reply_to else [])]
    users = {
        each.account: {"id": each.account, "username": each.handle, "name": each.name}
        for each in people
    }
    included = {"users": list(users.values()), "tweets": [_v2_post(each) for each in other]}
    return {"data": [_v2_post(said)], "includes": included}


def _old_time(at: datetime) -> str:
    return at.strftime("%a %b %d %H:%M:%S +0000 %Y")


def _v1_entities(said: Said, text: str) -> Json:
    return {
        "hashtags": [{"text": tag, "indices": [0, 1]} for tag in said.hashtags],
        "urls": [
            {
                **{"url": short, "expanded_url": whole, "display_url": shown},
                "indices": [start, end],
            }
            for start, end, (short, whole, shown) in _urls(said, text)
        ],
        "user_mentions": [],
        "symbols": [],
    }


def v1_status(said: Said, *, user: bool = True) -> Json:
    """A post of X API v1.1 with all its words."""
    status: Json = {
        "created_at": _old_time(said.at),
        "id": int(said.id),
        "id_str": said.id,
        "full_text": said.text,
        "truncated": False,
        "display_text_range": [0, len(said.text)],
        "entities": _v1_entities(said.reposts or said, said.text),
        "in_reply_to_status_id_str": said.reply_to.id if said.reply_to else None,
        "in_reply_to_user_id_str": said.reply_to.account if said.reply_to else None,
        "in_reply_to_screen_name": said.reply_to.handle if said.reply_to else None,
        "is_quote_status": said.quotes is not None,
    }
    if user:
        status["user"] = {
            **{"id": int(said.account), "id_str": said.account, "screen_name": said.handle},
            **{"name": said.name, "protected": False},
        }
    if said.quotes and user:
        status["quoted_status_id_str"] = said.quotes.id
        status["quoted_status"] = v1_status(said.quotes)
    if said.reposts and user:
        status["retweeted_status"] = v1_status(said.reposts)
    return status


def v1_streamed(said: Said) -> Json:
    """The same as the streams had it from 2017 on: cut, and whole beside that."""
    whole = v1_status(said)
    text, entities = whole.pop("full_text"), whole.pop("entities")
    whole.pop("display_text_range")
    whole |= {"text": f"{text[:100]}…", "truncated": True, "entities": {"urls": []}}
    whole["extended_tweet"] = {"full_text": text, "entities": entities}
    for inner, other in (("quoted_status", said.quotes), ("retweeted_status", said.reposts)):
        if other:
            whole[inner] = v1_streamed(other)
    return whole


def v1(chat: Sequence[Said]) -> bytes:
    """Lines as twarc 1 kept them."""
    return _lines(map(v1_status, chat))


def streamed(chat: Sequence[Said]) -> bytes:
    """Lines of a stream."""
    return _lines(map(v1_streamed, chat))


def found(chat: Sequence[Said]) -> bytes:
    """An answer of the search of v1.1."""
    whole = {"statuses": [v1_status(said) for said in chat], "search_metadata": {"count": 100}}
    return json.dumps(whole, indent=1).encode()


def archive(chat: Sequence[Said]) -> dict[str, bytes]:
    """X's archives of all who wrote in a chat, by file."""
    files: dict[str, bytes] = {}
    for handle in dict.fromkeys(said.handle for said in chat):
        own = [said for said in chat if said.handle == handle]
        account = {
            "username": handle,
            "accountId": own[0].account,
            "accountDisplayName": own[0].name,
        }
        tweets = [{"tweet": v1_status(said, user=False)} for said in own]
        files |= {
            f"{handle}/data/account.js": assigned("YTD.account.part0", [{"account": account}]),
            f"{handle}/data/tweets.js": assigned("YTD.tweets.part0", tweets[:3]),
            f"{handle}/data/tweets-part1.js": assigned("YTD.tweets.part1", tweets[3:]),
            f"{handle}/data/deleted-tweets.js": assigned("YTD.deleted_tweets.part0", tweets),
        }
    return files


def assigned(name: str, values: list[Any]) -> bytes:
    """A script of an archive that assigns a list to a name."""
    return f"window.{name} = {json.dumps(values, indent=2)}".encode()


def grailbird(chat: Sequence[Said]) -> dict[str, bytes]:
    """The archives of 2012 to 2018, by file."""
    files: dict[str, bytes] = {}
    for said in chat:
        status = v1_status(said, user=True) | {"created_at": f"{said.at:%Y-%m-%d %H:%M:%S} +0000"}
        status["text"] = status.pop("full_text")
        for absent in ("quoted_status", "quoted_status_id_str", "truncated", "display_text_range"):
            status.pop(absent, None)
        name = f"{said.handle}/data/js/tweets/{said.at:%Y_%m}.js"
        files[name] = files.get(name, b"") + json.dumps(status).encode() + b",\n"
    for name, rows in files.items():
        month = Path(name).stem
        files[name] = f"Grailbird.data.tweets_{month} = \n[ ".encode() + rows[:-2] + b" ]"
    for handle in {said.handle for said in chat}:
        files[f"{handle}/data/js/user_details.js"] = (
            f'var user_details =  {{"screen_name":"{handle}", "id":"1"}}'.encode()
        )
    return files


TAGS = (
    *("id_str", "from_user", "text", "created_at", "time", "geo_coordinates", "user_lang"),
    *("in_reply_to_user_id_str", "in_reply_to_screen_name", "from_user_id_str"),
    *("in_reply_to_status_id_str", "source", "profile_image_url", "user_followers_count"),
    *("user_friends_count", "user_location", "status_url", "entities_str"),
)


def tags_rows(chat: Sequence[Said]) -> list[list[str]]:
    """The rows of a sheet of TAGS, with its heading."""
    rows = [list(TAGS)]
    for said in chat:
        to = said.reply_to
        local = said.at + timedelta(hours=1)
        cells = {
            "id_str": said.id,
            "from_user": said.handle,
            "text": said.text,
            "created_at": _old_time(said.at),
            "time": local.strftime("%d/%m/%Y %H:%M:%S"),
            "user_lang": "en",
            "in_reply_to_user_id_str": to.account if to else "",
            "in_reply_to_screen_name": to.handle if to else "",
            "from_user_id_str": said.account,
            "in_reply_to_status_id_str": to.id if to else "",
            "status_url": f"http://twitter.com/{said.handle}/statuses/{said.id}",
            "entities_str": json.dumps(_v1_entities(said, said.text)),
        }
        rows.append([cells.get(name, "") for name in TAGS])
    return rows


def tags_csv(chat: Sequence[Said]) -> bytes:
    """A sheet of TAGS as CSV."""
    return _csv(tags_rows(chat))


def tags_rounded(chat: Sequence[Said]) -> bytes:
    """The same after a spreadsheet: ids rounded, times as it shows them."""
    heading, *rows = tags_rows(chat)
    for row in rows:
        row[0] = f"{float(row[0]):.4E}"
        row[3] = ""
    return _csv([heading, *rows])


def tags_xlsx(chat: Sequence[Said]) -> bytes:
    """A workbook of TAGS: its first sheet explains, ids are numbers, times are dates."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Readme and settings"
    first.append(["TAGS", "a made-up one"])
    sheet = book.create_sheet("Archive")
    heading, *rows = tags_rows(chat)
    sheet.append(heading)
    for row, said in zip(rows, chat, strict=True):
        cells: list[Any] = list(row)
        cells[0] = float(row[0])
        cells[4] = said.at.replace(tzinfo=None) + timedelta(hours=1)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def twarc_csv(chat: Sequence[Said]) -> bytes:
    """What twarc-csv makes of answers of v2."""
    heading = [
        *("id", "conversation_id", "referenced_tweets.replied_to.id"),
        *("referenced_tweets.retweeted.id", "referenced_tweets.quoted.id", "author_id"),
        *("in_reply_to_user_id", "in_reply_to_username", "created_at", "text", "lang", "source"),
        *("entities.hashtags", "entities.urls", "author.id", "author.name", "author.username"),
    ]
    rows = [heading]
    for said in chat:
        post = _v2_post(said)
        to, reposted, quoted = said.reply_to, said.reposts, said.quotes
        cells = {
            "id": said.id,
            "conversation_id": said.thread,
            "referenced_tweets.replied_to.id": to.id if to else "",
            "referenced_tweets.retweeted.id": reposted.id if reposted else "",
            "referenced_tweets.quoted.id": quoted.id if quoted else "",
            "author_id": said.account,
            "in_reply_to_username": to.handle if to else "",
            "created_at": post["created_at"],
            "text": said.text,
            "entities.hashtags": json.dumps(post["entities"]["hashtags"]),
            "entities.urls": json.dumps(post["entities"]["urls"]),
            "author.id": said.account,
            "author.name": said.name,
            "author.username": said.handle,
        }
        rows.append([cells.get(name, "") for name in heading])
    return _csv(rows)


def _scraped(said: Said) -> Json:
    to = said.reply_to
    holder = said.reposts or said
    return {
        "_type": "snscrape.modules.twitter.Tweet",
        "url": said.address,
        "date": f"{said.at:%Y-%m-%dT%H:%M:%S}+00:00",
        "rawContent": said.text,
        "renderedContent": said.words,
        "id": int(said.id),
        "user": {
            "_type": "snscrape.modules.twitter.User",
            **{"username": said.handle, "id": int(said.account), "displayname": said.name},
        },
        "conversationId": int(said.thread),
        "links": [
            {"text": shown, "url": whole, "tcourl": short, "indices": [0, 1]}
            for short, whole, shown in holder.links
        ],
        "hashtags": holder.hashtags or None,
        "media": None,
        "retweetedTweet": _scraped(said.reposts) if said.reposts else None,
        "quotedTweet": _scraped(said.quotes) if said.quotes else None,
        "inReplyToTweetId": int(to.id) if to else None,
        "inReplyToUser": {"username": to.handle, "id": int(to.account)} if to else None,
    }


def snscrape(chat: Sequence[Said]) -> bytes:
    """Lines of snscrape."""
    return _lines(map(_scraped, chat))


def _twint(said: Said) -> Json:
    local = said.at + timedelta(hours=1)
    return {
        "id": int(said.id),
        "conversation_id": said.thread,
        "created_at": f"{local:%Y-%m-%d %H:%M:%S} BST",
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M:%S}",
        "timezone": "+0100",
        "user_id": int(said.account),
        "username": said.handle,
        "name": said.name,
        "place": "",
        "tweet": said.words,
        "language": "en",
        "mentions": [],
        "urls": [],
        "hashtags": said.hashtags,
        "link": said.address,
        "retweet": False,
        "quote_url": said.quotes.address if said.quotes else "",
        "reply_to": [],
    }


def twint(chat: Sequence[Said]) -> bytes:
    """Lines of twint's JSON."""
    return _lines(map(_twint, chat))


def twint_csv(chat: Sequence[Said]) -> bytes:
    """twint's CSV."""
    rows = [_twint(said) for said in chat]
    return _csv([[*rows[0]], *([str(cell) for cell in row.values()] for row in rows)])


def _lines(values: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode()


ALL = {"reply_to", "quote_of", "repost_of", "links"}
WRITERS: dict[str, tuple[Callable[[Sequence[Said]], bytes | dict[str, bytes]], set[str]]] = {
    "v2": (v2, ALL | {"thread"}),
    "v1": (v1, ALL),
    "streamed": (streamed, ALL),
    "found": (found, ALL),
    "archive": (archive, ALL - {"repost_of"}),
    "grailbird": (grailbird, ALL - {"repost_of"}),
    "tags-csv": (tags_csv, ALL - {"repost_of"}),
    "tags-rounded": (tags_rounded, ALL - {"repost_of"}),
    "tags-xlsx": (tags_xlsx, ALL - {"repost_of"}),
    "twarc-csv": (twarc_csv, ALL | {"thread"}),
    "snscrape": (snscrape, ALL | {"thread"}),
    "twint": (twint, {"thread", "quote_of"}),
    "twint-csv": (twint_csv, {"thread", "quote_of"}),
}
"""By name: what writes the form, and what it has room for."""


def write(form: str, chat: Sequence[Said], folder: Path) -> Path:
    """Write a chat in a form; returns the file or folder."""
    content = WRITERS[form][0](chat)
    path = folder / form
    if isinstance(content, bytes):
        path.write_bytes(content)
        return path
    for name, held in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(held)
    return path
