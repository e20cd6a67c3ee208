"""Builds what is left of a made-up evening: four people's archives of X and a sheet that overlaps.

Each archive is in the shape of its years, with what stands beside the posts, and holds a few
hundred posts of other days. Everything that anybody says here is made up.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.archives.writers import Said, assigned, snowflake, tags_rows, v1_status

BEGINS = datetime(2012, 6, 20, 17, 0, tzinfo=UTC)
"""18:00 British Summer Time."""
TAG = "#tartantm"
OTHER_DAYS = 120

QUESTIONS = (
    *("What did you try this year?", "What stopped you?", "Who has to be asked first?"),
    *("What does it cost?", "What does it cost not to?", "Where do you go for help?"),
    *("What would you never do again?", "What are you proud of?", "What is next?"),
    "What do you take home?",
)
FOLLOW_UPS = {3: "And who never is?", 7: "Would you tell others?"}


def agenda() -> str:
    """The announcement, as a blog had it."""
    lines = ["# TartanTM: small steps or great leaps?", ""]
    lines += [f"Wednesday 20 June 2012, 18:00 to 20:00 BST, {TAG}. Come to the pub!", ""]
    for number, text in enumerate(QUESTIONS, 1):
        lines.append(f"{number}. {text}")
        if number in FOLLOW_UPS:
            lines.append(f"   - {FOLLOW_UPS[number]}")
    return "\n".join(lines) + "\n"


THOUGHTS = (
    *("a smaller form", "two days with the map", "the long list", "a walk with the planners"),
    *("tea, and a whiteboard", "the old spreadsheet", "three phone calls", "a bus timetable"),
    *("somebody who says no", "the ferry", "one page and no more", "a borrowed laptop"),
    *("the people at the desk", "a very short meeting", "the fourth floor", "open windows"),
    *("a list of names", "the rain", "paper and string", "the back of an envelope"),
)
"""One for each answer of a person; who said it stands before it."""


class Evening:
    """What was said, by id, and who has it."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.own: list[Said] = []
        """What counts: everything but reposts."""
        self.labelled: dict[str, str] = {}
        """The question that an answer names, by the id of the post."""
        self._build()

    def say(
        self, handle: str, minute: float, words: str, *, to: Said | None = None, counts: bool = True
    ) -> Said:
        """Say something at a minute after six."""
        at = BEGINS + timedelta(minutes=minute, seconds=len(self.said) % 50)
        said = Said(snowflake(at, len(self.said)), handle, at, words, reply_to=to)
        self.said.append(said)
        if counts:
            self.own.append(said)
        return said

    def _build(self) -> None:
        self.say("ailsa", 0.5, f"Welcome to {TAG}! Ten questions, two hours, off we go")
        first: dict[int, Said] = {}
        for number in range(1, 11):
            start = 2 + (number - 1) * 11
            asked = self.say("ailsa", start, f"Q{number}: {QUESTIONS[number - 1]} {TAG}")
            self.labelled[asked.id] = f"Q{number}"
            for place, handle in enumerate(("bram", "cat", "dod", "eilidh", "fergus", "gita")):
                thought = THOUGHTS[(number + place * 3) % len(THOUGHTS)]
                words = f"A{number}: {handle} says {thought} & more {TAG}"
                answer = self.say(handle, start + 2 + place, words)
                self.labelled[answer.id] = f"Q{number}"
                first.setdefault(number, answer)
            bram = first[number]
            if number % 2:
                self.say("dod", start + 8, f"RT @bram: {bram.words}", counts=False)
                self.say("cat", start + 8.2, f"“@bram: {bram.words}” yes, {number} times")
            else:
                thanks = f"@bram how long did {number} take?"
                asks = self.say("cat", start + 8, thanks, to=bram)
                self.say("bram", start + 8.5, f"@cat {number} weeks, no less", to=asks)
                self.say("dod", start + 9, f"So true {number}! RT @bram: {bram.words}")
        self.say("ailsa", 118, f"Thank you all! {TAG}")
        self.say("dod", 160, f"Home at last, good evening {TAG}")

    def of(self, handle: str) -> list[Said]:
        """What somebody said on the evening."""
        return [said for said in self.said if said.handle == handle]

    def on_the_sheet(self) -> list[Said]:
        """What the sheet found: whatever has the hashtag, but for gaps; the newest first."""
        found = [said for said in self.said if TAG in said.words]
        kept = [
            said
            for number, said in enumerate(found)
            if number % 7 or said.handle in ("eilidh", "fergus", "gita")
        ]
        return kept[::-1]


def other_days(handle: str, since: int) -> Iterator[Said]:
    """What somebody wrote otherwise, from a year on: some of it with the hashtag, some that day."""
    begin = datetime(since, 1, 3, 9, 12, 41, tzinfo=UTC)
    for number in range(OTHER_DAYS):
        at = begin + timedelta(days=number * 10, minutes=number * 37 % 600)
        words = f"Day {number} of {handle}: {THOUGHTS[number % len(THOUGHTS)]}"
        if at.date() != BEGINS.date():
            yield Said(snowflake(at, number), handle, at, words + (f" {TAG}" * (number % 40 == 7)))
    stranger = Said(snowflake(BEGINS, 99), "stranger", BEGINS, "Anybody seen my cat?")
    for number, to in enumerate((None, stranger)):
        at = BEGINS + timedelta(minutes=30 + number)
        words = f"{'@stranger ' if to else ''}{handle}: nothing to do with it {number}"
        yield Said(snowflake(at, 1000 + number), handle, at, words, reply_to=to)


def _months(posts: Sequence[Said]) -> dict[str, bytes]:
    months: dict[str, list[Any]] = {}
    for said in sorted(posts, key=lambda said: said.at, reverse=True):
        status = v1_status(said) | {"created_at": f"{said.at:%Y-%m-%d %H:%M:%S} +0000"}
        status |= {"text": status.pop("full_text"), "geo": {}, "source": "web"}
        for absent in ("truncated", "display_text_range", "is_quote_status"):
            status.pop(absent)
        if said.reply_to is None:
            status = {name: value for name, value in status.items() if "in_reply" not in name}
        months.setdefault(f"{said.at:%Y_%m}", []).append(status)
    return {
        f"data/js/tweets/{month}.js": (
            f"Grailbird.data.tweets_{month} = \n ".encode() + json.dumps(rows, indent=1).encode()
        )
        for month, rows in months.items()
    }


def grailbird(posts: Sequence[Said]) -> dict[str, bytes]:
    """An archive of 2012 to 2018: months as scripts, and everything once more as CSV."""
    one = posts[0]
    held = io.StringIO()
    sheet = csv.writer(held, quoting=csv.QUOTE_ALL)
    sheet.writerow(
        ["tweet_id", "in_reply_to_status_id", "in_reply_to_user_id", "timestamp", "source", "text"]
    )
    for said in posts:
        to = said.reply_to
        row = [said.id, to.id if to else "", to.account if to else ""]
        sheet.writerow([*row, f"{said.at:%Y-%m-%d %H:%M:%S} +0000", "web", said.text])
    details = {"screen_name": one.handle, "id": one.account, "full_name": one.name}
    return {
        "README.txt": b"To view your archive, open index.html\n",
        "index.html": b"<!DOCTYPE html><html><head></head><body></body></html>",
        "css/application.min.css": b"body { margin: 0 }",
        "js/application.js": b"(function () { var a = 1; })();",
        "img/bird.png": b"\x89PNG\r\n\x1a\n\0\0\0\0",
        "tweets.csv": held.getvalue().encode(),
        "data/js/payload_details.js": f'var payload_details =  {{"tweets":{len(posts)}}}'.encode(),
        "data/js/user_details.js": f"var user_details =  {json.dumps(details)}".encode(),
        "data/js/tweet_index.js": b'var tweet_index =  [ {"file_name" : "data\\/js\\/tweets"} ]',
        **_months(posts),
    }


def _account(one: Said) -> bytes:
    account = {"username": one.handle, "accountId": one.account, "accountDisplayName": one.name}
    return assigned("YTD.account.part0", [{"account": account | {"email": "a@mail.example"}}])


def of_2019(posts: Sequence[Said]) -> dict[str, bytes]:
    """An archive of early 2019: `tweet.js` at the top, posts not wrapped."""
    messages = [{"dmConversation": {"conversationId": "1-2", "messages": []}}]
    return {
        "README.txt": b"What the files are\n",
        "account.js": _account(posts[0]),
        "direct-message.js": assigned("YTD.direct_message.part0", messages),
        "like.js": assigned("YTD.like.part0", [{"like": {"tweetId": "7", "fullText": TAG}}]),
        "profile.js": assigned("YTD.profile.part0", [{"profile": {"description": {"bio": "B"}}}]),
        "tweet.js": assigned("YTD.tweet.part0", [v1_status(said, user=False) for said in posts]),
        "tweet_media/7-a.jpg": b"\xff\xd8\xff\xe0",
    }


def of_2022(posts: Sequence[Said]) -> dict[str, bytes]:
    """An archive of 2022 and later: `data/`, parts, and much that is for nobody else."""
    tweets = [{"tweet": v1_status(said, user=False)} for said in posts]
    headers = [{"tweet": {"tweet_id": said.id, "user_id": said.account}} for said in posts]
    half = len(tweets) // 2
    return {
        "Your archive.html": b"<!DOCTYPE html><html></html>",
        "assets/fonts/a.woff": b"wOFF\0\1\0\0",
        "data/README.txt": b"What the files are\n",
        "data/manifest.js": b'window.__THAR_CONFIG = {"userInfo": {"userName": "x"}}',
        "data/account.js": _account(posts[0]),
        "data/tweets.js": assigned("YTD.tweets.part0", tweets[:half]),
        "data/tweets-part1.js": assigned("YTD.tweets.part1", tweets[half:]),
        "data/tweet-headers.js": assigned("YTD.tweet_headers.part0", headers),
        "data/deleted-tweets.js": assigned("YTD.deleted_tweets.part0", tweets[:3]),
        "data/note-tweet.js": assigned("YTD.note_tweet.part0", []),
        "data/like.js": assigned("YTD.like.part0", [{"like": {"tweetId": "7", "fullText": TAG}}]),
        "data/ip-audit.js": assigned("YTD.ip_audit.part0", [{"ipAudit": {"loginIp": "::1"}}]),
        "data/tweets_media/7-a.jpg": b"\xff\xd8\xff\xe0",
    }


def sheet(posts: Sequence[Said]) -> bytes:
    """A sheet of TAGS that a spreadsheet has rounded the ids of."""
    heading, *rows = tags_rows(posts)
    for row in rows:
        row[0] = f"{float(row[0]):.4E}"
    held = io.StringIO()
    csv.writer(held).writerows([heading, *rows])
    return held.getvalue().encode()


def _pack(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def _lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _all(evening: Evening, handle: str, since: int) -> list[Said]:
    posts: Iterable[Said] = [*other_days(handle, since), *evening.of(handle)]
    return sorted(posts, key=lambda said: said.at)


def build(folder: Path) -> tuple[Evening, list[Path]]:
    """Write an evening's archives, sheet and agenda into a folder; returns the former's paths."""
    evening = Evening()
    (folder / "agenda.md").write_text(agenda(), "utf-8")
    return evening, [
        _pack(folder / "ailsa-grailbird.zip", grailbird(_all(evening, "ailsa", 2011))),
        _pack(folder / "twitter-2019-02-03-bram.zip", of_2019(_all(evening, "bram", 2011))),
        _pack(folder / "twitter-2022-11-20-cat.zip", of_2022(_all(evening, "cat", 2012))),
        _lay(folder / "dod", of_2022(_all(evening, "dod", 2010))),
        _write(folder / "tags.csv", sheet(evening.on_the_sheet())),
    ]


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
